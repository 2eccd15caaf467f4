package markup

import (
	"bytes"
	"slices"
	"strings"
)

// scanner reads markup. The recursion in it goes at most maxReadings deep, and no buffer in it grows with the input.
type scanner struct {
	src    []byte
	emit   func(Reference)
	base   string      // the URL of the base element, "" when there is none
	sheet  sheet       // the rules of the style sheets
	open   []element   // the elements that are open in the standard's reading
	alien  []alien     // those of them in which text and links are not just that
	attrs  []attribute // those of the tags that are being read, innermost last
	budget int         // how many more selectors are compared
	room   int         // how many octets of base may still be copied into URLs
}

// element is an open element.
type element struct {
	name      string
	class, id span
	hidden    bool // it or an ancestor is not rendered visibly
	scope     bool
}

// alien is an open element whose content readers take for different things.
type alien struct {
	name string
	all  bool // not only its text
}

// The bounds of the stacks of open elements; deeper elements inherit what the deepest known one says.
const (
	maxOpen  = 512
	maxAlien = 64
)

// context is what is known about the place of a piece of markup.
type context struct {
	reading Reading
	depth   int  // how often these bytes were read as something else
	text    bool // text in it is not just text for all readers
	all     bool // nor are links and text in attributes
}

// inside is the context of what c's reader does not read as markup.
func (c context) inside(reading Reading) context {
	return context{reading: reading, depth: c.depth + 1, text: true, all: true}
}

// span is a range of bytes.
type span struct{ start, end int }

// attribute is one attribute as it stands.
type attribute struct {
	attributeInfo
	nameStart, nameEnd int
	start, end         int // the value without quotes; start == end when there is none
	quote              byte
}

// scan reads src[start:end] as markup.
func (s *scanner) scan(start, end int, c context) {
	if c.depth > maxReadings {
		s.opaque(start, end, c.reading, "", "")
		return
	}
	text := start  // where the current run of text started
	bracket := end // where a "<" in it stands that a reader could take for the start of a tag
	for pos := start; pos < end; {
		i := bytes.IndexByte(s.src[pos:end], '<')
		if i < 0 {
			break
		}
		pos += i
		if !startsMarkup(s.src[pos:end]) {
			if resemblesMarkup(s.src[pos+1 : end]) {
				bracket = min(bracket, pos)
			}
			pos++
			continue
		}
		s.text(text, pos, bracket, c)
		pos = s.markup(pos, end, c)
		text, bracket = pos, end
	}
	s.text(text, end, bracket, c)
}

// startsMarkup reports whether the "<" at the start of b starts something other than text, HTML standard 13.2.5.6.
func startsMarkup(b []byte) bool {
	return len(b) > 1 && (isLetter(b[1]) || b[1] == '/' || b[1] == '!' || b[1] == '?')
}

// resemblesMarkup reports whether a reader could take what stands behind a "<" for a tag: "< img". Sums and arrows are none.
func resemblesMarkup(b []byte) bool {
	for i := range min(len(b), 16) {
		if c := b[i]; c > ' ' {
			return !isDigit(c) && c != '=' && c != '-' && c != '<'
		}
	}
	return len(b) > 16
}

// text reports what reads like a URL in the text src[start:end] where not all readers take it for text: those who find
// a tag where the standard does not, or end one later.
func (s *scanner) text(start, end, bracket int, c context) {
	if start >= end {
		return
	}
	if c.text || len(s.alien) > 0 && c.reading == Standard {
		s.urls(start, end, c.reading, "", false)
		return
	}
	if bracket < end {
		s.urls(bracket, end, Naive, "", false)
	}
	if i := bytes.LastIndexByte(s.src[start:end], '>'); i >= 0 {
		if k := bytes.IndexAny(s.src[start:start+i], "=("); k >= 0 { // behind these a value or a url( ) could stand
			s.urls(start+k, start+i, Naive, "", false)
		}
	}
}

// markup reads what the "<" at pos starts and returns the offset behind it.
func (s *scanner) markup(pos, end int, c context) int {
	src := s.src[:end]
	switch next := src[pos+1]; {
	case isLetter(next):
		return s.startTag(pos, end, c)
	case next == '/' && pos+2 < end && isLetter(src[pos+2]):
		return s.endTag(pos, end, c)
	case next == '!' && bytes.HasPrefix(src[pos:], []byte("<!--")):
		return s.comment(pos, end, c)
	}
	// A declaration, or what the standard takes for a comment up to ">": processing instructions, CDATA outside of SVG,
	// "</ ". The content of "<![if !mso]>" blocks follows as ordinary markup.
	next := end
	if i := bytes.IndexByte(src[pos:], '>'); i >= 0 {
		next = pos + i + 1
	}
	content := min(pos+2, next)
	if bytes.HasPrefix(src[pos:], []byte("<![CDATA[")) {
		content = min(pos+len("<![CDATA["), next)
	}
	switch {
	case bytes.IndexByte(src[content:next], '<') >= 0:
		s.scan(content, next, c.inside(Naive))
	case isDoctype(src[pos:next]):
		s.urls(content, next, Naive, "", true)
	default:
		// "<//host" is one such comment, whose first slash stands before its content.
		if from, to, ok := urlWords(src[pos+1:next], false); ok {
			s.opaque(max(pos+1+from, content), pos+1+to, Naive, "", "")
		}
	}
	return next
}

func isDoctype(b []byte) bool { return len(b) > 9 && strings.EqualFold(string(b[:9]), "<!doctype") }

// endTag reads an end tag. Its attributes mean nothing, but a naive reader takes them for those of a start tag.
func (s *scanner) endTag(pos, end int, c context) int {
	e, behind := s.tagName(pos+2, end)
	if c.reading == Standard {
		s.close(e.name)
	}
	base := len(s.attrs)
	for more := true; more; {
		behind, more = s.readAttributes(behind, end)
		if len(s.attrs) > base {
			t := tag{scanner: s, elementInfo: e, context: c.inside(Naive), attrs: s.attrs[base:], box: Box{Width: -1, Height: -1}}
			t.references()
		}
		s.attrs = s.attrs[:base]
	}
	return behind
}

// comment reads a comment, HTML standard 13.2.5.43 ff., and reads its content again: Outlook shows that of conditional
// comments, and naive readers take tags wherever they stand.
func (s *scanner) comment(pos, end int, c context) int {
	content, contentEnd, next := commentBounds(s.src[:end], pos)
	reading := Naive
	if c.reading != Naive && bytes.HasPrefix(bytes.TrimLeft(s.src[content:min(contentEnd, content+32)], " \t\r\n"), []byte("[if")) {
		reading = Conditional
	}
	s.scan(content, contentEnd, c.inside(reading))
	return next
}

// commentBounds returns where the content of the comment at pos starts and ends, and the offset behind the comment.
func commentBounds(src []byte, pos int) (content, contentEnd, next int) {
	content = pos + len("<!--")
	rest := src[content:]
	switch {
	case bytes.HasPrefix(rest, []byte(">")):
		return content, content, content + 1
	case bytes.HasPrefix(rest, []byte("->")):
		return content, content, content + 2
	}
	for i := 0; i < len(rest); i++ {
		k := bytes.Index(rest[i:], []byte("--"))
		if k < 0 {
			break
		}
		i += k
		if bytes.HasPrefix(rest[i:], []byte("-->")) {
			return content, content + i, content + i + 3
		}
		if bytes.HasPrefix(rest[i:], []byte("--!>")) {
			return content, content + i, content + i + 4
		}
	}
	return content, len(src), len(src)
}

// startTag reads the start tag at pos and, for elements whose content is no markup, that content.
func (s *scanner) startTag(pos, end int, c context) int {
	info, next := s.tagName(pos+1, end)
	if c.reading == Standard {
		s.closeImplied(info)
	}
	if len(s.alien) > 0 && c.reading == Standard {
		c.text = true
		c.all = c.all || s.alien[len(s.alien)-1].all
	}
	if bytes.IndexByte(s.src[pos:next], '.') >= 0 { // no name, but something in angle brackets
		s.opaque(pos+2, next, Naive, "", "")
	}
	base := len(s.attrs)
	next, more := s.readAttributes(next, end)
	t := tag{scanner: s, elementInfo: info, context: c, attrs: s.attrs[base:]}
	t.describe()
	t.references()
	class, id := t.span(classAttribute), t.span(idAttribute)
	for more { // what a tag says about itself is among its first attributes, or we do not know it
		s.attrs = s.attrs[:base]
		next, more = s.readAttributes(next, end)
		t.attrs = s.attrs[base:]
		t.references()
	}
	s.attrs = s.attrs[:base]
	selfClosing := next-2 > pos && s.src[next-1] == '>' && s.src[next-2] == '/'
	if c.reading == Standard && !info.void && !selfClosing && len(s.open) < maxOpen {
		s.open = append(s.open, element{info.name, class, id, t.hides, info.scope})
	}
	if c.reading == Standard && (info.alien || info.dim) && !(selfClosing && (info.name == "svg" || info.name == "math")) && len(s.alien) < maxAlien {
		s.alien = append(s.alien, alien{info.name, c.all || info.alien})
	}
	if !info.raw {
		return next
	}
	contentEnd := next + rawEnd(s.src[next:end], info.name)
	unread := Naive // the reading in which the content is markup
	if s.isForeign(c) {
		unread = Foreign
	}
	switch info.name {
	case "style":
		s.styleSheet(next, contentEnd, c, unread)
	case "script":
		s.opaque(next, contentEnd, c.reading, info.name, "")
	default:
		s.scan(next, contentEnd, c.inside(unread))
	}
	return contentEnd
}

// isForeign reports whether what stands at c is inside of SVG or MathML.
func (s *scanner) isForeign(c context) bool {
	return c.reading == Foreign ||
		c.reading == Standard && slices.ContainsFunc(s.alien, func(a alien) bool { return a.name == "svg" || a.name == "math" })
}

// tagName reads the name of a tag, HTML standard 13.2.5.8.
func (s *scanner) tagName(pos, end int) (elementInfo, int) {
	start := pos
	for pos < end && !isSpace(s.src[pos]) && s.src[pos] != '/' && s.src[pos] != '>' {
		pos++
	}
	return elementNamed(s.src[start:pos]), pos
}

// maxAttributes is how many attributes of a tag are looked at together.
const maxAttributes = 128

// readAttributes appends the attributes that stand at pos to s.attrs, up to maxAttributes (HTML standard 13.2.5.32 to
// 13.2.5.40). It returns the offset behind the tag, or more and the offset of the next attribute. A tag that the end of the
// input cuts off is reported like any other: some readers show it.
func (s *scanner) readAttributes(pos, end int) (next int, more bool) {
	src := s.src[:end]
	for n := 0; pos < end; n++ {
		for pos < end && (isSpace(src[pos]) || src[pos] == '/') {
			pos++
		}
		if pos >= end {
			break
		}
		if src[pos] == '>' {
			return pos + 1, false
		}
		if n == maxAttributes {
			return pos, true
		}
		a := attribute{nameStart: pos}
		// An equals sign that starts a name is part of it.
		for pos++; pos < end && !isSpace(src[pos]) && src[pos] != '/' && src[pos] != '>' && src[pos] != '='; pos++ {
		}
		a.nameEnd = pos
		a.attributeInfo = attributeNamed(src[a.nameStart:a.nameEnd])
		for pos < end && isSpace(src[pos]) {
			pos++
		}
		a.start, a.end = pos, pos
		if pos < end && src[pos] == '=' {
			pos = a.value(src, pos+1)
		}
		s.attrs = append(s.attrs, a)
	}
	return end, false
}

// value reads the value behind the equals sign and returns the offset behind it.
func (a *attribute) value(src []byte, pos int) int {
	for pos < len(src) && isSpace(src[pos]) {
		pos++
	}
	a.start, a.end = pos, pos
	if pos >= len(src) || src[pos] == '>' {
		return pos
	}
	if q := src[pos]; q == '"' || q == '\'' {
		a.quote, a.start = q, pos+1
		i := bytes.IndexByte(src[a.start:], q)
		if i < 0 {
			a.end = len(src)
			return len(src)
		}
		a.end = a.start + i
		return a.end + 1
	}
	for pos < len(src) && !isSpace(src[pos]) && src[pos] != '>' {
		pos++
	}
	a.end = pos
	return pos
}

// reach is how far the stack of open elements is searched, so that the cost stays linear however tags are nested.
const reach = 32

// close takes the element off the stack, with those that are open in it.
func (s *scanner) close(name string) {
	for i := len(s.alien) - 1; i >= 0; i-- {
		if s.alien[i].name == name {
			s.alien = s.alien[:i]
			break
		}
	}
	inTable := isTablePart(name)
	for i := len(s.open) - 1; i >= 0 && i >= len(s.open)-reach; i-- {
		if s.open[i].name == name {
			s.open = s.open[:i]
			return
		}
		if s.open[i].scope && !inTable {
			return
		}
	}
}

// closeImplied takes off the stack what the start tag of e ends: HTML standard 13.1.2.4.
func (s *scanner) closeImplied(e elementInfo) {
	n := len(s.open)
	if n == 0 {
		return
	}
	if e.block && s.open[n-1].name == "p" {
		s.open = s.open[:n-1]
		return
	}
	switch e.name {
	case "td", "th", "tr", "li":
	default:
		return
	}
	for i := n - 1; i >= 0 && i >= n-reach; i-- {
		switch name := s.open[i].name; {
		case name == e.name || e.name != "li" && e.name != "tr" && (name == "td" || name == "th"):
			s.open = s.open[:i]
			return
		case name == "table" || e.name != "tr" && name == "tr" || name == "ul" || name == "ol":
			return
		}
	}
}

func isTablePart(name string) bool {
	switch name {
	case "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "body", "html":
		return true
	}
	return false
}

// opaque reports a region that is not looked into.
func (s *scanner) opaque(start, end int, reading Reading, element, attr string) {
	for start < end && isSpace(s.src[start]) {
		start++
	}
	for start < end && isSpace(s.src[end-1]) {
		end--
	}
	if start < end {
		s.emit(Reference{
			Start: start, End: end, Role: Maybe, Syntax: OpaqueRegion, Reading: reading, Element: element, Attribute: attr,
			Box: Box{Width: -1, Height: -1},
		})
	}
}

// urls reports the words of src[start:end] that could be URLs as an opaque region, from the first to the last.
func (s *scanner) urls(start, end int, reading Reading, element string, doctype bool) {
	if from, to, ok := urlWords(s.src[start:end], doctype); ok {
		s.opaque(start+from, start+to, reading, element, "")
	}
}

// rawEnd returns the length of the raw text before the end tag of name, HTML standard 13.2.5.12 ff.
func rawEnd(b []byte, name string) int {
	if name == "plaintext" {
		return len(b)
	}
	for i := 0; i < len(b); i++ {
		k := bytes.Index(b[i:], []byte("</"))
		if k < 0 {
			return len(b)
		}
		i += k
		after := b[i+2:]
		if len(after) > len(name) && strings.EqualFold(string(after[:len(name)]), name) {
			if c := after[len(name)]; isSpace(c) || c == '/' || c == '>' {
				return i
			}
		}
	}
	return len(b)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isSpace tells the white space of HTML.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }
