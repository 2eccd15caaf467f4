package message

import "bytes"

// layer maps bytes to the bytes that they stand for, and edits of those back in place. Patch returns as many bytes as
// it gets.
type layer interface {
	Decode(raw []byte) []byte
	Patch(raw []byte, edits []Edit) []byte
}

// path leads from the bytes of a region of a message to bytes inside of it, layer by layer: through a transfer
// encoding, to an attribute of a TNEF stream, to a property in it …
type path []layer

// to is the path that goes on through l; it shares nothing with p that a further call could overwrite.
func (p path) to(l ...layer) path { return append(p[:len(p):len(p)], l...) }

// decode returns the bytes at the end of the path.
func (p path) decode(raw []byte) []byte {
	for _, l := range p {
		raw = l.Decode(raw)
	}
	return raw
}

// patch returns raw with the edits of the bytes at the end of the path.
func (p path) patch(raw []byte, edits []Edit) []byte {
	if len(p) == 0 {
		return Identity.Patch(raw, edits)
	}
	if len(p) == 1 {
		return p[0].Patch(raw, edits)
	}
	inner := p[0].Decode(raw)
	return p[0].Patch(raw, changes(inner, p[1:].patch(inner, edits)))
}

// changes are the edits that make after of before.
func changes(before, after []byte) []Edit {
	var edits []Edit
	for i := 0; i < len(before); i++ {
		if before[i] == after[i] {
			continue
		}
		start := i
		for i < len(before) && before[i] != after[i] {
			i++
		}
		edits = append(edits, Edit{Start: start, Text: after[start:i]})
	}
	return edits
}

// span is a byte range: as a layer, what stands there.
type span struct{ start, end int }

// Decode returns the bytes of the range, as many of them as raw has.
func (s span) Decode(raw []byte) []byte { return raw[min(s.start, len(raw)):min(s.end, len(raw))] }

// Patch overwrites bytes of the range.
func (s span) Patch(raw []byte, edits []Edit) []byte {
	out := bytes.Clone(raw)
	for _, e := range edits {
		copy(s.Decode(out)[e.Start:], e.Text)
	}
	return out
}

// runs is a text that does not stand in one piece: folded, escaped, or in chunks.
type runs []run

// run is a byte range of such a text.
type run struct {
	start, end uint32 // offsets in a document, of which a hostile one has millions of runs
	as         runKind
	char       byte // of a literal
}

// newRun is the range of the bytes from start to end, which stand for themselves.
func newRun(start, end int) run { return run{start: uint32(start), end: uint32(end)} }

// newLiteral is the range from start to end, which stands for char.
func newLiteral(start, end int, char byte) run {
	return run{start: uint32(start), end: uint32(end), as: literal, char: char}
}

// of returns what stands in the range, as much of it as raw has.
func (r run) of(raw []byte) []byte { return span{int(r.start), int(r.end)}.Decode(raw) }

// runKind says what the bytes of a run stand for.
type runKind uint8

const (
	itself  runKind = iota // each byte for itself
	literal                // all of them for char, which is never overwritten
	hexPair                // two hexadecimal digits for one byte
)

// Decode returns the text.
func (rs runs) Decode(raw []byte) []byte {
	size := 0
	for _, r := range rs {
		if r.as == itself {
			size += int(r.end - r.start)
		} else {
			size++
		}
	}
	text := make([]byte, 0, size)
	for _, r := range rs {
		b := r.of(raw)
		switch {
		case r.as == literal:
			text = append(text, r.char)
		case r.as == hexPair && len(b) == 2:
			text = append(text, byte(unhex(b[0])<<4|unhex(b[1])))
		default:
			text = append(text, b...)
		}
	}
	return text
}

// Patch overwrites bytes of the text where they stand.
func (rs runs) Patch(raw []byte, edits []Edit) []byte {
	out := bytes.Clone(raw)
	text := Identity.Patch(rs.Decode(raw), edits)
	for _, r := range rs {
		b := r.of(out)
		switch {
		case r.as == literal:
			text = text[1:]
		case r.as == hexPair && len(b) == 2:
			const digits = "0123456789abcdef"
			if c := text[0]; c != byte(unhex(b[0])<<4|unhex(b[1])) {
				b[0], b[1] = digits[c>>4], digits[c&15]
			}
			text = text[1:]
		default:
			text = text[copy(b, text):]
		}
	}
	return out
}

// sealed is content in a form that cannot be patched in place, such as a compressed one. Any edit of it seals it: the
// bytes that make programs find and decode it are overwritten.
type sealed struct {
	content func(raw []byte) []byte
	seal    layer // through which the bytes that are overwritten are found
	with    []byte
}

// Decode returns the content.
func (s sealed) Decode(raw []byte) []byte { return s.content(raw) }

// Patch seals the content when there is something in it to be overwritten.
func (s sealed) Patch(raw []byte, edits []Edit) []byte {
	if len(edits) == 0 {
		return raw
	}
	return s.seal.Patch(raw, []Edit{{Text: s.with}})
}
