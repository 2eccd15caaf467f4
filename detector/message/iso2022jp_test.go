package message

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"golang.org/x/text/encoding/japanese"
)

func TestISO2022JP(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       bool
	}{
		{"nothing", "", true},
		{"ASCII", "<p>a</p>\r\n", true},
		{"characters", "a\x1b$B<R2q\x1b(Bb\x1b$@$\"\x1b(B", true},
		{"two stretches without anything between", "\x1b$B<R\x1b(B\x1b$B2q\x1b(B", false},
		{"half a character", "\x1b$B<R2\x1b(B", false},
		{"no character", "\x1b$B\x1b(B", false},
		{"no way back", "\x1b$B<R2q", false},
		{"line break between characters", "\x1b$B<R\r\n2q\x1b(B", false},
		{"space between characters", "\x1b$B<R 2q \x1b(B", false},
		{"escape to what it is in", "a\x1b(Bb", false},
		{"JIS-Roman", "\x1b(Ja\x1b(B", false},
		{"katakana", "\x1b(I12\x1b(B", false},
		{"JIS X 0212", "\x1b$(D<R\x1b(B", false},
		{"escape that is cut off", "a\x1b$", false},
		{"shift", "a\x0e12\x0f", false},
		{"eighth bit", "a\xe9", false},
	} {
		if got := isISO2022JP("iso-2022-jp", []byte(c.body)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if isISO2022JP("iso-2022-jp-2", []byte("a")) {
		t.Errorf("browsers know no such charset")
	}
}

// Any text is mapped to what it is in EUC-JP; what is overwritten is what is read there, and what is around stays.
func TestISO2022JPIsPatched(t *testing.T) {
	words := []string{"<p>", "http://a.test/", " ", "\r\n", "会社", "感謝", "あ", "■", "\""}
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		var text string
		for range 1 + r.IntN(8) {
			text += words[r.IntN(len(words))]
		}
		raw, err := japanese.ISO2022JP.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasSuffix(raw, []byte("\x1b(B")) && len(bytes.Split(raw, []byte("\x1b")))%2 == 0 {
			raw = append(raw, "\x1b(B"...) // the encoder leaves it out at the end
		}
		if !isISO2022JP("iso-2022-jp", raw) {
			t.Fatalf("%q: not as it should be: %q", text, raw)
		}
		want, err := japanese.EUCJP.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		got := japaneseText{}.Decode(raw)
		if !bytes.Equal(got, want) {
			t.Fatalf("%q: decoded %q, want %q", text, got, want)
		}
		at := r.IntN(len(got))
		edit := Edit{Start: at, Text: bytes.Repeat([]byte("x"), 1+r.IntN(len(got)-at))}
		patched := japaneseText{}.Patch(raw, []Edit{edit})
		if len(patched) != len(raw) || !isISO2022JP("iso-2022-jp", patched) {
			t.Fatalf("%q with %d of %d: became %q", raw, len(edit.Text), at, patched)
		}
		is := japaneseText{}.Decode(patched)
		if !bytes.HasPrefix(is, got[:at]) || !bytes.HasSuffix(is, got[edit.end():]) {
			t.Fatalf("%q with %d of %d: became %q", raw, len(edit.Text), at, is)
		}
		for _, c := range is[at : len(is)-(len(got)-edit.end())] {
			if c < 0x80 && c != 'x' {
				t.Fatalf("%q with %d of %d: became %q", raw, len(edit.Text), at, is)
			}
		}
	}
}

func TestCharsetsThatNeverShift(t *testing.T) {
	for _, c := range []struct {
		label, body string
		want        bool
	}{
		{"utf-7", "<p>a</p>", true},
		{"utf-7", "<p>a+-</p>", false},
		{"unicode-1-1-utf-7", "<p>a</p>", true},
		{"hz-gb-2312", "<p>a</p>", true},
		{"hz-gb-2312", "<p>a~~</p>", false},
		{"iso-2022-kr", "<p>a</p>", true},
		{"iso-2022-kr", "\x1b$)C<p>a</p>", false},
		{"iso-2022-cn", "<p>a\x0e</p>", false},
		{"x-imap4-modified-utf7", "<p>a</p>", false},
		{"windows-65000", "<p>a</p>", false},
		{"cp037", "<p>a</p>", false},
		{"utf-32", "<p>a</p>", false},
	} {
		if got := asciiCompatible(c.label, []byte(c.body)); got != c.want {
			t.Errorf("%q in %s: %v", c.body, c.label, got)
		}
	}
}
