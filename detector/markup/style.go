package markup

import (
	"bytes"
	"strings"
)

// ScanStyle calls emit for each reference in a style sheet of its own, like Scan.
func ScanStyle(src []byte, emit func(Reference)) {
	s := scanner{src: src, emit: emit}
	s.styleSheet(0, len(src), context{}, Naive)
}

// styleSheet reads the content of a style element. In SVG and XHTML it is markup and its character references are decoded
// first; that is taken for the reading unread.
func (s *scanner) styleSheet(start, end int, c context, unread Reading) {
	like := Reference{Role: Loads, Reading: c.reading, Element: "style", Attribute: "style", Box: Box{Width: -1, Height: -1}}
	text := s.src[start:end]
	if beginsField(text) {
		s.opaque(start, end, c.reading, like.Element, "")
		return
	}
	s.style(decoded{text: text}, start, like)
	switch value, ok := decodeMapped(text); {
	case !ok:
		if holdsURL(text, true) {
			s.opaque(start, end, unread, like.Element, "")
		}
	case len(value.shifts) > 0:
		like.Reading = unread
		s.style(value, start, like)
	}
	if bytes.IndexByte(text, '<') >= 0 {
		s.scan(start, end, context{reading: unread, depth: c.depth + 1, all: true})
	}
}

// styleAttribute reads a style attribute.
func (t *tag) styleAttribute(a *attribute) {
	if mayRefer(t.src[a.start:a.end]) {
		t.styleValue(a, "style")
	}
}

// styleValue reads the value of an attribute as declarations, or as a value that stands in one.
func (t *tag) styleValue(a *attribute, name string) {
	value, ok := decodeMapped(t.src[a.start:a.end])
	if !ok {
		t.opaque(a.start, a.end, t.reading, t.name, name)
		return
	}
	if t.reading != Conditional && beginsField(value.text) {
		t.opaque(a.start, a.end, t.reading, t.name, name)
		return
	}
	t.style(value, a.start, Reference{
		NameStart: a.nameStart, NameEnd: a.nameEnd,
		Role: Loads, Reading: t.reading, Element: t.name, Attribute: name, HasAlt: t.hasAlt, Box: t.box,
	})
}

// beginsField reports whether declarations say that a field of Word begins: Outlook takes the text behind it for an
// instruction, which can load a picture or a document. Word itself writes fields into conditional comments, where the
// URLs of the text go.
func beginsField(style []byte) bool {
	style = unescape(style)
	for i := 0; ; i++ {
		k := bytes.IndexByte(style[i:], '-')
		if k < 0 {
			return false
		}
		i += k
		if endsInField(style[:i]) && isWord(style[i+1:min(len(style), i+1+len("begin"))], "begin") {
			return true
		}
	}
}

// endsInField reports whether before could be that of "field-begin".
func endsInField(before []byte) bool {
	return isWord(before[max(0, len(before)-len("field")):], "field")
}

// mayRefer reports whether the declarations of a style attribute can hold a reference at all. Most cannot, and are not
// taken apart.
func mayRefer(style []byte) bool {
	quoted := false
	for i, c := range style {
		switch c {
		case '\\', '&', '@', '<':
			return true
		case '/':
			if i > 0 && (style[i-1] == '/' || style[i-1] == ':') || i+1 < len(style) && style[i+1] == '*' {
				return true
			}
		case '"', '\'':
			quoted = true
		case ':':
			if endsInScheme(style[:i]) {
				return true
			}
		case '%':
			if i+2 < len(style) && isHex(style[i+1]) && isHex(style[i+2]) {
				return true
			}
		case '-':
			if endsInField(style[:i]) {
				return true
			}
		case '(':
			if !isHarmlessFunction(style[:i]) {
				return true
			}
		}
	}
	return quoted && holdsURL(style, false)
}

// endsInScheme reports whether before could end in one of schemes: its last two letters say so.
func endsInScheme(before []byte) bool {
	if len(before) < 2 {
		return false
	}
	switch [2]byte{before[len(before)-2] | 0x20, before[len(before)-1] | 0x20} {
	case [2]byte{'t', 'p'}, [2]byte{'p', 's'}, [2]byte{'l', 'e'}, [2]byte{'w', 's'}, [2]byte{'s', 's'}, [2]byte{'p', 't'}, [2]byte{'t', 'a'},
		[2]byte{'o', 'b'}, [2]byte{'m', 'l'}, [2]byte{'a', 'r'}:
		return true
	}
	return false
}

// isHarmlessFunction reports whether before ends in the name of a CSS function that takes numbers.
func isHarmlessFunction(before []byte) bool {
	for _, name := range []string{"rgb", "rgba", "hsl", "hsla", "calc", "rect", "translate", "scale", "rotate"} {
		if k := len(before) - len(name); k >= 0 && strings.EqualFold(string(before[k:]), name) {
			return true
		}
	}
	return false
}

// styleReader reports the references in a style sheet or declaration list, CSS Syntax Level 3.
type styleReader struct {
	*scanner
	value     decoded
	start     int         // where value stands in the source
	like      Reference   // what all the references have in common
	named     bool        // the declaration or at-rule that we are in has a name
	property  span        // it
	candidate span        // a word that a colon would make a property
	word      span        // the last word
	checked   int         // up to where it is known that nothing bare reads like a URL
	functions [8]function // the open ones, as far as they fit
	open      int         // how many are open
}

// function is a CSS function that is open.
type function struct {
	name  span
	loads bool
}

// style reports the references in value, which stands at start of the source.
func (s *scanner) style(value decoded, start int, like Reference) {
	r := styleReader{scanner: s, value: value, start: start, like: like}
	l := lexer{text: value.text}
	for {
		t, from, to := l.next()
		switch t {
		case cssEnd:
			return
		case cssSpace:
		case cssComment:
			r.leftover(from, to)
		case cssURL:
			r.url(from, to)
		case cssString:
			r.string(from, to)
		case cssFunction:
			if r.function(from, to) {
				l.pos = r.expressionEnd(l.pos)
				r.opaque(to, l.pos)
			}
		case cssAtKeyword:
			if !r.named || r.text(r.property)[0] == '@' { // in a declaration it is only out of place
				r.named, r.property, r.open = true, span{from, to}, 0
			}
			r.leftover(from, to)
		case cssWord:
			r.word = span{from, to}
			if !r.named {
				r.candidate = span{from, to}
			}
			r.leftover(from, to)
		case cssDelimiter:
			if end := r.delimiter(from); end > to {
				l.pos = end
			}
		}
	}
}

func (r *styleReader) text(s span) []byte { return r.value.text[s.start:s.end] }

// name returns a name as it is compared: without escapes, in lower case.
func (r *styleReader) name(s span) string { return strings.ToLower(string(unescape(r.text(s)))) }

// is reports whether the declaration or at-rule that we are in has that name.
func (r *styleReader) is(name string) bool {
	if !r.named {
		return false
	}
	text := r.text(r.property)
	if bytes.IndexByte(text, '\\') >= 0 {
		return r.name(r.property) == name
	}
	return len(text) == len(name) && strings.EqualFold(string(text), name)
}

func (r *styleReader) loads() bool {
	return r.open > 0 && r.functions[min(r.open, len(r.functions))-1].loads
}

func (r *styleReader) push(f function) {
	if r.open < len(r.functions) {
		r.functions[r.open] = f
	}
	r.open++
}

// delimiter follows the structure. It returns where to go on where something other than CSS stands here, else 0.
func (r *styleReader) delimiter(at int) int {
	switch c := r.value.text[at]; c {
	case '(':
		r.push(function{loads: r.loads()})
	case ')':
		r.open = max(0, r.open-1)
	case ';', '{', '}':
		r.named, r.property, r.candidate, r.open = false, span{}, span{}, 0
	case ':':
		if !r.named {
			r.named, r.property = r.candidate.start < r.candidate.end, r.candidate
		}
		if r.word.end == at && endsInScheme(r.value.text[:at]) && schemes[string(bytes.ToLower(r.text(span{max(r.word.start, at-10), at})))] {
			return r.bare(at)
		}
	case '/', '\\', '%':
		return r.bare(at)
	}
	return 0
}

// bare reports what reads like a URL and stands around at, where CSS has none. It returns the offset behind it, 0 when
// nothing does.
func (r *styleReader) bare(at int) int {
	const before = 64
	if at < r.checked {
		return 0
	}
	text, from, to := r.value.text, at, at
	for from > r.checked && at-from < before && !endsBare(text[from-1]) {
		from--
	}
	for to < len(text) && (!endsBare(text[to]) || isDropped(text[to:to+1])) {
		to++
	}
	r.checked = to
	if !holdsURL(text[from:to], false) {
		return 0
	}
	r.opaque(from, to)
	return to
}

func endsBare(c byte) bool {
	return isSpace(c) || strings.IndexByte(`;{}()"'<>`, c) >= 0
}

// leftover reports what is no reference but reads like one: comments, and names spelt with escapes.
func (r *styleReader) leftover(from, to int) {
	text := r.value.text[from:to]
	switch {
	case len(text) > 3 && text[0] == '/':
		content := text[2:]
		if bytes.HasSuffix(content, []byte("*/")) {
			content = content[:len(content)-2]
		}
		if a, b, ok := urlWords(content, false); ok {
			r.opaque(from+2+a, from+2+b)
		}
	case bytes.IndexByte(text, '\\') >= 0 && holdsURL(unescape(text), false):
		r.bare(to - 1)
	}
}

func (r *styleReader) opaque(from, to int) {
	if from < to {
		r.scanner.opaque(r.start+r.value.offset(from), r.start+r.value.offset(to), r.like.Reading, r.like.Element, "style")
	}
}

func (r *styleReader) report(from, to int, name span, syntax Syntax, role Role) {
	ref := r.like
	ref.URL = cleanURL(string(unescape(r.value.text[from:to])))
	if ref.URL == "" {
		return
	}
	ref.Start, ref.End = r.start+r.value.offset(from), r.start+r.value.offset(to)
	if name.start < name.end {
		ref.NameStart, ref.NameEnd = r.start+r.value.offset(name.start), r.start+r.value.offset(name.end)
	}
	ref.Syntax, ref.Role = syntax, role
	if r.named {
		ref.Property = r.name(r.property)
	}
	if role == Loads {
		ref.URL = r.resolve(ref.URL)
	}
	r.emit(ref)
}

// url reports a url( ) without quotes.
func (r *styleReader) url(from, to int) {
	text := r.value.text
	open := from + bytes.IndexByte(text[from:to], '(')
	start, end := open+1, to
	if text[end-1] == ')' {
		end--
	}
	start, end = trimQuoted(text, start, end)
	role := r.like.Role
	if r.is("@namespace") {
		role = Maybe
	}
	r.report(start, end, span{from, open}, StyleURL, role)
}

// string reports a string that is a URL, or could become one.
func (r *styleReader) string(from, to int) {
	start, end := trimQuoted(r.value.text, from, to)
	switch {
	case r.loads() && !r.isOption(from):
		r.report(start, end, r.functions[min(r.open, len(r.functions))-1].name, StyleString, r.like.Role)
	case r.is("@import"):
		r.report(start, end, r.property, StyleString, r.like.Role)
	case holdsURL(unescape(r.value.text[start:end]), false):
		// A custom property can bring it to where it loads; else it is a selector, or text.
		role := Maybe
		if r.named && bytes.HasPrefix(r.text(r.property), []byte("--")) || r.is("initial-value") {
			role = r.like.Role
		}
		r.report(start, end, r.property, StyleString, role)
	}
}

// isOption reports whether the string at from is an argument by name of an old filter, and not its source.
func (r *styleReader) isOption(from int) bool {
	before := trimSpace(r.value.text[max(0, from-16):from])
	name, isNamed := bytes.CutSuffix(before, []byte("="))
	name = trimSpace(name)
	return isNamed && !(len(name) >= 3 && strings.EqualFold(string(name[len(name)-3:]), "src"))
}

// function notes that a function starts, and reports whether its content is no CSS.
func (r *styleReader) function(from, to int) (script bool) {
	name := r.name(span{from, to - 1})
	if name == "attr" && (r.open > 0 || !r.is("content")) {
		// The text of an attribute could become a URL. CSS Values Level 5 section 7.7 forbids it, but not every engine is of
		// that level. As content of its own it is only shown.
		r.report(from, to-1, span{from, to - 1}, StyleString, Maybe)
	}
	r.push(function{span{from, to - 1}, r.loads() || loadsFunction(name)})
	r.leftover(from, to-1)
	return name == "expression"
}

// expressionEnd returns the offset of the end of the declaration at pos, as a reader sees it that runs scripts in it.
func (r *styleReader) expressionEnd(pos int) int {
	if i := bytes.IndexAny(r.value.text[pos:], ";}"); i >= 0 {
		return pos + i
	}
	return len(r.value.text)
}

// loadsFunction reports whether strings in a CSS function are URLs: CSS Images Level 4, CSS Values Level 5, and the
// filters of old Outlook and Internet Explorer.
func loadsFunction(name string) bool {
	switch name {
	case "url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade", "element", "paint":
		return true
	}
	return strings.HasPrefix(name, "progid") || strings.HasSuffix(name, "imageloader")
}

// trimQuoted narrows text[from:to] by white space and quotes at its ends.
func trimQuoted(text []byte, from, to int) (int, int) {
	for from < to && isSpace(text[from]) {
		from++
	}
	for to > from && isSpace(text[to-1]) {
		to--
	}
	if from < to && (text[from] == '"' || text[from] == '\'') {
		q := text[from]
		from++
		if to > from && text[to-1] == q {
			to--
		}
	}
	return from, to
}
