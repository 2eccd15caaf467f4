package message

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Text in UTF-16 (RFC 2781) is scanned and patched as UTF-8, which a layer maps it to. Programs differ on it: they go by
// the byte order mark, by the label, by a default of their own, or know no UTF-16 and read the octets as they stand. So
// such a body is a document in each byte order, and one more of the octets without NUL; whatever a program reads is
// harmless in its reading, or the body is closed.

// utf16Text is text in UTF-16 as a layer.
type utf16Text struct{ order binary.ByteOrder }

// walk calls yield for every character with its offset and the number of its code units. A lone surrogate is U+FFFD, and
// an octet behind the last unit is nothing.
func (t utf16Text) walk(raw []byte, yield func(pos, units int, r rune)) {
	for pos := 0; pos+1 < len(raw); {
		r, units := rune(t.order.Uint16(raw[pos:])), 1
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if pos+3 < len(raw) {
				low = rune(t.order.Uint16(raw[pos+2:]))
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				units = 2
			}
		}
		yield(pos, units, r)
		pos += 2 * units
	}
}

// Decode returns the text in UTF-8.
func (t utf16Text) Decode(raw []byte) []byte {
	size := 0
	t.walk(raw, func(_, _ int, r rune) { size += utf8.RuneLen(r) })
	text := make([]byte, 0, size)
	t.walk(raw, func(_, _ int, r rune) { text = utf8.AppendRune(text, r) })
	return text
}

// Patch overwrites whole code units. What is written is ASCII; where it is longer than the units that its place in UTF-8
// stands for, each gets the first octet that differs, and the text is shorter. Who reads it again finds ASCII, and can
// write there to the octet.
func (t utf16Text) Patch(raw []byte, edits []Edit) []byte {
	out := bytes.Clone(raw)
	offset := 0
	var char [utf8.UTFMax]byte
	t.walk(raw, func(pos, units int, r rune) {
		width := utf8.EncodeRune(char[:], r)
		each := width / units // a pair of surrogates is four octets
		for i := range width {
			for len(edits) > 0 && edits[0].Start+len(edits[0].Text) <= offset+i {
				edits = edits[1:]
			}
			if len(edits) == 0 || edits[0].Start > offset+i {
				continue
			}
			unit := out[pos+i/each*2:]
			if c := edits[0].Text[offset+i-edits[0].Start]; c != char[i] && bytes.Equal(unit[:2], raw[pos+i/each*2:][:2]) {
				t.order.PutUint16(unit, uint16(c))
			}
		}
		offset += width
	})
	return out
}

// withoutNUL is text without its NUL octets as a layer: what a program makes of UTF-16 that does not know it. Browsers
// keep the NUL, and find no more markup in it for that.
type withoutNUL struct{}

// Decode returns the text.
func (withoutNUL) Decode(raw []byte) []byte { return bytes.ReplaceAll(raw, []byte{0}, nil) }

// Patch overwrites bytes of the text where they stand.
func (withoutNUL) Patch(raw []byte, edits []Edit) []byte {
	out := bytes.Clone(raw)
	offset := 0
	for i, c := range raw {
		if c == 0 {
			continue
		}
		for len(edits) > 0 && edits[0].Start+len(edits[0].Text) <= offset {
			edits = edits[1:]
		}
		if len(edits) == 0 {
			break
		}
		if edits[0].Start <= offset {
			out[i] = edits[0].Text[offset-edits[0].Start]
		}
		offset++
	}
	return out
}

// The byte order marks, RFC 2781 section 3.2.
var littleEndianMark, bigEndianMark = []byte("\xff\xfe"), []byte("\xfe\xff")

// markLength is the length of the byte order mark that b starts with, 0 where there is none.
func markLength(b []byte) int {
	if bytes.HasPrefix(b, littleEndianMark) || bytes.HasPrefix(b, bigEndianMark) {
		return len(bigEndianMark)
	}
	return 0
}

// isUTF16 reports whether a charset is UTF-16, or what it was before it had surrogates.
func isUTF16(charset string) bool {
	switch charset {
	case "utf-16", "utf16", "utf-16le", "utf-16be", "unicode", "csunicode", "unicodefeff", "unicodefffe", "ucs-2", "iso-10646-ucs-2":
		return true
	}
	return false
}

// utf16Of returns text of that label in UTF-16 as a layer, in the byte order that is likely: that of the byte order mark,
// of the label, or the one in which more characters are ASCII. ok is false for a body that is not in UTF-16, or that a
// program could take for something else than UTF-16 or octets of ASCII.
func utf16Of(label string, body []byte) (t utf16Text, ok bool) {
	label = strings.ToLower(strings.Trim(label, "\"' \t"))
	if name := charsetOf(label, body); !isUTF16(name) || !isUTF16(label) && !isLikeASCII(label) {
		return t, false
	}
	head := body[:min(len(body), headSize)]
	nul := [2]int{} // at even and at odd offsets
	for i, c := range head {
		if c == 0 {
			nul[i%2]++
		}
	}
	switch little := (utf16Text{binary.LittleEndian}); {
	case bytes.HasPrefix(head, littleEndianMark):
		return little, true
	case bytes.HasPrefix(head, bigEndianMark):
		return little.other(), true
	case strings.HasSuffix(label, "be"), !strings.HasSuffix(label, "le") && nul[0] > nul[1]:
		return little.other(), true
	default: // also that of the Encoding standard, section 4.2
		return little, true
	}
}

// other is the text in the other byte order.
func (t utf16Text) other() utf16Text {
	if t.order == binary.ByteOrder(binary.LittleEndian) {
		return utf16Text{binary.BigEndian}
	}
	return utf16Text{binary.LittleEndian}
}
