package block

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"

	"pixelwacht/detector/corpustest"
)

// The laws hold for mail that was damaged on its way, too: flipped bits, pieces that are missing, moved, or of other mail.
func TestLawsOnMutations(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	d := testDetector()
	before := []byte("Subject: x\r\n\r\n")
	for m := range corpustest.Messages(1, 1) {
		raw := mutate(random, m.Raw, before)
		if checkLaws(t, d, raw); t.Failed() {
			t.Fatalf("%s, mutated:\n%q", m.Name, raw)
		}
		before = m.Raw
	}
}

// mutate returns raw with a few changes; other is mail that pieces are taken from. Neither may be empty.
func mutate(random *rand.Rand, raw, other []byte) []byte {
	out := bytes.Clone(raw)
	piece := func(b []byte) (start, end int) {
		start = random.IntN(len(b))
		return start, start + random.IntN(min(len(b)-start, 200))
	}
	for range 1 + random.IntN(6) {
		start, end := piece(out)
		switch random.IntN(4) {
		case 0:
			out[start] ^= 1 << random.IntN(8)
		case 1:
			if end-start < len(out) {
				out = append(out[:start], out[end:]...)
			}
		case 2:
			from, to := piece(other)
			out = append(out[:start], append(bytes.Clone(other[from:to]), out[start:]...)...)
		case 3:
			from, to := piece(out)
			copy(out[start:], bytes.Clone(out[from:to]))
		}
	}
	return out
}

// What Restore gives back is the original; whatever else it is given, it refuses, and says why.
func FuzzRestore(f *testing.F) {
	f.Add(html(`<img src="http://t.test/1">`), 0, byte(0), int64(0), []byte(nil))
	f.Add(html(`<img src="http://t.test/1">`), 90, byte(1), int64(0), []byte(nil))
	f.Add(html(`<img src="http://t.test/1">`), 0, byte(0), int64(-1), []byte("x"))
	f.Add(html(`<img src="http://t.test/1">`), 0, byte(0), int64(1<<62), []byte("x"))
	f.Fuzz(func(t *testing.T, raw []byte, at int, flip byte, offset int64, original []byte) {
		c := Blocker{}.Message(raw)
		blocked := bytes.Clone(c.Bytes)
		if at >= 0 && at < len(blocked) {
			blocked[at] ^= flip
		}
		if len(original) > 0 {
			c.Undo.Patches = append(c.Undo.Patches, Patch{Offset: offset, Original: original})
		}
		got, err := c.Undo.Restore(blocked)
		switch {
		case err == nil && !bytes.Equal(got, raw):
			t.Errorf("restored %q, the original is %q", got, raw)
		case err != nil && (got != nil || !errors.Is(err, ErrMismatch) && !errors.Is(err, ErrDamaged)):
			t.Errorf("refused with %v, and %q", err, got)
		case err != nil && len(original) == 0 && bytes.Equal(blocked, c.Bytes):
			t.Errorf("refused its own copy: %v", err)
		}
	})
}
