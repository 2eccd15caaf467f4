package message

import (
	"bytes"
	"strconv"
	"strings"

	"pixelwacht/detector/markup"
)

// Rich Text Format 1.9.1: groups in braces, control words that begin with a backslash, and text. What is shown is text
// outside of destinations; what is loaded stands in destinations: field instructions (INCLUDEPICTURE), templates, names
// of linked pictures, and the tags of encapsulated HTML (MS-OXRTFEX section 2.1.3.1.5).

// hiddenDestinations hold text that is not shown, beside those that begin with "\*".
var hiddenDestinations = map[string]bool{
	"fldinst": true, "sv": true, "sn": true, "template": true, "nextfile": true, "filetbl": true, "info": true, "stylesheet": true,
	"fonttbl": true, "hlinkbase": true, "datafield": true, "linkself": true,
}

// rtfText is what an RTF document holds beside visible text: the instructions, one a line, and the tags of the HTML
// that it encapsulates.
type rtfText struct{ instructions, html runs }

// rtfGroup is an open group.
type rtfGroup struct {
	hidden, html bool
	starred      bool // "\*" was read, and its destination comes next
	substitutes  int  // how many characters stand in for one of \u in programs that do not know the word
}

// maxGroups bounds the open groups; deeper ones are taken for hidden.
const maxGroups = 200

// hiddenText finds the text of the destinations.
func hiddenText(b []byte) rtfText {
	var t rtfText
	var groups []rtfGroup
	top, deeper := rtfGroup{substitutes: 1}, 0
	add := func(r run) {
		switch {
		case top.html:
			t.html = joinRun(t.html, r)
		case top.hidden:
			t.instructions = joinRun(t.instructions, r)
		}
	}
	for i := 0; i < len(b); {
		switch c := b[i]; c {
		case '{':
			if len(groups) < maxGroups {
				groups = append(groups, top)
				top.starred = false
			} else {
				deeper++
			}
			i++
		case '}':
			if deeper > 0 {
				deeper--
			} else if n := len(groups); n > 0 {
				if top.hidden && !groups[n-1].hidden {
					t.instructions = append(t.instructions, newLiteral(i, i, '\n'))
				}
				top, groups = groups[n-1], groups[:n-1]
			}
			i++
		case '\\':
			i = control(b, i, &top, add)
		case '\r', '\n':
			i++
		default:
			start := i
			for i < len(b) && bytes.IndexByte([]byte("{}\\\r\n"), b[i]) < 0 {
				i++
			}
			add(newRun(start, i))
		}
	}
	return t
}

// control reads the control word or symbol at b[i], and returns the offset behind it.
func control(b []byte, i int, top *rtfGroup, add func(run)) int {
	if i+1 >= len(b) {
		return len(b)
	}
	switch c := b[i+1]; {
	case c == '\'':
		if i+3 < len(b) && unhex(b[i+2]) >= 0 && unhex(b[i+3]) >= 0 {
			pair := newRun(i+2, i+4)
			pair.as = hexPair
			add(pair)
			return i + 4
		}
		return i + 2
	case c == '*':
		top.starred = true
		return i + 2
	case c == '\\' || c == '{' || c == '}':
		add(newRun(i+1, i+2))
		return i + 2
	case !isLetter(c):
		return i + 2
	}
	end := i + 1
	for end < len(b) && isLetter(b[end]) {
		end++
	}
	word := string(lowerASCII(b[i+1 : min(end, i+40)]))
	number := end
	for end < len(b) && (b[end] == '-' || '0' <= b[end] && b[end] <= '9') {
		end++
	}
	switch {
	case word == "htmltag":
		top.html, top.hidden = true, true
	case word == "bin" && number < end:
		end = skipBinary(b, number, end)
	case word == "u" && number < end:
		return unicodeCharacter(b, i, end, b[number:end], top.substitutes, add)
	case word == "uc" && number < end:
		top.substitutes, _ = strconv.Atoi(string(b[number:end]))
	case top.starred || hiddenDestinations[word]:
		top.hidden, top.html = true, false
	}
	top.starred = false
	if end < len(b) && b[end] == ' ' {
		end++
	}
	return end
}

// unicodeCharacter reads the character of a \u control word, and goes over those that stand in for it.
func unicodeCharacter(b []byte, start, end int, number []byte, substitutes int, add func(run)) int {
	code, err := strconv.Atoi(string(number))
	if err != nil || code < ' ' || code > '~' {
		code = '?' // no character that a URL is made of
	}
	if end < len(b) && b[end] == ' ' {
		end++
	}
	for ; substitutes > 0; substitutes-- {
		switch {
		case end+3 < len(b) && b[end] == '\\' && b[end+1] == '\'':
			end += 4
		case end < len(b) && bytes.IndexByte([]byte("{}\\\r\n"), b[end]) < 0:
			end++
		default:
			substitutes = 0
		}
	}
	add(newLiteral(start, end, byte(code)))
	return end
}

// skipBinary returns the offset behind the binary data of a \bin control word.
func skipBinary(b []byte, number, end int) int {
	n := 0
	for _, c := range b[number:end] {
		if c == '-' || n > len(b) {
			return end
		}
		n = n*10 + int(c-'0')
	}
	return min(end+1+n, len(b))
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// joinRun appends r to a text, as part of its last run where it follows directly.
func joinRun(text runs, r run) runs {
	if n := len(text); n > 0 && r.as == itself && text[n-1].as == itself && text[n-1].end == r.start {
		text[n-1].end = r.end
		return text
	}
	return append(text, r)
}

// scanInstructions finds the URLs and remote file names in the hidden text of an RTF document. That of a HYPERLINK
// field is a link.
func scanInstructions(text []byte, emit func(markup.Reference)) {
	for pos := 0; pos < len(text); {
		next := lineEnd(text, pos, len(text))
		role, element := markup.Loads, "rtf"
		switch word, _, _ := bytes.Cut(bytes.TrimSpace(text[pos:min(next, pos+60)]), []byte(" ")); {
		case bytes.EqualFold(word, []byte("includepicture")): // by far the most frequent
			element = "includepicture"
		case bytes.EqualFold(word, []byte("hyperlink")):
			role, element = markup.Link, "hyperlink"
		case len(word) > 0:
			element = strings.ToLower(string(word))
		}
		for start := pos; start < next; {
			end := start
			for end < next && bytes.IndexByte([]byte(" \t\r\n\"'<>;|"), text[end]) < 0 {
				end++
			}
			if word := text[start:end]; bytes.ContainsAny(word, `/\`) && isRemote(string(word)) {
				emit(markup.Reference{
					Start: start, End: end, URL: string(word), Role: role, Element: element, Box: markup.Box{Width: -1, Height: -1},
				})
			}
			start = end + 1
		}
		pos = next
	}
}
