package mailfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/corpustest"
	"pixelwacht/imapsync/mailfile"
)

// BenchmarkScanMaildir scans a Maildir with one processor, two, and so on: with enough mail, twice the processors take
// about half the time.
func BenchmarkScanMaildir(b *testing.B) {
	maildir := b.TempDir()
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.Mkdir(filepath.Join(maildir, sub), 0o700); err != nil {
			b.Fatal(err)
		}
	}
	octets, messages := 0, 0
	for m := range corpustest.Messages(1, corpustest.PerFamily) {
		name := filepath.Join(maildir, "cur", fmt.Sprintf("1736154000.M%06d.host:2,S", messages))
		if err := os.WriteFile(name, m.Raw, 0o600); err != nil {
			b.Fatal(err)
		}
		octets += len(m.Raw)
		messages++
	}
	d := detector.New(catalogue.Builtin())
	for processors := 1; processors <= runtime.NumCPU(); processors *= 2 {
		b.Run(fmt.Sprintf("processors=%d", processors), func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
			b.SetBytes(int64(octets))
			for b.Loop() {
				n := 0
				for _, err := range mailfile.Scan(b.Context(), d, mailfile.Walk(b.Context(), maildir)) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != messages {
					b.Fatalf("%d of %d messages", n, messages)
				}
			}
		})
	}
}
