package markup

import (
	"bytes"
	"html"
	"sort"
	"strings"
)

// decoded is text with its character references undone, and where it came from.
type decoded struct {
	text   string
	shifts []shift // where text and source drift apart, in order
}

// shift says that from text offset at on, the source offset is at plus by, until the next shift.
type shift struct{ at, by int }

// offset returns the source offset of the byte at a text offset.
func (d decoded) offset(text int) int {
	i := sort.Search(len(d.shifts), func(i int) bool { return d.shifts[i].at > text })
	if i == 0 {
		return text
	}
	return text + d.shifts[i-1].by
}

// decodeEntities undoes the character references of an attribute value (HTML standard 13.2.5.72).
func decodeEntities(src []byte) decoded {
	if bytes.IndexByte(src, '&') < 0 {
		return decoded{text: string(src)}
	}
	var d decoded
	var b strings.Builder
	for i := 0; i < len(src); {
		k := bytes.IndexByte(src[i:], '&')
		if k < 0 {
			b.Write(src[i:])
			break
		}
		b.Write(src[i : i+k])
		i += k
		text, n := reference(src[i:])
		b.WriteString(text)
		i += n
		if n != len(text) {
			d.shifts = append(d.shifts, shift{b.Len(), i - b.Len()})
		}
	}
	d.text = b.String()
	return d
}

// maxReference is longer than any character reference: the longest name has 32 letters.
const maxReference = 40

// reference decodes the character reference at the start of b, which starts with "&". It returns the text and the
// number of bytes that it stands for; "&" and 1 when there is none.
func reference(b []byte) (string, int) {
	n := 1
	isNumber := n < len(b) && b[n] == '#'
	if isNumber {
		n++
		if n < len(b) && b[n]|0x20 == 'x' {
			n++
		}
	}
	hex := isNumber && b[n-1]|0x20 == 'x'
	for n < len(b) && (isNumber || n < maxReference) && (isDigit(b[n]) || hex && isHex(b[n]) || !isNumber && isLetter(b[n])) {
		n++
	}
	end := n
	if n < len(b) && b[n] == ';' {
		end++
	}
	if isNumber {
		if !isHex(b[n-1]) {
			return "&", 1
		}
		// A number of any length is one reference; leading zeros are dropped so that it stays short.
		text := html.UnescapeString(shortNumber(b[:n]) + ";")
		if strings.HasPrefix(text, "&") && len(text) > 1 {
			return "&", 1
		}
		return text, end
	}
	source := string(b[:end])
	text := html.UnescapeString(source)
	if text == source {
		return "&", 1
	}
	// In an attribute, a name without semicolon before "=" or a letter is no reference: "&copy=1" stays.
	if end == n {
		if n < len(b) && b[n] == '=' {
			return "&", 1
		}
		if last := text[len(text)-1]; isLetter(last) || isDigit(last) {
			return "&", 1
		}
	}
	return text, end
}

// shortNumber drops the leading zeros of a numeric reference without semicolon.
func shortNumber(b []byte) string {
	prefix := 2
	if len(b) > 2 && b[2]|0x20 == 'x' {
		prefix = 3
	}
	digits := bytes.TrimLeft(b[prefix:], "0")
	if len(digits) > 8 {
		digits = digits[:8]
	}
	return string(b[:prefix]) + "0" + string(digits)
}

// cleanURL removes what URL parsers ignore: control characters and spaces at the ends, line breaks and tabs anywhere
// (WHATWG URL section 4.4).
func cleanURL(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' || r == 0xa0 })
	if strings.ContainsAny(s, "\t\r\n") {
		s = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(s)
	}
	return s
}
