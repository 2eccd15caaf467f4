package message

import (
	"bytes"
	"strings"

	"pixelwacht/detector/markup"
)

// Calendars (RFC 5545) and cards (RFC 6350, 2426, 2425) are made of content lines: NAME;PARAM=value:value, folded by a
// line break and a space, with a backslash before characters that would mean something else.

// unfold is the text of content lines without the folds.
func unfold(b []byte) runs {
	var text runs
	for pos := 0; pos < len(b); {
		next := lineEnd(b, pos, len(b))
		end := next
		folded := next < len(b) && (b[next] == ' ' || b[next] == '\t')
		if folded {
			end = pos + len(trimBreaks(b[pos:next]))
		}
		text = joinRun(text, newRun(pos, end))
		pos = next
		if folded {
			pos++
		}
	}
	return text
}

// contentLine is one unfolded content line. The offsets are octets from its start.
type contentLine struct {
	name   string // upper case, without a group ("item1.PHOTO")
	params span   // without the first semicolon and the colon
	value  span   // without the line break
}

// contentLines calls yield for each content line of an unfolded text, with its offset.
func contentLines(text []byte, yield func(offset int, line []byte, l contentLine)) {
	for pos := 0; pos < len(text); {
		next := lineEnd(text, pos, len(text))
		if l, ok := parseContentLine(text[pos:next]); ok {
			yield(pos, text[pos:next], l)
		}
		pos = next
	}
}

func parseContentLine(line []byte) (contentLine, bool) {
	colon, quoted := -1, false
	for i, c := range line {
		if c == '"' {
			quoted = !quoted
		} else if c == ':' && !quoted {
			colon = i
			break
		}
	}
	if colon < 0 {
		// QUIRK: a quote that does not end hides the colon from strict readers only.
		if colon = bytes.IndexByte(line, ':'); colon < 0 {
			return contentLine{}, false
		}
	}
	name, _, _ := bytes.Cut(line[:colon], []byte(";"))
	l := contentLine{
		params: span{min(len(name)+1, colon), colon},
		value:  span{colon + 1, max(colon+1, len(trimBreaks(line)))},
	}
	l.name = strings.ToUpper(string(bytes.TrimSpace(name[bytes.LastIndexByte(name, '.')+1:])))
	return l, l.name != ""
}

// isHTML reports whether the value of the line is HTML: X-ALT-DESC, which Outlook writes and shows, STYLED-DESCRIPTION
// (RFC 9073 section 6.5), and whatever says so. Where the value is a URI, the HTML is behind it.
func (l contentLine) isHTML(line []byte) bool {
	if l.says(line, "value=uri") {
		return false
	}
	return l.name == "X-ALT-DESC" || l.name == "STYLED-DESCRIPTION" || l.says(line, "text/html")
}

// says reports whether the parameters of the line hold what, in upper or lower case.
func (l contentLine) says(line []byte, what string) bool {
	params := l.params.Decode(line)
	for i := range len(params) - len(what) + 1 {
		if bytes.EqualFold(params[i:i+len(what)], []byte(what)) {
			return true
		}
	}
	return false
}

// htmlValues are the HTML texts in an unfolded text, with their escapes undone (RFC 5545 section 3.3.11).
func htmlValues(text []byte) []runs {
	var all []runs
	contentLines(text, func(offset int, line []byte, l contentLine) {
		if l.isHTML(line) && len(all) <= maxDocuments {
			all = append(all, unescaped(text, offset+l.value.start, offset+l.value.end))
		}
	})
	return all
}

// unescaped is text[start:end] without the backslashes of its escapes.
func unescaped(text []byte, start, end int) runs {
	var value runs
	for pos := start; pos < end; {
		i := bytes.IndexByte(text[pos:end], '\\')
		if i < 0 || pos+i+1 >= end {
			return append(value, newRun(pos, end))
		}
		escape := pos + i
		r := newRun(escape+1, escape+2)
		if c := text[escape+1]; c == 'n' || c == 'N' {
			r = newLiteral(escape+1, escape+2, '\n')
		}
		value = append(value, newRun(pos, escape), r)
		pos = escape + 2
	}
	return value
}

// linkProperties hold URIs that a person follows: they stay.
var linkProperties = map[string]bool{"URL": true, "CONFERENCE": true, "IMPP": true, "X-SOCIALPROFILE": true, "TEL": true, "EMAIL": true}

// textProperties hold text that is shown, also where it is a URL.
var textProperties = map[string]bool{
	"SUMMARY": true, "DESCRIPTION": true, "LOCATION": true, "COMMENT": true, "CONTACT": true, "NOTE": true, "FN": true, "N": true,
	"ORG": true, "TITLE": true, "ADR": true, "LABEL": true, "UID": true, "PRODID": true, "CATEGORIES": true,
}

// loadedProperties hold what programs show or play beside the text: RFC 7986 section 5.10, RFC 6350 section 6.2.4, 6.6.3
// and 6.7.5.
var loadedProperties = map[string]bool{"IMAGE": true, "PHOTO": true, "LOGO": true, "SOUND": true}

// scanContentLines finds the URIs that are values of content lines in an unfolded text, and those in their parameters
// (ALTREP and DIR, RFC 5545 section 3.2).
func scanContentLines(text []byte, emit func(markup.Reference)) {
	contentLines(text, func(offset int, line []byte, l contentLine) {
		uri := func(s span, r markup.Reference) {
			b := s.Decode(line)
			if !bytes.ContainsAny(b, `:/\`) {
				return
			}
			s.start += len(b) - len(bytes.TrimLeft(b, " \t\""))
			s.end = max(s.start, s.start+len(bytes.Trim(b, " \t\"")))
			if r.URL = l.uri(s.Decode(line), line); isRemote(r.URL) || isDataURL(r.URL) {
				r.Start, r.End, r.Element, r.Box = offset+s.start, offset+s.end, strings.ToLower(l.name), markup.Box{Width: -1, Height: -1}
				emit(r)
			}
		}
		for pos := l.params.start; pos < l.params.end; {
			end := pos
			for end < l.params.end && line[end] != ';' && line[end] != '"' {
				end++
			}
			start := pos + bytes.IndexByte(line[pos:end], '=') + 1
			uri(span{start, end}, markup.Reference{Role: markup.Maybe, Attribute: "parameter"})
			pos = end + 1
		}
		if !textProperties[l.name] && !l.isHTML(line) {
			uri(l.value, markup.Reference{Role: l.role(line)})
		}
	})
}

// role says what becomes of a URI that is the value of the line. An attachment that is a picture is shown (RFC 5545 section
// 3.8.1.1 and 3.2.8).
func (l contentLine) role(line []byte) markup.Role {
	switch {
	case linkProperties[l.name]:
		return markup.Link
	case loadedProperties[l.name], l.name == "ATTACH" && l.says(line, "fmttype=image/"):
		return markup.Loads
	}
	return markup.Maybe
}

// uri is the URI that is a value of the line. In version 2.1 of vCard (section 2.1.5) it can be in quoted-printable.
func (l contentLine) uri(value, line []byte) string {
	if l.says(line, "quoted-printable") {
		value = QuotedPrintable.Decode(value)
	}
	return unescapeText(string(value))
}

// isDataURL reports whether s is a document of its own (RFC 2397), which may load something.
func isDataURL(s string) bool { return len(s) > 5 && strings.EqualFold(s[:5], "data:") }

// unescapeText undoes the escapes of a value. QUIRK: a URI has none, but programs escape its commas and semicolons.
func unescapeText(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\,`, ",", `\;`, ";", `\:`, ":", `\\`, `\`).Replace(s)
}

// localSchemes lead to nothing that is loaded: what is in the message, an address, or a name.
var localSchemes = map[string]bool{
	"data": true, "cid": true, "mid": true, "mailto": true, "tel": true, "sms": true, "urn": true, "uuid": true, "geo": true, "sip": true, "xmpp": true,
}

// isRemote reports whether s is a URL that leads somewhere, or the name of a file on another machine.
func isRemote(s string) bool {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "//") || strings.HasPrefix(s, `\\`) {
		return true
	}
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || len(scheme) < 2 || len(scheme) > 30 || rest == "" || localSchemes[strings.ToLower(scheme)] {
		return false
	}
	for i := range len(scheme) {
		c := scheme[i] | 0x20
		if !('a' <= c && c <= 'z' || i > 0 && ('0' <= c && c <= '9' || strings.IndexByte("+-.", scheme[i]) >= 0)) {
			return false
		}
	}
	return true
}
