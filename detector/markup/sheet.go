package markup

import (
	"bytes"
	"strings"
)

// sheet holds the rules of the style sheets of a document that say how large and visible something is, by what the last
// compound of their selectors asks for.
type sheet struct {
	size                  int
	byID, byClass, byType map[string][]rule
}

// rule is one selector with the declarations of its rule.
type rule struct {
	compounds    []compound // the last first
	weight       uint64     // specificity and order
	declarations []declaration
}

// compound is a compound selector: all of it must fit.
type compound struct {
	name, id string // "" for any
	classes  []string
}

// The bounds of what is kept of style sheets. Real ones stay below; what exceeds them does not apply.
const (
	maxRules     = 4000
	maxPerKey    = 32
	maxCompounds = 4
	maxClasses   = 8  // of an element
	maxAncestors = 32 // that are compared
)

// collect reads the style elements and the base element, which mean something for what stands before them, too.
func (s *scanner) collect() {
	src := s.src
	for pos := 0; ; {
		i := bytes.IndexByte(src[pos:], '<')
		if i < 0 || pos+i+6 >= len(src) {
			return
		}
		pos += i
		switch c := src[pos+1] | 0x20; {
		case c == 's' && isStart(src[pos:], "style"):
			pos = s.collectStyle(pos)
		case c == 'b' && s.base == "" && isStart(src[pos:], "base"):
			pos = s.collectBase(pos)
		case bytes.HasPrefix(src[pos:], []byte("<!--")):
			_, _, pos = commentBounds(src, pos)
		default:
			pos++
		}
	}
}

func isStart(b []byte, name string) bool {
	n := len(name) + 1
	return len(b) > n && strings.EqualFold(string(b[1:n]), name) && (isSpace(b[n]) || b[n] == '>' || b[n] == '/')
}

func (s *scanner) collectBase(pos int) int {
	_, next := s.tagName(pos+1, len(s.src))
	next, _ = s.readAttributes(next, len(s.src))
	t := tag{scanner: s, attrs: s.attrs}
	s.base = cleanURL(t.value(hrefAttribute))
	s.attrs = s.attrs[:0]
	return next
}

func (s *scanner) collectStyle(pos int) int {
	_, next := s.tagName(pos+1, len(s.src))
	next, _ = s.readAttributes(next, len(s.src))
	t := tag{scanner: s, attrs: s.attrs}
	media := t.value(mediaAttribute)
	s.attrs = s.attrs[:0]
	end := next + rawEnd(s.src[next:], "style")
	if appliesTo([]byte(media)) {
		s.sheet.read(s.src[next:end])
	}
	return end
}

// read adds the rules of a style sheet.
func (h *sheet) read(text []byte) {
	l := lexer{text: text}
	prelude, at := 0, false
	depth := 0 // of blocks that do not apply
	for h.size < maxRules {
		t, start, end := l.next()
		switch {
		case t == cssEnd:
			return
		case t == cssAtKeyword && depth == 0:
			prelude, at = start, true
		case t == cssComment && depth == 0 && prelude == start:
			prelude = end
		case t != cssDelimiter:
			if t == cssSpace && prelude == start {
				prelude = end
			}
		case text[start] == '}':
			depth = max(0, depth-1)
			prelude, at = end, false
		case depth > 0:
			if text[start] == '{' {
				depth++
			}
		case text[start] == ';':
			prelude, at = end, false
		case text[start] == '{' && at:
			if query, ok := mediaQuery(text[prelude:start]); !ok || !appliesTo(query) {
				depth = 1
			}
			prelude, at = end, false
		case text[start] == '{':
			block := blockEnd(&l)
			h.add(text[prelude:start], text[end:block])
			prelude = l.pos
		}
	}
}

// blockEnd moves l behind the block that it is in and returns the offset of its end.
func blockEnd(l *lexer) int {
	for depth := 1; ; {
		t, start, _ := l.next()
		switch {
		case t == cssEnd:
			return start
		case t != cssDelimiter:
		case l.text[start] == '{':
			depth++
		case l.text[start] == '}':
			if depth--; depth == 0 {
				return start
			}
		}
	}
}

func mediaQuery(prelude []byte) ([]byte, bool) {
	const name = "@media"
	if len(prelude) < len(name) || !strings.EqualFold(string(prelude[:len(name)]), name) {
		return nil, false
	}
	return prelude[len(name):], true
}

// appliesTo reports whether a media query holds for every screen. What holds only for some (small or dark ones), or on
// paper, hides the twin of a picture that others are shown.
func appliesTo(query []byte) bool {
	if len(trimSpace(query)) == 0 {
		return true
	}
	for one := range strings.SplitSeq(strings.ToLower(string(query)), ",") {
		switch strings.Join(strings.Fields(one), " ") {
		case "all", "screen", "only screen", "only all":
			return true
		}
	}
	return false
}

// add adds a rule of which something matters.
func (h *sheet) add(prelude, block []byte) {
	var list []declaration
	declarations(block, func(d declaration) {
		if d.property <= maxHeight && (d.value < 0 || bytes.IndexByte(block, '%') >= 0 && d.value > tinySide) {
			return // a size that depends on what is around
		}
		list = append(list, d)
	})
	if len(list) == 0 {
		return
	}
	for selector := range bytes.SplitSeq(prelude, []byte{','}) {
		if h.size >= maxRules {
			return
		}
		if r, ok := parseSelector(selector); ok {
			h.size++
			r.weight |= uint64(h.size) + attributeWeight
			r.declarations = list
			h.index(r)
		}
	}
}

func (h *sheet) index(r rule) {
	if h.byID == nil {
		h.byID, h.byClass, h.byType = map[string][]rule{}, map[string][]rule{}, map[string][]rule{}
	}
	rules, key := h.byType, r.compounds[0].name
	switch c := r.compounds[0]; {
	case c.id != "":
		rules, key = h.byID, c.id
	case len(c.classes) > 0:
		rules, key = h.byClass, c.classes[0]
	}
	if len(rules[key]) < maxPerKey {
		rules[key] = append(rules[key], r)
	}
}

// parseSelector reads a selector of names, classes, ids and descendants. Others (states, attributes, siblings) do not
// hold, or not always.
func parseSelector(text []byte) (r rule, ok bool) {
	text = trimSpace(text)
	text = bytes.TrimPrefix(text, []byte("<!--"))
	if len(text) > 256 || bytes.ContainsAny(text, `:[*+~\&()"'/|%@`) {
		return r, false
	}
	parts := strings.FieldsFunc(string(text), func(c rune) bool { return c <= ' ' || c == '>' })
	if len(parts) == 0 || len(parts) > maxCompounds {
		return r, false
	}
	for i := len(parts) - 1; i >= 0; i-- {
		c := parseCompound(parts[i])
		if c.id != "" {
			r.weight += 1 << 48
		}
		if c.name != "" {
			r.weight += 1 << 32
		}
		r.weight += uint64(len(c.classes)) << 40
		r.compounds = append(r.compounds, c)
	}
	last := r.compounds[0]
	return r, last.name != "" || last.id != "" || len(last.classes) > 0
}

func parseCompound(text string) compound {
	var c compound
	for text != "" {
		end := strings.IndexAny(text[1:], ".#") + 1
		if end == 0 {
			end = len(text)
		}
		switch part := text[:end]; part[0] {
		case '.':
			if len(part) > 1 && len(c.classes) < maxClasses {
				c.classes = append(c.classes, part[1:])
			}
		case '#':
			c.id = part[1:]
		default:
			c.name = strings.ToLower(part)
		}
		text = text[end:]
	}
	return c
}

// apply lets the rules that fit t take part in s, and reports whether any does.
func (h *sheet) apply(t *tag, s *style) bool {
	e := element{name: t.name, class: t.span(classAttribute), id: t.span(idAttribute)}
	any := false
	try := func(rules []rule) {
		for _, r := range rules {
			if t.budget <= 0 || !t.fits(r, e) {
				continue
			}
			any = true
			for _, d := range r.declarations {
				s.set(d, r.weight)
			}
		}
	}
	try(h.byType[t.name])
	if e.id.start < e.id.end && len(h.byID) > 0 {
		try(h.byID[string(trimSpace(t.src[e.id.start:e.id.end]))])
	}
	if len(h.byClass) > 0 {
		n := 0
		for class := range bytes.FieldsSeq(t.src[e.class.start:e.class.end]) {
			if n++; n > maxClasses {
				break
			}
			try(h.byClass[string(class)])
		}
	}
	return any
}

// fits reports whether the selector of r selects e, which is about to be opened. A child combinator is taken for a
// descendant's.
func (s *scanner) fits(r rule, e element) bool {
	s.budget--
	if !s.selects(r.compounds[0], e) {
		return false
	}
	ancestor := len(s.open) - 1
	for _, c := range r.compounds[1:] {
		for ; ; ancestor-- {
			if ancestor < 0 || ancestor < len(s.open)-maxAncestors {
				return false
			}
			s.budget--
			if s.selects(c, s.open[ancestor]) {
				ancestor--
				break
			}
		}
	}
	return true
}

func (s *scanner) selects(c compound, e element) bool {
	if c.name != "" && c.name != e.name || c.id != "" && c.id != string(s.src[e.id.start:e.id.end]) {
		return false
	}
	for _, class := range c.classes {
		if !hasClass(s.src[e.class.start:e.class.end], class) {
			return false
		}
	}
	return true
}

func hasClass(list []byte, class string) bool {
	n := 0
	for c := range bytes.FieldsSeq(list) {
		if string(c) == class {
			return true
		}
		if n++; n > maxClasses {
			break
		}
	}
	return false
}
