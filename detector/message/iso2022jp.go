package message

import "bytes"

// Text in ISO-2022-JP (RFC 1468) is ASCII, with stretches of characters of two octets between escape sequences. It is scanned
// and patched as EUC-JP, which a layer maps it to: the escape sequences are left out, and the octets between them have their
// eighth bit set. Programs differ on text that is not as RFC 1468 has it, or in the character sets that came later; that is
// closed as a whole. Those that know no such charset read the octets as they stand, which is one more document.

// japaneseText is text in ISO-2022-JP as a layer, of which isISO2022JP holds.
type japaneseText struct{}

const (
	escape       = 0x1b
	escapeLength = 3 // ESC ( B or ESC $ B, or the older ESC $ @
)

// walk calls yield for every stretch with its offsets, and whether its characters have two octets.
func (japaneseText) walk(raw []byte, yield func(start, end int, isWide bool)) {
	isWide := false
	for start := 0; start < len(raw); {
		end := len(raw)
		if i := bytes.IndexByte(raw[start:], escape); i >= 0 {
			end = start + i
		}
		yield(start, end, isWide)
		if start = end + escapeLength; start <= len(raw) {
			isWide = raw[end+1] == '$'
		}
	}
}

// Decode returns the text in EUC-JP.
func (t japaneseText) Decode(raw []byte) []byte {
	text := make([]byte, 0, len(raw))
	t.walk(raw, func(start, end int, isWide bool) {
		for _, c := range raw[start:end] {
			if isWide {
				c |= 0x80
			}
			text = append(text, c)
		}
	})
	return text
}

// Patch writes ASCII over ASCII, and over a stretch of wide characters where it covers all of that. The escape sequences on
// both of its sides become more of what the edit ends with, so the text is longer; who reads it again finds ASCII, and can
// write there to the octet.
func (t japaneseText) Patch(raw []byte, edits []Edit) []byte {
	out := bytes.Clone(raw)
	offset := 0
	t.walk(raw, func(start, end int, isWide bool) {
		stretch := Edit{Start: offset, Text: out[start:end]}
		offset += end - start
		for len(edits) > 0 && edits[0].end() <= stretch.Start {
			edits = edits[1:]
		}
		for _, e := range edits {
			switch {
			case e.Start >= stretch.end():
				return
			case !isWide:
				skip := max(0, stretch.Start-e.Start)
				copy(stretch.Text[e.Start+skip-stretch.Start:], e.Text[skip:])
			case e.Start <= stretch.Start && stretch.end() <= e.end():
				copy(stretch.Text, e.Text[stretch.Start-e.Start:])
				last := e.Text[len(e.Text)-1:]
				copy(out[start-escapeLength:start], bytes.Repeat(last, escapeLength))
				copy(out[end:min(len(out), end+escapeLength)], bytes.Repeat(last, escapeLength))
			}
		}
	})
	return out
}

// end is the offset behind the edit.
func (e Edit) end() int { return e.Start + len(e.Text) }

// isISO2022JP reports whether a body of that label is in ISO-2022-JP as all programs read it: ASCII and JIS X 0208, of which
// no stretch is empty or ends within a character, and ASCII at the end.
func isISO2022JP(label string, body []byte) bool {
	if label != "iso-2022-jp" && label != "csiso2022jp" {
		return false
	}
	isWide := false
	for pos := 0; pos < len(body); {
		end := pos
		for end < len(body) && body[end] != escape {
			c := body[end]
			if c >= 0x80 || c == 0x0e || c == 0x0f || isWide && (c < 0x21 || c > 0x7e) {
				return false
			}
			end++
		}
		if isWide && (end-pos)%2 > 0 || end == pos && end > 0 {
			return false
		}
		if end == len(body) {
			break
		}
		starts := func(sequence string) bool { return bytes.HasPrefix(body[end:], []byte(sequence)) }
		if isWide && !starts("\x1b(B") || !isWide && !starts("\x1b$B") && !starts("\x1b$@") {
			return false
		}
		isWide = !isWide
		pos = end + escapeLength
	}
	return !isWide
}
