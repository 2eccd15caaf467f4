package block

import (
	"bytes"
	"strings"

	"pixelwacht/detector/message"
)

// sweep walks over markup as a simple reader does: each "<" before a letter starts a tag, wherever it stands.
type sweep struct {
	body     []byte
	edits    []message.Edit
	hidden   string // the element whose text nobody sees that is open, "" when there is none
	isSVG    bool   // an svg or math element is open
	cdataEnd bool   // there is no "]]>" any more
}

// place says what surrounds markup.
type place uint8

const (
	document    place = iota
	conditional       // in a conditional comment: Outlook follows its links, and nobody else sees it
)

// markup walks over text, and over what stands between it.
func (s *sweep) markup(pos, end int, in place) {
	for pos < end {
		next := pos
		for next < end && !startsTag(s.body[next:end]) {
			if i := bytes.IndexByte(s.body[next+1:end], '<'); i >= 0 {
				next += 1 + i
			} else {
				next = end
			}
		}
		s.text(pos, next, in)
		if next == end {
			return
		}
		pos = s.construct(next, end, in)
	}
}

func startsTag(b []byte) bool {
	return len(b) > 1 && b[0] == '<' && (isLetter(b[1]) || b[1] == '!' || b[1] == '?' || b[1] == '/' && len(b) > 2)
}

// construct reads what the "<" at pos starts, and returns the offset behind it.
func (s *sweep) construct(pos, end int, in place) int {
	rest := s.body[pos:end]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		return s.comment(pos, end, in)
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return s.cdata(pos, end)
	case rest[1] == '!' || rest[1] == '?':
		return s.declaration(pos, end)
	}
	return s.tag(pos, end, in)
}

// comment reads a comment, HTML standard 13.2.5.43 to 13.2.5.51. A conditional one is markup to Outlook.
func (s *sweep) comment(pos, end int, in place) int {
	content := pos + len("<!--")
	rest := s.body[content:end]
	for _, abrupt := range []string{">", "->"} {
		if bytes.HasPrefix(rest, []byte(abrupt)) {
			return content + len(abrupt)
		}
	}
	length, width := len(rest), 0
	for _, close := range []string{"-->", "--!>"} {
		if i := bytes.Index(rest[:length], []byte(close)); i >= 0 {
			length, width = i, len(close)
		}
	}
	if width == 0 && in == document && end == len(s.body) {
		s.unfinished(pos)
		return end
	}
	isConditional := bytes.HasPrefix(bytes.TrimLeft(rest[:min(len(rest), 32)], " \t\r\n"), []byte("[if"))
	if isConditional && in == document {
		inner := sweep{body: s.body}
		inner.markup(content, content+length, conditional)
		s.edits = append(s.edits, inner.edits...)
	} else {
		s.urls(content, content+length)
	}
	return content + length + width
}

// cdata reads a CDATA section: to "]]>" in foreign content, to ">" elsewhere.
func (s *sweep) cdata(pos, end int) int {
	next := end
	if i := bytes.Index(s.body[pos:end], []byte("]]>")); i >= 0 && !s.cdataEnd {
		next = pos + i + len("]]>")
	} else {
		s.cdataEnd = true
		if i := bytes.IndexByte(s.body[pos:end], '>'); i >= 0 {
			next = pos + i + 1
		}
	}
	s.urls(pos, next)
	return next
}

// declaration reads a document type, a processing instruction, or a comment that is none. Declarations inside of a
// document type can compose anything out of pieces: they go as a whole.
func (s *sweep) declaration(pos, end int) int {
	next := end
	if i := bytes.IndexByte(s.body[pos:end], '>'); i >= 0 {
		next = pos + i + 1
	}
	open := bytes.IndexByte(s.body[pos:next], '[')
	if open >= 0 && len(s.body[pos:end]) > 9 && strings.EqualFold(string(s.body[pos:pos+9]), "<!doctype") {
		subset := s.body[pos+open+1 : end]
		close := subsetEnd(subset)
		if bytes.Contains(subset[:close], []byte("<!ENTITY")) || bytes.Contains(subset[:close], []byte("<!ATTLIST")) {
			s.edits = append(s.edits, fill(s.body, pos+open+1, pos+open+1+close, "", ' '))
			return pos + open + 1 + close
		}
	}
	s.urls(pos, next)
	return next
}

// subsetEnd returns the length of the declarations inside of a document type.
func subsetEnd(b []byte) int {
	for i := 0; i < len(b); i++ {
		if b[i] == ']' && bytes.HasPrefix(bytes.TrimLeft(b[i+1:], " \t\r\n"), []byte(">")) {
			return i
		}
	}
	return len(b)
}

// tag reads a start or end tag, HTML standard 13.2.5.8 to 13.2.5.40, and the content of a style element.
func (s *sweep) tag(pos, end int, in place) int {
	b := s.body[:end]
	start, nameStart := pos, pos+1
	isEnd := b[nameStart] == '/'
	if isEnd {
		nameStart++
	}
	pos = nameStart
	for pos < end && !isSpace(b[pos]) && b[pos] != '/' && b[pos] != '>' {
		pos++
	}
	name := strings.ToLower(string(b[nameStart:min(pos, nameStart+64)]))
	outside := nameStart // where the bytes start that are in no value
	for pos < end && b[pos] != '>' {
		if isSpace(b[pos]) || b[pos] == '/' {
			pos++
			continue
		}
		attrStart := pos
		for pos++; pos < end && !isSpace(b[pos]) && b[pos] != '/' && b[pos] != '>' && b[pos] != '='; pos++ {
		}
		attr := strings.ToLower(string(b[attrStart:min(pos, attrStart+64)]))
		for pos < end && isSpace(b[pos]) {
			pos++
		}
		if pos < end && b[pos] == '=' {
			from, to, next := attributeValue(b, pos+1)
			s.names(outside, from)
			s.value(name, attr, from, to, in)
			pos, outside = next, to
		}
	}
	s.names(outside, min(pos, end))
	if pos >= end && in == document {
		s.unfinished(start)
		return end
	}
	next := min(pos+1, end)
	s.element(name, isEnd)
	if local := name[strings.LastIndexByte(name, ':')+1:]; (local == "style" || local == "script") && !isEnd {
		return s.raw(start, next, end, name)
	}
	return next
}

// raw reads the content of a style or script element. Those with a prefix are elements only in XML, and are not read as
// style sheets by the scanner: they go as a whole.
func (s *sweep) raw(start, content, end int, name string) int {
	length := indexEndTag(s.body[content:end], name)
	switch {
	case content+length == end && end == len(s.body):
		s.unfinished(start)
	case strings.Contains(name, ":"):
		s.edits = append(s.edits, fill(s.body, content, content+length, "", regionFiller))
	default:
		s.urls(content, content+length)
	}
	return content + length
}

// unfinished overwrites a construct that the document ends in with a comment, as nobody sees it: programs that show
// several parts as one document would read the next part into it.
func (s *sweep) unfinished(start int) {
	const open, close = "<!--", "-->"
	text := bytes.TrimRight(s.body[start:], "\r\n")
	edit := fill(s.body, start, start+len(text), "", regionFiller)
	if n := len(text); n >= len(open)+len(close) && !bytes.ContainsAny(text[:len(open)], "\r\n") && !bytes.ContainsAny(text[n-len(close):], "\r\n") {
		copy(edit.Text, open)
		copy(edit.Text[n-len(close):], close)
	}
	s.edits = append(s.edits, edit)
}

// attributeValue reads the value behind the equals sign: its range without quotes, and the offset behind it.
func attributeValue(b []byte, pos int) (from, to, next int) {
	for pos < len(b) && isSpace(b[pos]) {
		pos++
	}
	if pos < len(b) && (b[pos] == '"' || b[pos] == '\'') {
		i := bytes.IndexByte(b[pos+1:], b[pos])
		if i < 0 {
			return pos + 1, len(b), len(b)
		}
		return pos + 1, pos + 1 + i, pos + 2 + i
	}
	from = pos
	for pos < len(b) && !isSpace(b[pos]) && b[pos] != '>' {
		pos++
	}
	return from, pos, pos
}

// indexEndTag returns the length of the raw text before the end tag of name.
func indexEndTag(b []byte, name string) int {
	for i := 0; ; i++ {
		k := bytes.Index(b[i:], []byte("</"))
		if k < 0 {
			return len(b)
		}
		i += k
		if rest := b[i+2:]; len(rest) >= len(name) && strings.EqualFold(string(rest[:len(name)]), name) {
			return i
		}
	}
}
