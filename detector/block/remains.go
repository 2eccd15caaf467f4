package block

import (
	"bytes"
	entities "html"
	"slices"
	"strings"

	"pixelwacht/detector/message"
)

// Two readers look at a document that is blocked in full. The scanner (package markup) knows what loads something. When
// all of that is overwritten, the sweep walks over what is left, and knows nothing of what loads: it knows the few places
// where a URL may remain, because it is shown or followed there. These are visible text, the href of a and area, alt, title,
// data-* and aria-*, and the names of vocabularies that nobody loads. Whatever reads like a URL elsewhere (in comments,
// declarations, style sheets, attributes of any name) is overwritten, too. So what the scanner does not know does not leak.
//
// This file says what may remain and what is written over the rest, sweep.go walks, urls.go finds URLs.

// remains returns the edits that overwrite the URLs that are left where none may be, by offset.
func remains(body []byte, isMarkup bool) []message.Edit {
	s := sweep{body: body}
	if isMarkup {
		s.markup(0, len(body), document)
	} else {
		s.urls(0, len(body))
	}
	return s.edits
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

// Elements whose text is not shown in the message.
var hiddenElements = []string{"template", "title", "xml"}

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
