package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// lines decodes JSON lines.
func lines(t testing.TB, s string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(s) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		all = append(all, m)
	}
	return all
}

// The keys are a contract with scripts: they may be added to, never renamed or dropped.
func TestScanJSONLKeys(t *testing.T) {
	dir := files(t, map[string]string{"a.eml": tracked})
	r := run(t, "", "scan", "--format", "jsonl", filepath.Join(dir, "a.eml"))
	r.want(t, 0)
	m := lines(t, r.stdout)[0]
	for _, key := range []string{"file", "mailbox", "uid", "message_id", "date", "subject", "from", "recipients", "tracked", "findings", "remote", "encrypted", "errors"} {
		if _, ok := m[key]; !ok {
			t.Errorf("no key %q", key)
		}
	}
	for key, want := range map[string]any{
		"file": filepath.Join(dir, "a.eml"), "mailbox": "", "uid": 0.0, "message_id": "<1@paperlane.test>",
		"date": "2026-01-02T03:04:05Z", "subject": "Spring offers €5", "tracked": true, "encrypted": false,
	} {
		if m[key] != want {
			t.Errorf("%s: %v, want %v", key, m[key], want)
		}
	}
	for _, key := range []string{"index", "offset"} {
		if _, ok := m[key]; ok {
			t.Errorf("%q is there, and the file is no mbox file", key)
		}
	}
	from := m["from"].(map[string]any)
	if from["name"] != "Paper Lane" || from["address"] != "news@paperlane.test" || from["organisation"] != "paperlane.test" {
		t.Errorf("from: %v", from)
	}
	if got := fmt.Sprint(m["recipients"], m["errors"]); got != "[reader@reader.test] []" {
		t.Errorf("recipients and errors: %s", got)
	}
	remote := m["remote"].(map[string]any)
	if remote["references"] != 2.0 || remote["hosts"] != 2.0 {
		t.Errorf("remote: %v", remote)
	}
	findings := m["findings"].([]any)
	if len(findings) == 0 {
		t.Fatal("no findings")
	}
	f := findings[0].(map[string]any)
	keys := slices.Collect(maps.Keys(f))
	for _, key := range []string{"kind", "url", "host", "provider", "company", "confidence", "reasons", "exposes", "part", "where", "target"} {
		if !slices.Contains(keys, key) {
			t.Errorf("no key %q in the finding", key)
		}
	}
	if f["kind"] != "open-pixel" || f["provider"] != "Mailchimp" || f["company"] != "Intuit" || f["confidence"] != "certain" || f["where"] != "img src" {
		t.Errorf("finding: %v", f)
	}
	if url := f["url"].(string); !strings.Contains(url, "&id=0a1b2c3d4e") {
		t.Errorf("url %q is not what a client would request", url)
	}
}

func TestScanOfACleanMessageHasEmptyArrays(t *testing.T) {
	r := run(t, clean, "scan", "--format", "jsonl", "-")
	r.want(t, 0)
	for _, want := range []string{`"file":"-"`, `"findings":[]`, `"errors":[]`, `"tracked":false`} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("no %s in %s", want, r.stdout)
		}
	}
}

func TestScanFollowsTheOrderOfItsInput(t *testing.T) {
	all := map[string]string{"m/cur/1:2,S": clean, "m/new/2": tracked, "m/tmp/3": tracked, "archive": mbox(tracked, clean)}
	var want []string
	for i := range 300 {
		name := fmt.Sprintf("a/%03d.eml", i)
		all[name] = clean
		want = append(want, name)
	}
	want = append(want, "archive#0", "archive#1", "m/cur/1:2,S", "m/new/2")
	dir := files(t, all)
	r := run(t, "", "scan", "--format", "jsonl", dir)
	r.want(t, 0)
	var got []string
	for _, m := range lines(t, r.stdout) {
		name, err := filepath.Rel(dir, m["file"].(string))
		if err != nil {
			t.Fatal(err)
		}
		if i, ok := m["index"]; ok {
			offset := int(m["offset"].(float64))
			if rest := all[name][offset:]; !strings.HasPrefix(rest, "From: ") {
				t.Errorf("%s: offset %d is not that of a message", name, offset)
			}
			name += fmt.Sprintf("#%v", i)
		}
		got = append(got, filepath.ToSlash(name))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestScanGoesOnAfterAFileThatCannotBeRead(t *testing.T) {
	dir := files(t, map[string]string{"a.eml": clean, "c.eml": tracked, "notes.txt": "no mail\n"})
	r := run(t, "", "scan", "--format", "jsonl",
		filepath.Join(dir, "a.eml"), filepath.Join(dir, "missing"), filepath.Join(dir, "notes.txt"), filepath.Join(dir, "c.eml"))
	r.want(t, 1, "missing does not exist", "notes.txt is not a mail file")
	if r := run(t, "", "scan", filepath.Join(dir, "missing")); r.status != 1 || strings.Contains(r.stderr, "scanned") {
		t.Errorf("a summary of nothing: status %d, %s", r.status, r.stderr)
	}
	if n := len(lines(t, r.stdout)); n != 2 {
		t.Errorf("%d messages, want 2", n)
	}
}

func TestScanFormats(t *testing.T) {
	dir := files(t, map[string]string{"a.eml": tracked, "b.eml": clean})
	var all []map[string]any
	r := run(t, "", "scan", "--format", "json", dir)
	r.want(t, 0)
	if err := json.Unmarshal([]byte(r.stdout), &all); err != nil || len(all) != 2 {
		t.Errorf("%d messages, %v", len(all), err)
	}
	r = run(t, "", "scan", "--format", "json", files(t, nil))
	r.want(t, 0)
	if r.stdout != "[]\n" {
		t.Errorf("of nothing: %q", r.stdout)
	}
	r = run(t, "", "scan", "--format", "csv", dir)
	r.want(t, 0)
	rows, err := csv.NewReader(strings.NewReader(r.stdout)).ReadAll()
	if err != nil || len(rows) != 3 || rows[0][0] != "file" {
		t.Errorf("%q, %v", rows, err)
	}
	r = run(t, "", "scan", dir)
	r.want(t, 0, "2 messages scanned, 1 tracked.")
	if !strings.Contains(r.stdout, "Mailchimp") || !strings.Contains(r.stdout, "2026-01-02") {
		t.Errorf("table:\n%s", r.stdout)
	}
}

func TestOutputSpeaksTheLanguageAskedFor(t *testing.T) {
	dir := files(t, map[string]string{"a.eml": tracked})
	for _, c := range []struct {
		environment, flag []string
		want              string
	}{
		{nil, nil, "tracked"},
		{[]string{"LC_ALL=nl_NL.UTF-8"}, nil, "gevolgd"},
		{[]string{"LC_ALL=de_DE.UTF-8"}, nil, "tracked"},
		{nil, []string{"--lang", "nl"}, "gevolgd"},
		{[]string{"LC_ALL=nl_NL.UTF-8"}, []string{"--lang=en"}, "tracked"},
	} {
		r := runAs(t, c.environment, "", append(c.flag, "scan", dir)...)
		r.want(t, 0)
		if !strings.Contains(r.stdout, "\n"+c.want+" ") {
			t.Errorf("%v %v: no %q in\n%s", c.environment, c.flag, c.want, r.stdout)
		}
	}
	run(t, "", "--lang", "xx", "scan", dir).want(t, 2, "--lang xx")
}

// A subject may hold what steers a terminal, or what a spreadsheet would calculate.
func TestHostileTextIsOnlyText(t *testing.T) {
	hostile := crlf("From: =?utf-8?B?" + "PUhZUEVSTElOSygieCIp" + "?= <a@b.test>\nTo: c@d.test\nSubject: =?utf-8?Q?=1B]0;owned=07=1B[2J=E2=80=AEevil=C2=9B31m=0Aline?=\n" +
		"Date: Fri, 2 Jan 2026 03:04:05 +0000\n\nx\n")
	for _, format := range []string{"table", "csv", "json", "jsonl"} {
		r := run(t, hostile, "scan", "--format", format, "-")
		r.want(t, 0)
		if i := strings.IndexFunc(r.stdout, func(c rune) bool { return c < ' ' && c != '\n' && c != '\r' || c >= 0x7f && c < 0xa0 || c == 0x202e }); i >= 0 {
			t.Errorf("%s: control character in %q", format, r.stdout)
		}
		if format == "csv" && !strings.Contains(r.stdout, `'=HYPERLINK`) {
			t.Errorf("csv: the name is a formula: %s", r.stdout)
		}
	}
	if m := lines(t, run(t, hostile, "scan", "--format", "jsonl", "-").stdout); !strings.Contains(m[0]["subject"].(string), "owned") {
		t.Errorf("jsonl lost the subject: %v", m)
	}
	dir := files(t, map[string]string{"\x1b[31m.txt": "no mail"})
	r := run(t, "", "scan", filepath.Join(dir, "\x1b[31m.txt"))
	if r.want(t, 1); strings.Contains(r.stderr, "\x1b") {
		t.Errorf("a name steers the terminal: %q", r.stderr)
	}
}

func TestAClosedPipeEndsQuietly(t *testing.T) {
	dir := files(t, map[string]string{"archive": mbox(slices.Repeat([]string{tracked}, 3000)...)})
	c := command(t, "scan", "--format", "jsonl", dir)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	if line := firstLine(t, c); !strings.HasPrefix(line, `{"file":`) {
		t.Errorf("first line: %q", line)
	}
	if err := c.Wait(); err != nil || stderr.Len() > 0 {
		t.Errorf("%v, %q", err, stderr.String())
	}
}

func TestWrongUsage(t *testing.T) {
	for _, arguments := range [][]string{
		{"scan"}, {"scan", "--format", "xml", "x"}, {"scan", "--colour", "x"}, {"scan", "--format"}, {"scna"}, {"block"}, {"block", "a", "b"},
		{"block", "--mode", "none", "x"}, {"filter", "x"}, {"filter", "--mode", "none"}, {"restore", "x"}, {"sync"}, {"sync", "--server", "pop3://x"},
		{"sync", "--server", "imaps://a:secret@b.test"}, {"sync", "--last", "many"}, {"senders", "--since", "yesterday"}, {"-x"}, {},
	} {
		r := run(t, "", arguments...)
		r.want(t, 2, "pixelwacht: ", "\n  ") // what happened, and what to do
		if r.stdout != "" {
			t.Errorf("%q wrote to standard output: %s", arguments, r.stdout)
		}
		if strings.Contains(r.stderr, "secret") {
			t.Errorf("%q: the password is in the message: %s", arguments, r.stderr)
		}
	}
}

func TestHelpExplainsEveryCommandInBothLanguages(t *testing.T) {
	for _, lang := range []string{"en", "nl"} {
		for _, name := range []string{"", "scan", "block", "restore", "filter", "rules", "sync", "senders", "messages", "providers", "demo", "version"} {
			arguments := []string{"--lang", lang, "--help"}
			if name != "" {
				arguments = append(arguments, name)
			}
			r := run(t, "", arguments...)
			r.want(t, 0)
			usage := map[string]string{"en": "Usage:", "nl": "Gebruik:"}[lang]
			if !strings.Contains(r.stdout, usage) || r.stderr != "" {
				t.Errorf("%q: %s%s", arguments, r.stdout, r.stderr)
			}
		}
	}
}

func TestVersionIsACommandAndAFlag(t *testing.T) {
	command, flag := run(t, "", "version"), run(t, "", "--version")
	command.want(t, 0)
	flag.want(t, 0)
	if !strings.HasPrefix(command.stdout, "pixelwacht ") || flag.stdout != command.stdout {
		t.Errorf("version %q, --version %q", command.stdout, flag.stdout)
	}
}
