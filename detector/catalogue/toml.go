package catalogue

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Catalogue files are TOML 1.0, of which they need little: the header [[provider]], keys with a string or an array of
// strings, comments. The reader here knows just that. Every start of the program reads the whole catalogue, and a
// filter starts for each message, while a TOML library takes several times as long. What the reader takes, the library
// reads in the same way: a test holds that.

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

// tomlReader reads the settings of one entry.
type tomlReader struct {
	text string
	pos  int
	line int // where pos is, from 1
}

// parseSettings reads the keys in text, which has no header, into all from its beginning.
func parseSettings(all []setting, text string) ([]setting, *syntaxError) {
	r := &tomlReader{text: text, line: 1}
	all = all[:0]
	for r.skip(true); r.pos < len(r.text); r.skip(true) {
		s, err := r.setting()
		if err == nil && slices.ContainsFunc(all, func(earlier setting) bool { return earlier.key == s.key }) {
			err = fmt.Errorf("key %q is there twice", s.key)
		}
		if err != nil {
			return all, &syntaxError{r.line, err}
		}
		all = append(all, s)
	}
	return all, nil
}

func (r *tomlReader) setting() (setting, error) {
	s := setting{line: r.line}
	n := identifier.run(r.text[r.pos:])
	if n == 0 {
		return s, errors.New(`want a line of the form: key = "value"`)
	}
	s.key = r.text[r.pos : r.pos+n]
	r.pos += n
	r.skip(false)
	if !r.take('=') {
		return s, fmt.Errorf("want = after %q", s.key)
	}
	r.skip(false)
	var err error
	if r.take('[') {
		s.list, err = r.list()
	} else {
		s.text, err = r.string()
	}
	if err != nil {
		return s, err
	}
	r.skip(false)
	if r.pos < len(r.text) && r.text[r.pos] != '\n' {
		return s, errors.New("want the end of the line after the value")
	}
	return s, nil
}

// list reads an array behind its first bracket.
func (r *tomlReader) list() ([]string, error) {
	list := []string{}
	for more := true; ; more = r.take(',') {
		if r.skip(true); r.take(']') {
			return list, nil
		}
		if !more {
			return nil, errors.New("want a comma between the strings of a list, and a bracket at its end")
		}
		text, err := r.string()
		if err != nil {
			return nil, err
		}
		list = append(list, text)
		r.skip(true)
	}
}

// string reads a string in one line.
func (r *tomlReader) string() (string, error) {
	if r.pos == len(r.text) || r.text[r.pos] != '"' && r.text[r.pos] != '\'' {
		return "", errors.New("want a string in quotes, or a list of such strings in brackets")
	}
	quote := r.text[r.pos]
	if strings.HasPrefix(r.text[r.pos:], strings.Repeat(string(quote), 3)) {
		return "", errors.New("strings have one quote at each side, and stay in one line")
	}
	r.pos++
	for i := r.pos; i < len(r.text) && r.text[i] != '\n'; i++ {
		switch {
		case r.text[i] == quote:
			text := r.text[r.pos:i]
			r.pos = i + 1
			if quote == '"' && strings.Contains(text, `\`) {
				return unescape(text)
			}
			return text, nil
		case r.text[i] == '\\' && quote == '"':
			i++
		}
	}
	return "", errors.New("a string without its closing quote")
}

// unescape writes out the escapes of a basic string.
func unescape(text string) (string, error) {
	const names, values = `btnfr"\`, "\b\t\n\f\r\"\\"
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(text, `\`)
		b.WriteString(before)
		if !ok {
			return b.String(), nil
		}
		digits := 0
		switch i := strings.IndexByte(names, after[0]); {
		case i >= 0:
			b.WriteByte(values[i])
		case after[0] == 'u':
			digits = 4
		case after[0] == 'U':
			digits = 8
		default:
			return "", errors.New(`unknown escape in a string: write \\ for a backslash`)
		}
		text = after[1:]
		if digits > 0 {
			code, err := strconv.ParseUint(text[:min(digits, len(text))], 16, 31)
			if err != nil || len(text) < digits || !utf8.ValidRune(rune(code)) {
				return "", errors.New("escape in a string without its hexadecimal digits")
			}
			b.WriteRune(rune(code))
			text = text[digits:]
		}
	}
}

// skip goes past white space and comments, and past the ends of lines if lines is set.
func (r *tomlReader) skip(lines bool) {
	for ; r.pos < len(r.text); r.pos++ {
		switch r.text[r.pos] {
		case ' ', '\t', '\r':
		case '#':
			if end := strings.IndexByte(r.text[r.pos:], '\n'); end >= 0 {
				r.pos += end - 1
			} else {
				r.pos = len(r.text) - 1
			}
		case '\n':
			if !lines {
				return
			}
			r.line++
		default:
			return
		}
	}
}

func (r *tomlReader) take(b byte) bool {
	if r.pos < len(r.text) && r.text[r.pos] == b {
		r.pos++
		return true
	}
	return false
}

// checkText finds what no TOML file has: other encodings than UTF-8, and control characters.
func checkText(text string) *syntaxError {
	if !utf8.ValidString(text) {
		return &syntaxError{1, errors.New("the file is not UTF-8")}
	}
	for i := range len(text) {
		switch b := text[i]; {
		case b >= ' ' && b != 0x7f, b == '\n', b == '\t', b == '\r' && strings.HasPrefix(text[i:], "\r\n"):
		default:
			return &syntaxError{1 + strings.Count(text[:i], "\n"), errors.New("control character")}
		}
	}
	return nil
}
