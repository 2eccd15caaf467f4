package catalogue

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Catalogue files are TOML 1.0, of which they use little: the header [[provider]], keys with a string or an array of
// strings, comments. The library's parser is used without its decoder: a filter starts for each message and reads the
// whole catalogue, and the decoder takes several times as long.

// setting is one key with its value.
type setting struct {
	key  string
	text string   // of a string
	list []string // of an array; nil for a string
	line int      // of the key, from 1
}

// syntaxError says what is wrong in a line.
type syntaxError struct {
	line int // from 1
	err  error
}

// parseSettings reads the keys in text, behind the header [[provider]] if there is one, into all from its beginning.
func parseSettings(p *unstable.Parser, all []setting, text string) ([]setting, *syntaxError) {
	all = all[:0]
	p.Reset([]byte(text))
	for first := true; p.NextExpression(); first = false {
		expression := p.Expression()
		switch {
		case expression.Kind == unstable.Comment:
		case expression.Kind == unstable.ArrayTable && first:
		case expression.Kind != unstable.KeyValue:
			return all, &syntaxError{lineOf(p, expression), errors.New(`want a line of the form: key = "value"`)}
		default:
			s, fault := readSetting(p, expression)
			if fault == nil && slices.ContainsFunc(all, func(earlier setting) bool { return earlier.key == s.key }) {
				fault = &syntaxError{s.line, fmt.Errorf("key %q is there twice", s.key)}
			}
			if fault != nil {
				return all, fault
			}
			all = append(all, s)
		}
	}
	if err := p.Error(); err != nil {
		fault := &syntaxError{1, err}
		if parse, ok := errors.AsType[*unstable.ParserError](err); ok {
			fault.line = p.Shape(p.Range(parse.Highlight)).Start.Line
		}
		return all, fault
	}
	return all, nil
}

func readSetting(p *unstable.Parser, expression *unstable.Node) (setting, *syntaxError) {
	key := expression.Key()
	key.Next()
	s := setting{key: string(key.Node().Data), line: p.Shape(key.Node().Raw).Start.Line}
	if key.Next() {
		return s, &syntaxError{s.line, errors.New("want a key without dots")}
	}
	value := expression.Value()
	switch value.Kind {
	case unstable.String:
		s.text = string(value.Data)
		return s, nil
	case unstable.Array:
		s.list = []string{}
		for items := value.Children(); items.Next(); {
			if items.Node().Kind == unstable.Comment {
				continue
			}
			if items.Node().Kind != unstable.String {
				return s, &syntaxError{s.line, fmt.Errorf("%s: want strings in the list", s.key)}
			}
			s.list = append(s.list, string(items.Node().Data))
		}
		return s, nil
	}
	return s, &syntaxError{s.line, fmt.Errorf("%s: want a string in quotes, or a list of such strings in brackets", s.key)}
}

// lineOf is the line where a header begins.
func lineOf(p *unstable.Parser, n *unstable.Node) int {
	if child := n.Child(); child != nil {
		return p.Shape(child.Raw).Start.Line
	}
	return 1
}
