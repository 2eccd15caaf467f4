package block

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// largeMessage writes a message with a pixel and attachments of about size octets to a file, and returns it.
func largeMessage(tb testing.TB, size int) *os.File {
	tb.Helper()
	f, err := os.Create(filepath.Join(tb.TempDir(), "large.eml"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	lines := strings.Repeat(strings.Repeat("QUJD", 19)+"\r\n", 1024)
	fmt.Fprint(f, "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<img src=\"http://t.test/\">\r\n")
	for written := 0; written < size; {
		fmt.Fprint(f, "--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n")
		for range 256 {
			n, err := io.WriteString(f, lines)
			if err != nil {
				tb.Fatal(err)
			}
			written += n
		}
	}
	fmt.Fprint(f, "--b--\r\n")
	return f
}

func sizeOf(tb testing.TB, f *os.File) int64 {
	tb.Helper()
	info, err := f.Stat()
	if err != nil {
		tb.Fatal(err)
	}
	return info.Size()
}

// Attachments are read piece by piece, in every mode: what is read at once is what is held in memory.
func TestStreamHoldsNoAttachment(t *testing.T) {
	f := largeMessage(t, 8<<20)
	for _, mode := range []Mode{All, Trackers} {
		r := &greediness{ReaderAt: f}
		c, err := Blocker{Mode: mode, Detector: testDetector()}.Stream(io.Discard, r, sizeOf(t, f), true)
		if err != nil || c.Mode != mode {
			t.Fatalf("mode %s: %v", mode, err)
		}
		if most := r.most.Load(); most > 1<<20 {
			t.Errorf("mode %s: %d octets read at once", mode, most)
		}
	}
}

// greediness notes how much is read at once.
type greediness struct {
	io.ReaderAt
	most atomic.Int64
}

func (g *greediness) ReadAt(b []byte, offset int64) (int, error) {
	if n := int64(len(b)); n > g.most.Load() {
		g.most.Store(n)
	}
	return g.ReaderAt.ReadAt(b, offset)
}

func TestStreamReportsErrors(t *testing.T) {
	raw := html(`<img src="http://t.test/">`)
	if _, err := (Blocker{}).Stream(io.Discard, bytes.NewReader(raw), int64(len(raw))+1, true); err == nil {
		t.Error("no error for a file that is too short")
	}
	broken := &failingWriter{}
	if _, err := (Blocker{}).Stream(broken, bytes.NewReader(raw), int64(len(raw)), true); err == nil {
		t.Error("no error of the writer")
	}
}

type failingWriter struct{}

func (*failingWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestLargeDocumentIsClosedAsAWhole(t *testing.T) {
	for name, raw := range map[string][]byte{
		"in one line": html(strings.Repeat("<p>x", 4<<20+1)),
		"in lines":    html(strings.Repeat("<img src=http://t.test/>\n", 700_000)),
	} {
		var out bytes.Buffer
		c, err := Blocker{}.Stream(&out, bytes.NewReader(raw), int64(len(raw)), true)
		if err != nil || c.Closed != 1 || len(c.Errors) != 1 {
			t.Fatalf("%s: %v, %d closed, errors %q", name, err, c.Closed, c.Errors)
		}
		if out.Len() != len(raw) || bytes.ContainsAny(out.Bytes(), "<>") {
			t.Errorf("%s: markup is left", name)
		}
		restored, err := c.Undo.Restore(out.Bytes())
		if err != nil || !bytes.Equal(restored, raw) {
			t.Errorf("%s: restore: %v", name, err)
		}
	}
}

// BenchmarkStream blocks a message of 200 MB from file to file, BenchmarkStreamUndo with an undo record; BenchmarkCopy
// copies it, for comparison.
func BenchmarkStream(b *testing.B) {
	benchmarkFile(b, func(w io.Writer, f *os.File, size int64) error {
		_, err := Blocker{}.Stream(w, f, size, false)
		return err
	})
}

func BenchmarkStreamUndo(b *testing.B) {
	benchmarkFile(b, func(w io.Writer, f *os.File, size int64) error {
		_, err := Blocker{}.Stream(w, f, size, true)
		return err
	})
}

func BenchmarkCopy(b *testing.B) {
	benchmarkFile(b, func(w io.Writer, f *os.File, size int64) error {
		// Without the shortcuts that the system has for copies of whole files.
		_, err := io.CopyBuffer(struct{ io.Writer }{w}, io.NewSectionReader(f, 0, size), make([]byte, pieceSize))
		return err
	})
}

func benchmarkFile(b *testing.B, run func(w io.Writer, f *os.File, size int64) error) {
	f := largeMessage(b, 200<<20)
	size := sizeOf(b, f)
	out, err := os.Create(filepath.Join(b.TempDir(), "out.eml"))
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	b.SetBytes(size)
	for b.Loop() {
		if _, err := out.Seek(0, io.SeekStart); err != nil {
			b.Fatal(err)
		}
		if err := run(out, f, size); err != nil {
			b.Fatal(err)
		}
	}
}
