package demo

import (
	"os"
	"slices"
	"strings"
	"testing"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
)

// verdict is what testdata/want.tsv says of a message.
type verdict struct {
	tracked   string // yes or no
	providers string // sorted, separated by ", "
	kinds     string // of the findings that are certain or likely, and of all links, sorted
	remark    string // broken, encrypted
}

func wantVerdicts(t *testing.T) map[string]verdict {
	t.Helper()
	table, err := os.ReadFile("testdata/want.tsv")
	if err != nil {
		t.Fatal(err)
	}
	want := make(map[string]verdict)
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(columns) != 5 {
			t.Fatalf("want.tsv: %d columns in %q", len(columns), line)
		}
		want[columns[0]] = verdict{tracked: columns[1], providers: columns[2], kinds: columns[3], remark: columns[4]}
	}
	return want
}

func verdictOf(r detector.Result) verdict {
	v := verdict{tracked: "no", providers: list(r.Providers()), remark: "-"}
	if r.Tracked {
		v.tracked = "yes"
	}
	var kinds []string
	for _, f := range r.Findings {
		if f.Confidence != detector.Possible || f.Kind == detector.ClickLink {
			kinds = append(kinds, string(f.Kind))
		}
	}
	slices.Sort(kinds)
	v.kinds = list(slices.Compact(kinds))
	switch {
	case r.Encrypted:
		v.remark = "encrypted"
	case len(r.Errors) > 0:
		v.remark = "broken"
	}
	return v
}

func list(words []string) string {
	if len(words) == 0 {
		return "-"
	}
	return strings.Join(words, ", ")
}

// What the detector says of the demo is what is true of it: want.tsv follows from how each message was written. A
// difference is a fault of the detector or of the message, not of the table.
func TestVerdicts(t *testing.T) {
	want := wantVerdicts(t)
	d := detector.New(catalogue.Builtin())
	for _, m := range demoMessages(t) {
		w, ok := want[m.File]
		if !ok {
			t.Errorf("%s is not in want.tsv", m.File)
			continue
		}
		delete(want, m.File)
		result := d.Scan(message.Parse(m.Raw))
		if got := verdictOf(result); got != w {
			t.Errorf("%s:\n got %+v\nwant %+v", m.File, got, w)
			for _, f := range result.Findings {
				t.Logf("  %s %s %s %v %q", f.Kind, f.Confidence, f.Provider, f.Reasons, f.URL)
			}
		}
	}
	for file := range want {
		t.Errorf("want.tsv has %s, which is no message", file)
	}
}

// The table itself promises what the demo is for.
func TestManyServicesAreShown(t *testing.T) {
	services := make(map[string]bool)
	tracked, clean := 0, 0
	for _, w := range wantVerdicts(t) {
		if w.tracked == "yes" {
			tracked++
		} else {
			clean++
		}
		for _, name := range strings.Split(w.providers, ", ") {
			if name != "-" && !strings.HasSuffix(name, ".example") && !strings.HasSuffix(name, ".test") {
				services[name] = true
			}
		}
	}
	if len(services) < 15 || tracked < 20 || clean < 15 {
		t.Errorf("%d services, %d tracked and %d clean messages", len(services), tracked, clean)
	}
}
