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
