package message

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// Any octets are decoded as the standard library does, but for an odd one at the end; what is overwritten in ASCII is what is
// read there, and nothing else changes.
func TestUTF16(t *testing.T) {
	units := []uint16{'<', 'a', '"', ' ', 0, 0xe9, 0x2022, 0x3c69, 0xd83d, 0xde00, 0xdc00, 0xfeff, 0xffff}
	r := rand.New(rand.NewPCG(1, 2))
	for _, order := range []interface {
		binary.ByteOrder
		binary.AppendByteOrder
	}{binary.LittleEndian, binary.BigEndian} {
		text := utf16Text{order}
		for range 20_000 {
			var raw []byte
			var all []uint16
			for range r.IntN(10) {
				all = append(all, units[r.IntN(len(units))])
				raw = order.AppendUint16(raw, all[len(all)-1])
			}
			want := []byte(string(utf16.Decode(all)))
			raw = append(raw, make([]byte, r.IntN(2))...)
			got := text.Decode(raw)
			if !bytes.Equal(got, want) {
				t.Fatalf("% x: decoded %q, want %q", raw, got, want)
			}
			if len(got) == 0 {
				continue
			}
			at := r.IntN(len(got))
			patched := text.Patch(raw, []Edit{{Start: at, Text: []byte("x")}})
			if len(patched) != len(raw) || len(changes(raw, patched)) > 1 {
				t.Fatalf("% x at %d: became % x", raw, at, patched)
			}
			if got[at] < utf8.RuneSelf {
				got[at] = 'x'
				if is := text.Decode(patched); !bytes.Equal(is, got) {
					t.Fatalf("% x at %d: became %q, want %q", raw, at, is, got)
				}
			}
		}
	}
}

func TestCharsetsTakenForAnother(t *testing.T) {
	little := func(s string) string { return string(spread(s, 1, 0)) }
	big := func(s string) string { return string(spread(s, 0, 1)) }
	const page = "<img src=http://t.test/>"
	for _, c := range []struct {
		name, header, body string
		readings           int // 1 is a body that is not in UTF-16
		mapped             bool
	}{
		{"little endian", "text/html; charset=UTF-16LE", little(page), 3, true},
		{"big endian", "text/html; charset=\"utf-16be\"", big(page), 3, true},
		{"no mark", "text/html; charset=utf-16", big(page), 3, true},
		{"mark", "text/html", "\xff\xfe" + little(page), 3, true},
		{"mark against label", "text/html; charset=utf-16le", "\xfe\xff" + big(page), 3, true},
		{"mark against an 8-bit label", "text/html; charset=utf-8", "\xfe\xff" + big(page), 3, true},
		{"style sheet", "text/css; charset=utf-16", little("a{background:url(http://t.test/)}"), 3, true},
		{"mark of UTF-32", "text/html; charset=utf-16", "\xff\xfe\x00\x00" + little(page), 1, false},
		{"UTF-32", "text/html; charset=utf-32", little(page), 1, false},
		{"mark against UTF-7", "text/html; charset=utf-7", "\xff\xfe" + little(page), 1, false},
		{"nothing is said", "text/html", little(page), 1, false},
		{"label twice", "text/html; charset=utf-16\r\nContent-Type: text/html; charset=utf-7", little(page), 1, false},
		{"label twice, in the other order", "text/html; charset=utf-7\r\nContent-Type: text/html; charset=utf-16", little(page), 1, false},
	} {
		p := Parse([]byte("Content-Type: " + c.header + "\r\n\r\n" + c.body)).Parts[0]
		documents := p.Documents(p.Raw())
		if len(documents) != c.readings {
			t.Errorf("%s: %d documents", c.name, len(documents))
		}
		for i, d := range documents {
			if d.Mapped != c.mapped || d.Mistaken != (i > 0) {
				t.Errorf("%s: reading %d is mapped: %v, mistaken: %v", c.name, i, d.Mapped, d.Mistaken)
			}
		}
		if c.mapped && !bytes.Contains(p.Body(documents[0]), []byte("http://t.test/")) {
			t.Errorf("%s: read as %q", c.name, p.Body(documents[0]))
		}
	}
}

// spread puts so many NULs behind, and before, each character of s.
func spread(s string, behind, before int) []byte {
	var b []byte
	for _, c := range []byte(s) {
		b = append(append(append(b, make([]byte, before)...), c), make([]byte, behind)...)
	}
	return b
}
