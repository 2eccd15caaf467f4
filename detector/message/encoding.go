package message

import (
	"bytes"
	"strings"
)

// Encoding is a content-transfer-encoding, RFC 2045 section 6.
type Encoding uint8

// The encodings. An unknown encoding is Identity, as most programs treat it.
const (
	Identity        Encoding = iota // 7bit, 8bit, binary
	QuotedPrintable                 // RFC 2045 section 6.7
	Base64                          // RFC 2045 section 6.8
)

func parseEncoding(s string) Encoding {
	s, _, _ = strings.Cut(withoutComments(s), ";")
	switch strings.ToLower(strings.Trim(strings.TrimSpace(s), "\"'")) {
	case "quoted-printable":
		return QuotedPrintable
	case "base64":
		return Base64
	}
	return Identity
}

// Edit replaces decoded bytes from offset Start on by as many bytes of Text.
type Edit struct {
	Start int
	Text  []byte
}

// Decode undoes the encoding of raw. Identity returns raw itself.
func (e Encoding) Decode(raw []byte) []byte {
	switch e {
	case QuotedPrintable:
		return decodeQuotedPrintable(raw)
	case Base64:
		return decodeBase64(raw)
	}
	return raw
}

// Patch returns raw, re-encoded in place with the decoded bytes of the edits. The result has the length of raw, and
// differs from it only in the characters that stand for edited bytes. The edits are sorted, and do not overlap; none
// holds a line break, and no edited byte is one.
func (e Encoding) Patch(raw []byte, edits []Edit) []byte {
	out := append([]byte(nil), raw...)
	switch e {
	case QuotedPrintable:
		offset := 0
		walkQuotedPrintable(raw, func(pos int, _ byte, width int) {
			for len(edits) > 0 && offset >= edits[0].Start+len(edits[0].Text) {
				edits = edits[1:]
			}
			if len(edits) > 0 && offset >= edits[0].Start {
				writeQuoted(out[pos:pos+width], edits[0].Text[offset-edits[0].Start])
			}
			offset++
		})
	case Base64:
		patchBase64(out, edits)
	default:
		for _, edit := range edits {
			copy(out[edit.Start:], edit.Text)
		}
	}
	return out
}

// decodeQuotedPrintable decodes what walkQuotedPrintable walks over, line by line, copying what lies between the escapes.
func decodeQuotedPrintable(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		text, lineBreak := raw, []byte(nil)
		if k := bytes.IndexByte(raw, '\n'); k >= 0 {
			if text = raw[:k]; k > 0 && raw[k-1] == '\r' {
				text = raw[:k-1]
			}
			lineBreak = raw[len(text) : k+1]
		}
		raw = raw[len(text)+len(lineBreak):]
		trimmed := trimBlanks(text)
		hasBlanks := len(trimmed) < len(text)
		for text = trimmed; ; {
			k := bytes.IndexByte(text, '=')
			if k < 0 {
				out = append(append(out, text...), lineBreak...)
				break
			}
			out, text = append(out, text[:k]...), text[k+1:]
			if len(text) == 0 && (hasBlanks || len(lineBreak) > 0) {
				break // a soft line break
			}
			if len(text) >= 2 {
				if hi, lo := unhex(text[0]), unhex(text[1]); hi >= 0 && lo >= 0 {
					out, text = append(out, byte(hi<<4|lo)), text[2:]
					continue
				}
			}
			if n := softBreak(text); n > 0 { // a lone CR
				text = text[n:]
			} else {
				out = append(out, '=')
			}
		}
	}
	return out
}

// trimBlanks cuts the white space at the end of a line.
func trimBlanks(line []byte) []byte {
	for len(line) > 0 && (line[len(line)-1] == ' ' || line[len(line)-1] == '\t') {
		line = line[:len(line)-1]
	}
	return line
}

// walkQuotedPrintable calls yield for every decoded byte with the position and width of what stands for it in raw.
// QUIRK: an equals sign that starts no escape stands for itself, and white space before a soft line break's end of
// line is part of the break.
func walkQuotedPrintable(raw []byte, yield func(pos int, b byte, width int)) {
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '=':
			if i+2 < len(raw) {
				if hi, lo := unhex(raw[i+1]), unhex(raw[i+2]); hi >= 0 && lo >= 0 {
					yield(i, byte(hi<<4|lo), 3)
					i += 3
					continue
				}
			}
			if n := softBreak(raw[i+1:]); n > 0 {
				i += 1 + n
				continue
			}
			yield(i, c, 1)
			i++
		case c == ' ' || c == '\t':
			// White space at the end of a line was added on the way, RFC 2045 section 6.7 rule 3.
			n := 1
			for i+n < len(raw) && (raw[i+n] == ' ' || raw[i+n] == '\t') {
				n++
			}
			if !(i+n == len(raw) || raw[i+n] == '\n' || raw[i+n] == '\r' && i+n+1 < len(raw) && raw[i+n+1] == '\n') {
				for k := range n {
					yield(i+k, raw[i+k], 1)
				}
			}
			i += n
		default:
			yield(i, c, 1)
			i++
		}
	}
}

// softBreak returns the length of the rest of a soft line break at the start of b, 0 when there is none.
func softBreak(b []byte) int {
	i := 0
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	switch {
	case i == len(b):
		return i
	case b[i] == '\n':
		return i + 1
	case b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n':
		return i + 2
	case b[i] == '\r':
		return i + 1
	}
	return 0
}

// writeQuoted writes b over dst, which is one literal character or one escape "=XX".
func writeQuoted(dst []byte, b byte) {
	if len(dst) == 1 {
		dst[0] = b
		return
	}
	const digits = "0123456789ABCDEF"
	dst[1], dst[2] = digits[b>>4], digits[b&15]
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// sextets maps a character of the base64 alphabet to its value, and any other to -1.
var sextets = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i, c := range []byte(alphabet) {
		t[c] = int8(i)
	}
	return t
}()

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// decodeBase64 decodes as most programs do: what is not in the alphabet is skipped, and padding ends a group of four,
// not the text.
func decodeBase64(raw []byte) []byte {
	out := make([]byte, 0, len(raw)/4*3+3)
	var acc uint32
	n := 0
	for _, c := range raw {
		if v := sextets[c]; v >= 0 {
			acc = acc<<6 | uint32(v)
			if n++; n == 4 {
				out = append(out, byte(acc>>16), byte(acc>>8), byte(acc))
				acc, n = 0, 0
			}
		} else if c == '=' {
			out = flush(out, acc, n)
			acc, n = 0, 0
		}
	}
	return flush(out, acc, n)
}

// flush appends what an incomplete group of n characters stands for.
func flush(out []byte, acc uint32, n int) []byte {
	switch n {
	case 2:
		out = append(out, byte(acc>>4))
	case 3:
		out = append(out, byte(acc>>10), byte(acc>>2))
	}
	return out
}

// patchBase64 applies edits to the encoded text, which RegularBase64 holds for.
func patchBase64(text []byte, edits []Edit) {
	at := 0 // decoded offset of the current group
	var group [4]int
	n := 0
	apply := func() {
		for len(edits) > 0 && at >= edits[0].Start+len(edits[0].Text) {
			edits = edits[1:]
		}
		if len(edits) == 0 || at+n*6/8 <= edits[0].Start {
			at += n * 6 / 8
			n = 0
			return
		}
		var acc uint32
		for k := range 4 {
			acc <<= 6
			if k < n {
				acc |= uint32(sextets[text[group[k]]])
			}
		}
		for k := range n * 6 / 8 {
			for _, edit := range edits {
				if edit.Start > at+k {
					break
				}
				if i := at + k - edit.Start; i < len(edit.Text) {
					shift := 16 - 8*k
					acc = acc&^(0xff<<shift) | uint32(edit.Text[i])<<shift
				}
			}
		}
		for k := range n {
			text[group[k]] = alphabet[acc>>(18-6*k)&63]
		}
		at += n * 6 / 8
		n = 0
	}
	for i, c := range text {
		if sextets[c] >= 0 {
			group[n] = i
			if n++; n == 4 {
				apply()
			}
		} else if c == '=' && n > 0 {
			apply()
		}
	}
	if n > 0 {
		apply()
	}
}

// Regular reports whether every reader decodes raw to the same bytes: for base64, that there is nothing but the
// alphabet, line breaks and one padding at the end. Other encodings are always read alike.
func (e Encoding) Regular(raw []byte) bool {
	if e != Base64 {
		return true
	}
	n, padding := 0, 0
	for _, c := range raw {
		switch {
		case sextets[c] >= 0:
			if padding > 0 {
				return false
			}
			n++
		case c == '=':
			padding++
		case c != '\r' && c != '\n' && c != ' ' && c != '\t':
			return false
		}
	}
	return padding <= 2 && (n+padding)%4 == 0
}
