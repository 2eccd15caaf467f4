package markup

import (
	"bytes"
	"slices"
	"strings"
)

// scanner reads markup. The recursion in it goes at most maxReadings deep.
type scanner struct {
	src  []byte
	emit func(Reference)
	open []element // the elements that are open in the standard's reading
}

// element is an open element.
type element struct {
	name   string
	hidden bool // it or an ancestor is not rendered visibly
}

// maxOpen bounds the stack of open elements; deeper elements inherit what the deepest known one says.
const maxOpen = 512

// attribute is one attribute as it stands.
type attribute struct {
	name               string // lower case
	nameStart, nameEnd int
	start, end         int // the value without quotes; start == end when there is none
	quote              byte
}

// scan reads src[start:end] as markup.
func (s *scanner) scan(start, end int, reading Reading, depth int) {
	if depth > maxReadings {
		s.opaque(start, end, reading, "", "")
		return
	}
	for pos := start; pos < end; {
		i := bytes.IndexByte(s.src[pos:end], '<')
		if i < 0 {
			return
		}
		pos += i
		pos = s.markup(pos, end, reading, depth)
	}
}

// markup reads what the "<" at pos starts and returns the offset behind it.
func (s *scanner) markup(pos, end int, reading Reading, depth int) int {
	src := s.src[:end]
	if pos+1 >= end {
		return end
	}
	switch c := src[pos+1]; {
	case isLetter(c):
		return s.startTag(pos, end, reading, depth)
	case c == '/' && pos+2 < end && isLetter(src[pos+2]):
		name, attrs, next := s.tag(pos+2, end)
		if reading == Standard {
			s.close(name)
		}
		// An end tag's attributes mean nothing, but a reader that misses the tag sees what is in them.
		for _, a := range attrs {
			s.again(a.start, a.end, depth)
		}
		return next
	case c == '/':
		return pos + 2
	case c == '!' && bytes.HasPrefix(src[pos:], []byte("<!--")):
		return s.comment(pos, end, reading, depth)
	case c == '!' && bytes.HasPrefix(src[pos:], []byte("<![CDATA[")):
		// Text in foreign content, else a comment up to ">". What comes behind the opening is read as markup, which
		// covers both.
		return pos + len("<![CDATA[")
	case c == '!' || c == '?':
		// A declaration, or a comment up to ">". The content of "<![if !mso]>" blocks follows as ordinary markup.
		next := end
		if i := bytes.IndexByte(src[pos:], '>'); i >= 0 {
			next = pos + i + 1
		}
		s.again(pos+2, next, depth)
		return next
	}
	return pos + 1
}

// comment reads a comment, HTML standard 13.2.5.43 ff., and reads its content again: Outlook shows that of conditional
// comments, and naive readers take tags wherever they stand.
func (s *scanner) comment(pos, end int, reading Reading, depth int) int {
	content := pos + len("<!--")
	rest := s.src[content:end]
	length, next := len(rest), end
	switch {
	case bytes.HasPrefix(rest, []byte(">")):
		return content + 1
	case bytes.HasPrefix(rest, []byte("->")):
		return content + 2
	}
	for i := 0; i < len(rest); {
		k := bytes.Index(rest[i:], []byte("--"))
		if k < 0 {
			break
		}
		i += k
		if bytes.HasPrefix(rest[i:], []byte("-->")) {
			length, next = i, content+i+3
			break
		}
		if bytes.HasPrefix(rest[i:], []byte("--!>")) {
			length, next = i, content+i+4
			break
		}
		i++
	}
	inner := Naive
	if reading != Naive && bytes.HasPrefix(bytes.TrimLeft(rest[:min(len(rest), 32)], " \t\r\n"), []byte("[if")) {
		inner = Conditional
	}
	s.scan(content, content+length, inner, depth+1)
	return next
}

// again reads src[start:end] once more where it holds something that could start a tag.
func (s *scanner) again(start, end, depth int) {
	for i := start; i+1 < end; i++ {
		k := bytes.IndexByte(s.src[i:end-1], '<')
		if k < 0 {
			return
		}
		i += k
		if c := s.src[i+1]; isLetter(c) || c == '!' {
			s.scan(i, end, Naive, depth+1)
			return
		}
	}
}

// startTag reads the start tag at pos and, for elements whose content is no markup, that content.
func (s *scanner) startTag(pos, end int, reading Reading, depth int) int {
	name, attrs, next := s.tag(pos+1, end)
	t := tag{scanner: s, name: name, attrs: attrs, reading: reading, depth: depth}
	t.describe()
	t.references()
	if reading == Standard && !isVoid(name) && len(s.open) < maxOpen && !bytes.HasSuffix(s.src[pos:next], []byte("/>")) {
		s.open = append(s.open, element{name, t.box.Hidden || t.box.HiddenParent})
	}
	if !isRaw(name) {
		return next
	}
	contentEnd := next + rawEnd(s.src[next:end], name)
	switch name {
	case "style":
		s.styleSheet(next, contentEnd, reading, depth)
	case "script":
		s.opaque(next, contentEnd, reading, name, "")
	default:
		s.scan(next, contentEnd, Naive, depth+1)
	}
	return contentEnd
}

// tag reads a tag whose name starts at pos: its name, attributes, and the offset behind it (HTML standard 13.2.5.8 to
// 13.2.5.40). A tag that the end of the input cuts off is reported like any other: some readers show it.
func (s *scanner) tag(pos, end int) (string, []attribute, int) {
	src := s.src[:end]
	nameStart := pos
	for pos < end && !isSpace(src[pos]) && src[pos] != '/' && src[pos] != '>' {
		pos++
	}
	name := lower(src[nameStart:pos])
	var attrs []attribute
	for pos < end {
		for pos < end && (isSpace(src[pos]) || src[pos] == '/') {
			pos++
		}
		if pos >= end {
			break
		}
		if src[pos] == '>' {
			return name, attrs, pos + 1
		}
		a := attribute{nameStart: pos}
		// An equals sign that starts a name is part of it.
		for pos++; pos < end && !isSpace(src[pos]) && src[pos] != '/' && src[pos] != '>' && src[pos] != '='; pos++ {
		}
		a.nameEnd = pos
		a.name = lower(src[a.nameStart:a.nameEnd])
		for pos < end && isSpace(src[pos]) {
			pos++
		}
		a.start, a.end = pos, pos
		if pos < end && src[pos] == '=' {
			pos = a.value(src, pos+1)
		}
		attrs = append(attrs, a)
	}
	return name, attrs, end
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

// close takes the element off the stack, with those that are open in it. It looks only so far that the cost stays
// linear, however the tags are nested.
func (s *scanner) close(name string) {
	const reach = 32
	for i := len(s.open) - 1; i >= 0 && i >= len(s.open)-reach; i-- {
		if s.open[i].name == name {
			s.open = s.open[:i]
			return
		}
	}
}

// opaque reports a region that is not looked into.
func (s *scanner) opaque(start, end int, reading Reading, element, attr string) {
	if start < end {
		s.emit(Reference{
			Start: start, End: end, Role: Maybe, Syntax: OpaqueRegion, Reading: reading, Element: element, Attribute: attr,
			Box: Box{Width: -1, Height: -1},
		})
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

var (
	rawElements = []string{"iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"}
	// Elements that hold no content, HTML standard 13.1.2, with the obsolete ones.
	voidElements = []string{"area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr"}
)

func isRaw(name string) bool  { _, ok := slices.BinarySearch(rawElements, name); return ok }
func isVoid(name string) bool { _, ok := slices.BinarySearch(voidElements, name); return ok }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isSpace tells the white space of HTML.
func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }
