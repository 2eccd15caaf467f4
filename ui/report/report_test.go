package report_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

func options(f report.Format, width int) report.Options {
	return report.Options{Format: f, Texts: translations.New("en"), Width: width}
}

var day = time.Date(2026, 1, 2, 4, 4, 5, 0, time.FixedZone("", 3600))

func TestCleanLeavesNothingThatSteersATerminal(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                 "plain",
		"  a\t b\r\n c  ":       "a b c",
		"\x1b[31mred\x1b[0m":    "[31mred[0m",
		"a\u009b31mb\x07\x7f":   "a31mb",
		"abc\u202egnp.exe":      "abcgnp.exe",
		"\u2066x\u2069\u200fy":  "xy",
		"a\u2028b\u2029c\u00a0": "a b c",
		"caf\xe9":               "caf\ufffd",
		"日本 é 👍":                "日本 é 👍",
	} {
		if got := report.Clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b]0;x\x07\u202e b")
	f.Fuzz(func(t *testing.T, s string) {
		got := report.Clean(s)
		if !utf8.ValidString(got) || report.Clean(got) != got {
			t.Fatalf("%q: %q", s, got)
		}
		for _, r := range got {
			if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e {
				t.Fatalf("%q: %q", s, got)
			}
		}
	})
}

func TestSendersJSONHasTheContractsKeys(t *testing.T) {
	var b strings.Builder
	err := report.Senders(&b, options(report.JSON, 0), []store.Sender{
		{
			Address: "a@b.example", Name: "A <&> \u009b", Organisation: "b.example", Messages: 3, Tracked: 2, Providers: []string{"Mailchimp"},
			Exposes: []detector.Exposure{detector.OpenTime}, FirstSeen: day, LastSeen: day,
		},
		{Address: "c@d.example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `[
{"address":"a@b.example","name":"A <&> \u009b","organisation":"b.example","messages":3,"tracked":2,"providers":["Mailchimp"],"exposes":["open-time"],` +
		`"first_seen":"2026-01-02T03:04:05Z","last_seen":"2026-01-02T03:04:05Z","leaks_address":false,"read_receipts":0,"click_links":0},
{"address":"c@d.example","name":"","organisation":"","messages":0,"tracked":0,"providers":[],"exposes":[],"first_seen":"","last_seen":"",` +
		`"leaks_address":false,"read_receipts":0,"click_links":0}
]
`
	if b.String() != want {
		t.Errorf("got  %s\nwant %s", b.String(), want)
	}
	var back []map[string]any
	if err := json.Unmarshal([]byte(b.String()), &back); err != nil || back[0]["name"] != "A <&> \u009b" {
		t.Errorf("%v, %v", back, err)
	}
}

func TestMessageLineOfAMailbox(t *testing.T) {
	var b strings.Builder
	w := report.NewMessageWriter(&b, options(report.JSONL, 0))
	m := store.Message{Mailbox: "INBOX", UID: 7, Result: detector.Result{Date: day, Findings: []detector.Finding{{Kind: detector.OpenPixel}}}}
	if err := w.Write(m); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{"file":"","mailbox":"INBOX","uid":7,"message_id":""`, `"date":"2026-01-02T03:04:05Z"`, `"recipients":[]`, `"reasons":[],"exposes":[]`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in %s", want, b.String())
		}
	}
	if m.Findings[0].Reasons != nil {
		t.Error("the message was changed")
	}
}

// A spreadsheet must show what a sender writes, never calculate it.
func TestCSVCellsAreInert(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'=1", "\r=1": "'=1", " =1": "'=1", "\x00=1": "'=1",
		"Ann": "Ann", "a=b": "a=b", "": "",
	} {
		var b strings.Builder
		if err := report.Senders(&b, options(report.CSV, 0), []store.Sender{{Name: in}}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got := rows[1][1]; got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestTableIsAlignedAndNoWiderThanTheTerminal(t *testing.T) {
	senders := []store.Sender{
		{Address: "a@b.example", Messages: 3, Tracked: 2, Providers: []string{"Mailchimp"}, Exposes: []detector.Exposure{detector.OpenTime}},
		{Address: strings.Repeat("日本", 30) + "@b.example", Messages: 12000, Providers: []string{strings.Repeat("x", 80)}},
		{Address: "c\x1b[2J@d.example"},
	}
	for _, width := range []int{60, 80, 120} {
		var b strings.Builder
		if err := report.Senders(&b, options(report.Table, width), senders); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if w := columns(line); w > width {
				t.Errorf("%d columns of %d: %s", w, width, line)
			}
		}
		if strings.Contains(b.String(), "\x1b") {
			t.Errorf("control characters: %q", b.String())
		}
	}
	var b strings.Builder
	if err := report.Senders(&b, options(report.Table, 0), senders[:1]); err != nil {
		t.Fatal(err)
	}
	want := "Sender       Messages  Tracked  Through    What they learn\n" +
		"a@b.example         3        2  Mailchimp  when\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestALongListIsContinuedOnTheNextLine(t *testing.T) {
	var b strings.Builder
	senders := []store.Sender{
		{
			Address: "a@b.example", Messages: 3, Tracked: 2, Providers: []string{"Mailchimp", "Salesforce Marketing Cloud"},
			Exposes: []detector.Exposure{detector.OpenTime, detector.OpenCount, detector.IPAddress, detector.Location},
		},
		{Address: "c@d.example", Messages: 1},
	}
	if err := report.Senders(&b, options(report.Table, 72), senders); err != nil {
		t.Fatal(err)
	}
	want := "" +
		"Sender       Messages  Tracked  Through              What they learn\n" +
		"a@b.example         3        2  Mailchimp,           when, how often,\n" +
		"                                Salesforce Marketi…  IP address, place\n" +
		"c@d.example         1        0  –                    –\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

// columns counts wide characters as two.
func columns(line string) int {
	n := 0
	for _, r := range strings.TrimSuffix(line, "\n") {
		n++
		if r >= 0x2e80 && r < 0xa000 {
			n++
		}
	}
	return n
}

func TestMessageTableIsNoWiderThanTheTerminal(t *testing.T) {
	m := store.Message{File: "/a/long/path/" + strings.Repeat("y", 100) + "/a.eml", Result: detector.Result{Subject: strings.Repeat("long ", 60), Tracked: true}}
	for _, width := range []int{60, 80, 132} {
		var b strings.Builder
		w := report.NewMessageWriter(&b, options(report.Table, width))
		if err := w.Write(m); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if columns(line) > width {
				t.Errorf("%d columns of %d: %s", columns(line), width, line)
			}
		}
		if !strings.Contains(b.String(), "a.eml") {
			t.Errorf("the end of the path is cut: %s", b.String())
		}
	}
}

func TestProviders(t *testing.T) {
	var b strings.Builder
	if err := report.Providers(&b, options(report.JSONL, 0), []store.Provider{{Name: "Mailchimp", Company: "Intuit", Messages: 4, Senders: 2, LastSeen: day}}); err != nil {
		t.Fatal(err)
	}
	if want := `{"name":"Mailchimp","company":"Intuit","messages":4,"senders":2,"last_seen":"2026-01-02T03:04:05Z"}` + "\n"; b.String() != want {
		t.Errorf("got %s, want %s", b.String(), want)
	}
}
