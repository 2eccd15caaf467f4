package block

import (
	"bytes"
	entities "html"
	"slices"
	"strings"

	"pixelwacht/detector/message"
)

// The scanner knows what loads something. What it does not know is caught by construction: when everything that loads is
// overwritten, a URL may remain only where it is shown or followed: in visible text, in the href of a and area, in alt,
// title, data-* and aria-*, and in the names of vocabularies that nobody loads. Whatever reads like a URL elsewhere, in
// comments, declarations, style sheets, unknown attributes, is overwritten, too.

// remains returns the edits that overwrite the URLs that are left where none may be, by offset.
func remains(body []byte, isStyleSheet bool) []message.Edit {
	s := sweep{body: body}
	if isStyleSheet {
		s.urls(0, len(body))
	} else {
		s.markup(0, len(body), document)
	}
	return s.edits
}

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

// Elements whose text is not shown in the message.
var hiddenElements = []string{"template", "title", "xml"}

func (s *sweep) markup(pos, end int, in place) {
	for pos < end {
		start := pos
		i := bytes.IndexByte(s.body[pos:end], '<')
		if i < 0 {
			s.text(start, end, in)
			return
		}
		pos += i
		for pos+1 < end && !startsTag(s.body[pos+1:end]) { // a "<" that is text
			i := bytes.IndexByte(s.body[pos+1:end], '<')
			if i < 0 {
				s.text(start, end, in)
				return
			}
			pos += 1 + i
		}
		s.text(start, pos, in)
		pos = s.construct(pos, end, in)
	}
}

func startsTag(b []byte) bool {
	return isLetter(b[0]) || b[0] == '!' || b[0] == '?' || b[0] == '/' && len(b) > 1
}

// construct reads what the "<" at pos starts, and returns the offset behind it.
func (s *sweep) construct(pos, end int, in place) int {
	rest := s.body[pos:end]
	switch {
	case len(rest) == 1:
		return end
	case bytes.HasPrefix(rest, []byte("<!--")):
		return s.comment(pos, end, in)
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return s.cdata(pos, end)
	case rest[1] == '!' || rest[1] == '?':
		return s.declaration(pos, end)
	}
	return s.tag(pos, end, in)
}

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

// element keeps track of where in the document we are.
func (s *sweep) element(name string, isEnd bool) {
	switch {
	case name == "svg" || name == "math":
		s.isSVG = !isEnd
	case s.isSVG && (slices.Contains(breakout, name) || name == "foreignobject"):
		s.isSVG = false
	case isEnd && name == s.hidden:
		s.hidden = ""
	case !isEnd && s.hidden == "" && slices.Contains(hiddenElements, name):
		s.hidden = name
	}
}

// Elements that end foreign content, HTML standard 13.2.6.5, as far as mail has them.
var breakout = []string{
	"b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1", "h2", "h3", "h4", "h5",
	"h6", "head", "hr", "i", "img", "li", "menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strike", "strong",
	"sub", "sup", "table", "tt", "u", "ul", "var",
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

// value overwrites the URLs in an attribute value, unless they may remain there.
func (s *sweep) value(element, attr string, from, to int, in place) {
	raw := s.body[from:to]
	if len(raw) == 0 {
		return
	}
	text := entities.UnescapeString(string(raw))
	isLink := s.followed(element, attr, in)
	if isLink || isShownAttribute(attr) {
		if !strings.Contains(text, "<") {
			return
		}
		if isLink {
			s.angles(from, to)
			return
		}
	}
	if isInside(text) {
		return
	}
	if element == "meta" && namesWideCharset(text) {
		s.edits = append(s.edits, fill(s.body, from, to, "", nameFiller))
		return
	}
	before := len(s.edits)
	s.urls(from, to)
	hasHidden := text != string(raw) && hasURL(text) // spelt with character references
	if len(s.edits) == before && (hasHidden || isRelative(element, attr, text)) {
		s.edits = append(s.edits, fill(s.body, from, to, urlFiller, nameFiller))
	}
}

// namesWideCharset reports whether text names a charset that is not like ASCII: the document is, or it would have been
// closed, and a program that believes the name would read something else in it.
func namesWideCharset(text string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc([]string{"utf-7", "utf7", "utf-16", "utf-32", "iso-2022", "hz-gb", "ebcdic", "cp037", "ibm037"}, func(name string) bool {
		return strings.Contains(text, name)
	})
}

// isRelative reports whether the value is what a plug-in loads, although it has no scheme.
func isRelative(element, attr, text string) bool {
	return element == "param" && attr == "value" && strings.ContainsAny(text, "/\\") && !strings.HasPrefix(text, urlFiller)
}

// followed reports whether the attribute is a link that the reader of the message can follow.
func (s *sweep) followed(element, attr string, in place) bool {
	if attr != "href" || s.isSVG || s.hidden == "template" {
		return false
	}
	return element == "a" || element == "area" || in == conditional && strings.HasPrefix(element, "v:")
}

// isShownAttribute reports whether the value of an attribute is text for the reader, or for nobody at all.
func isShownAttribute(attr string) bool {
	return attr == "alt" || attr == "title" || strings.HasPrefix(attr, "data-") || strings.HasPrefix(attr, "aria-")
}

// angles takes the "<" out of a link, where a reader that has lost track would see a tag. It cannot be in a URL.
func (s *sweep) angles(from, to int) {
	for i := from; i < to; i++ {
		if s.body[i] == '<' {
			s.edits = append(s.edits, message.Edit{Start: i, Text: []byte{nameFiller}})
		} else if s.body[i] == '&' {
			width := 1
			for width < 12 && i+width < to && (isLetter(s.body[i+width]) || isDigit(s.body[i+width]) || s.body[i+width] == '#' || s.body[i+width] == ';') {
				width++
				if s.body[i+width-1] == ';' {
					break
				}
			}
			if strings.HasPrefix(entities.UnescapeString(string(s.body[i:i+width])), "<") {
				s.edits = append(s.edits, fill(s.body, i, i+width, "", nameFiller))
				i += width - 1
			}
		}
	}
}

// text overwrites URLs in text that nobody sees, and those that follow an equals sign in visible text with loose angle
// brackets: a tag to a reader that is more lenient than the standard.
func (s *sweep) text(from, to int, in place) {
	if s.hidden != "" || in == conditional {
		s.urls(from, to)
		return
	}
	text := s.body[from:to]
	open, close := bytes.IndexByte(text, '<'), bytes.LastIndexByte(text, '>')
	if bytes.IndexByte(text, '=') < 0 || open < 0 && close < 0 {
		return
	}
	for _, r := range urlRanges(text) {
		if (open < 0 || r.start < open) && r.end > close {
			continue // in no tag, wherever one begins or ends
		}
		if before := bytes.TrimRight(text[:r.start], " \t\r\n\"'`\x00"); bytes.HasSuffix(before, []byte("=")) {
			s.overwrite(from+r.start, from+r.end)
		}
	}
}

// urls overwrites every URL in a range.
func (s *sweep) urls(from, to int) {
	for _, r := range urlRanges(s.body[from:to]) {
		s.overwrite(from+r.start, from+r.end)
	}
}

// names overwrites every URL in the names of a tag and its attributes.
func (s *sweep) names(from, to int) {
	for _, r := range urlRanges(s.body[from:to]) {
		if i := bytes.IndexByte(s.body[from+r.start:from+r.end], '='); i >= 0 {
			r.end = r.start + i
		}
		s.edits = append(s.edits, fill(s.body, from+r.start, from+r.end, "", nameFiller))
	}
}

func (s *sweep) overwrite(from, to int) {
	prefix := urlFiller
	if to-from < len(prefix) {
		prefix = ""
	}
	s.edits = append(s.edits, fill(s.body, from, to, prefix, nameFiller))
}

func hasURL(s string) bool { return len(urlRanges([]byte(s))) > 0 }

// Schemes that programs load from, or ask another program for.
var loadingSchemes = []string{
	"feed", "file", "ftp", "ftps", "gopher", "http", "https", "imap", "ldap", "news", "nntp", "rtsp", "sftp", "smb", "webcal", "ws", "wss",
}

// Vocabularies that are named by a URL, which identifies them and is not loaded.
var vocabularies = []string{
	"http://www.w3.org/", "https://www.w3.org/", "http://schemas.microsoft.com/", "http://schema.org", "https://schema.org", "http://ogp.me/ns",
	"http://rdf.data-vocabulary.org/", "http://purl.org/", "http://xmlns.com/foaf/", "http://gmpg.org/xfn/",
}

type byteRange struct{ start, end int }

// urlRanges finds what reads like a URL with a host: a known scheme, or two slashes of either kind and something behind
// them. Pictures in data: URLs are passed over.
func urlRanges(b []byte) []byteRange {
	var ranges []byteRange
	done := 0
	for i := 0; i < len(b); {
		k := bytes.IndexAny(b[i:], ":/\\%")
		if k < 0 {
			break
		}
		i += k
		start := i
		switch {
		case b[i] == ':':
			for start > done && isLetter(b[start-1]) {
				start--
			}
			scheme := strings.ToLower(string(b[start:min(i, start+8)]))
			if scheme == "data" {
				if end := tokenEnd(b, i, pictureStops); isPicture(string(b[start:end])) {
					i, done = end, end
					continue
				}
			}
			if _, ok := slices.BinarySearch(loadingSchemes, scheme); !ok {
				i++
				continue
			}
		case i > done && isPathCharacter(b[i-1]) || !isAuthority(b[i:]):
			i++
			continue
		}
		end := tokenEnd(b, i, urlStops)
		if !isVocabulary(b[start:end]) {
			ranges = append(ranges, byteRange{start, end})
		}
		i, done = end, end
	}
	return ranges
}

// isPathCharacter reports whether two slashes behind c are inside of a name: "-//W3C//DTD HTML 4.01//EN" is no URL.
func isPathCharacter(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '-' || c == '+' || c == ')'
}

// isAuthority reports whether b starts with two slashes, plain or percent-encoded, and something that can be a host.
func isAuthority(b []byte) bool {
	n := 0
	for len(b) > 0 {
		switch {
		case b[0] == '/' || b[0] == '\\':
			b = b[1:]
		case len(b) >= 3 && b[0] == '%' && (strings.EqualFold(string(b[1:3]), "2f") || strings.EqualFold(string(b[1:3]), "5c")):
			b = b[3:]
		default:
			return n >= 2 && (isLetter(b[0]) || isDigit(b[0]) || b[0] == '%' || b[0] == '&' || b[0] == '[' || b[0] == '_' || b[0] >= 0x80)
		}
		n++
	}
	return false
}

// tokenEnd returns where a URL that goes over b[i] ends, whatever surrounds it.
func tokenEnd(b []byte, i int, stops string) int {
	if k := bytes.IndexAny(b[i:], stops); k >= 0 {
		return i + k
	}
	return len(b)
}

const (
	urlStops     = " \t\r\n\f\"'<>(){};"
	pictureStops = " \t\"'<>(){}" // a data: URL can be folded, and has semicolons
)

func isVocabulary(url []byte) bool {
	return slices.ContainsFunc(vocabularies, func(v string) bool {
		rest, ok := bytes.CutPrefix(url, []byte(v))
		return ok && (len(rest) == 0 || strings.HasSuffix(v, "/") || rest[0] == '/' || rest[0] == '#') && !bytes.ContainsAny(rest, "@\\")
	})
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }
