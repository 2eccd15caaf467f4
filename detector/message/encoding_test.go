package message

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Decoding is fast, walking says where each byte stands: both read the same.
func TestQuotedPrintableIsDecodedAsItIsWalked(t *testing.T) {
	const alphabet = "==\r\n \tA3Dx"
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		raw := make([]byte, r.IntN(12))
		for i := range raw {
			raw[i] = alphabet[r.IntN(len(alphabet))]
		}
		walked := []byte{}
		walkQuotedPrintable(raw, func(_ int, b byte, _ int) { walked = append(walked, b) })
		if got := decodeQuotedPrintable(raw); !bytes.Equal(got, walked) {
			t.Fatalf("%q: decoded %q, walked %q", raw, got, walked)
		}
	}
}

func TestWriteLines(t *testing.T) {
	for _, text := range []string{"", "a", "a\r\nb", "\r\n\r\n", "a\rb\n\r", "a\r\r\n"} {
		var got bytes.Buffer
		writeLines(&got, []byte(text))
		if want := bytes.ReplaceAll([]byte(text), []byte("\r\n"), []byte("\n")); !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%q became %q, want %q", text, got.Bytes(), want)
		}
	}
}
