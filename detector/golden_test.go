package detector

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
)

var update = flag.Bool("update", false, "write what the golden messages give now, to be read before it is committed")

// Whole messages give whole results: all that is said of them, not only whether they are tracked.
func TestGolden(t *testing.T) {
	messages, err := filepath.Glob(filepath.Join("testdata", "golden", "*", "in.eml"))
	if err != nil || len(messages) == 0 {
		t.Fatalf("no golden messages: %v", err)
	}
	d := New(catalogue.Builtin())
	for _, name := range messages {
		dir := filepath.Dir(name)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(d.Scan(message.Parse(raw)), "", "\t")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			want := filepath.Join(dir, "want.json")
			if *update {
				if err := os.WriteFile(want, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			expected, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, expected) {
				t.Errorf("got\n%s\nwant\n%s", got, expected)
			}
		})
	}
}
