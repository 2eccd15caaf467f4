package markup

import (
	"bytes"
	"html"
	"sort"
	"strings"
)

// decoded is text with its character references undone, and where it came from.
type decoded struct {
	text   []byte
	shifts []shift // where text and source drift apart, in order
}

// shift says that from text offset at on, the source offset is at plus by, until the next shift.
type shift struct{ at, by int32 }

// offset returns the source offset of the byte at a text offset.
func (d decoded) offset(text int) int {
	i := sort.Search(len(d.shifts), func(i int) bool { return int(d.shifts[i].at) > text })
	if i == 0 {
		return text
	}
	return text + int(d.shifts[i-1].by)
}

// maxMapped is the longest value with character references in which single bytes are found again. Nothing that a program
// writes comes near it.
const maxMapped = 1 << 18

// decodeMapped undoes the character references of an attribute value (HTML standard 13.2.5.72). ok is false when it is
// too long for that.
func decodeMapped(src []byte) (d decoded, ok bool) {
	if bytes.IndexByte(src, '&') < 0 {
		return decoded{text: src}, true
	}
	if len(src) > maxMapped {
		return d, false
	}
	d.text = make([]byte, 0, len(src))
	decode(src, func(piece []byte) { d.text = append(d.text, piece...) }, func(text string, n int) {
		d.text = append(d.text, text...)
		if n != len(text) {
			by := int32(n - len(text))
			if k := len(d.shifts); k > 0 {
				by += d.shifts[k-1].by
			}
			d.shifts = append(d.shifts, shift{int32(len(d.text)), by})
		}
	})
	return d, true
}

// decodeText undoes the character references of an attribute value.
func decodeText(src []byte) string {
	if bytes.IndexByte(src, '&') < 0 {
		return string(src)
	}
	var text strings.Builder
	text.Grow(len(src))
	decode(src, func(piece []byte) { text.Write(piece) }, func(s string, _ int) { text.WriteString(s) })
	return text.String()
}

// decode calls plain for each piece of src without character references and referred for what each reference stands
// for, with its length in src.
func decode(src []byte, plain func([]byte), referred func(text string, n int)) {
	for i := 0; i < len(src); {
		k := bytes.IndexByte(src[i:], '&')
		if k < 0 {
			plain(src[i:])
			return
		}
		if k > 0 {
			plain(src[i : i+k])
		}
		i += k
		text, n := reference(src[i:])
		referred(text, n)
		i += n
	}
}

// maxReference is longer than any character reference: the longest name has 32 letters.
const maxReference = 40

// reference decodes the character reference at the start of b, which starts with "&". It returns the text and the
// number of bytes that it stands for; "&" and 1 when there is none.
func reference(b []byte) (string, int) {
	if text, n := commonReference(b); n > 0 {
		return text, n
	}
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
		if c := asciiNumber(b[:n]); c > 0 {
			return ascii[c : c+1], end
		}
		// A number of any length is one reference; leading zeros are dropped so that it stays short.
		text := html.UnescapeString(shortNumber(b[:n]) + ";")
		if text == "" || text[0] == '&' && len(text) > 1 {
			return "&", 1
		}
		return text, end
	}
	if n == 1 {
		return "&", 1
	}
	source := string(b[:end])
	text := html.UnescapeString(source)
	if text == source {
		return "&", 1
	}
	// In an attribute, a name without semicolon before "=" or a letter is no reference: "&copy=1" stays, and so does "&amp0;".
	if strings.HasSuffix(text, ";") && text != ";" {
		return "&", 1
	}
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

// asciiNumber returns the printable ASCII character that a numeric reference without semicolon stands for, 0 for others.
func asciiNumber(b []byte) int {
	base, digits := 10, b[2:]
	if digits[0]|0x20 == 'x' {
		base, digits = 16, digits[1:]
	}
	n := 0
	for _, c := range digits {
		if n = n*base + int(hexDigit(c)); n > '~' {
			return 0
		}
	}
	if n < ' ' {
		return 0
	}
	return n
}

// ascii are the characters of ASCII, each at its place.
var ascii = func() string {
	var all [0x80]byte
	for i := range all {
		all[i] = byte(i)
	}
	return string(all[:])
}()

// commonReference decodes the references that most attribute values hold; 0 when it is none of them.
func commonReference(b []byte) (string, int) {
	for _, r := range [...]struct{ source, text string }{{"&amp;", "&"}, {"&quot;", `"`}, {"&#39;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&nbsp;", "\u00a0"}} {
		if len(b) >= len(r.source) && string(b[:len(r.source)]) == r.source {
			return r.text, len(r.source)
		}
	}
	return "", 0
}

// deepReference is reference for what was escaped up to three times: "&amp;amp;colon;" is a colon to a program that
// unescapes a document once too often.
func deepReference(b []byte) (string, int) {
	text, n := reference(b)
	for range 2 {
		if text != "&" || n == 1 {
			break
		}
		again := append([]byte{'&'}, b[n:min(len(b), n+maxReference)]...)
		next, m := reference(again)
		if m == 1 {
			break
		}
		text, n = next, n+m-1
	}
	return text, n
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
