package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// letter is a message of the sender from with a logo, a pixel, and a link with a detour.
func letter(from string) string {
	return crlf("From: " + from + "\nTo: reader@home.test\nDisposition-Notification-To: " + from + "\nContent-Type: text/html\n\n" +
		`<img src="https://cdn.shop.test/logo.png" width=200 height=80>` +
		`<img src="https://o.shop.test/open/5f3a9c81d2e4471bb0aa?track=1" width=1 height=1>` +
		`<a href="https://click.shop.test/CL0/https:%2F%2Fshop.test%2Fsale%3Futm_source=mail%26id=7/1/0100-000000/hash=123">Sale</a>` + "\n")
}

func TestRulesAreSetListedAndRemoved(t *testing.T) {
	data := t.TempDir()
	rules := func(words ...string) result {
		return run(t, "", append([]string{"--data-dir", data, "rules"}, words...)...)
	}
	empty := rules()
	if empty.want(t, 0, "no rules for senders"); empty.stdout != "" {
		t.Errorf("%q", empty.stdout)
	}
	if r := rules("--format", "json"); r.stdout != "[]\n" || r.stderr != "" {
		t.Errorf("%q %q", r.stdout, r.stderr)
	}
	for _, words := range [][]string{
		{"set", "News@Shop.Test", "trust"}, {"set", "shop.test", "all"}, {"set", "@other.test", "trust"}, {"set", "other.test", "trackers"},
	} {
		if r := rules(words...); r.status != 0 || r.stdout+r.stderr != "" {
			t.Errorf("%q: %+v", words, r)
		}
	}
	if r := rules("--format", "json"); r.stdout != `[
{"sender":"@other.test","mode":"trackers"},
{"sender":"@shop.test","mode":"all"},
{"sender":"news@shop.test","mode":"trust"}
]
` {
		t.Errorf("%s", r.stdout)
	}
	if r := rules("--format", "csv"); !strings.HasPrefix(r.stdout, "sender,mode\n") {
		t.Errorf("%s", r.stdout)
	}
	if r := rules(); !strings.Contains(r.stdout, "news@shop.test") || !strings.Contains(r.stdout, "trust: block nothing") {
		t.Errorf("%s", r.stdout)
	}
	rules("remove", "Shop.Test").want(t, 0)
	rules("remove", "shop.test").want(t, 1, "no rule for @shop.test", "pixelwacht rules lists")
	if r := rules("--format", "jsonl"); strings.Contains(r.stdout, "@shop.test\",\"mode\":\"all") || strings.Count(r.stdout, "\n") != 2 {
		t.Errorf("%s", r.stdout)
	}
}

func TestWrongRulesAreRefused(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, words := range [][]string{
		{"set"}, {"set", "a@shop.test"}, {"set", "a@shop.test", "some"}, {"set", "a@shop.test", "all", "more"}, {"remove"}, {"remove", "a", "b"},
		{"set", "com", "trust"}, {"set", "co.uk", "all"}, {"set", "a b@shop.test", "all"}, {"remove", "@"}, {"show"}, {"--format", "xml"},
	} {
		run(t, "", append([]string{"--data-dir", data, "rules"}, words...)...).want(t, 2)
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("wrong usage made the data folder: %v", err)
	}
}

func TestBlockAndFilterByRules(t *testing.T) {
	data := t.TempDir()
	for sender, mode := range map[string]string{"friend@shop.test": "trust", "news@shop.test": "trackers", "foe.test": "all"} {
		run(t, "", "--data-dir", data, "rules", "set", sender, mode).want(t, 0)
	}
	const logo, pixel, receipt = "cdn.shop.test", "o.shop.test", "Disposition-Notification-To"
	for _, c := range []struct {
		from, mode string
		rules      bool
		stay, gone []string
	}{
		{"friend@shop.test", "all", true, []string{logo, pixel, receipt}, nil},
		{"friend@shop.test", "all", false, nil, []string{logo, pixel, receipt}},
		{"news@shop.test", "all", true, []string{logo}, []string{pixel, receipt}},
		{"a@mail.foe.test", "trackers", true, nil, []string{logo, pixel, receipt}},
		{"else@shop.test", "trackers", true, []string{logo}, []string{pixel, receipt}},
		{"else@shop.test", "all", true, nil, []string{logo, pixel, receipt}},
	} {
		for _, command := range [][]string{{"filter"}, {"block", "-"}} {
			arguments := append(command, "--data-dir", data, "--mode", c.mode)
			if c.rules {
				arguments = append(arguments, "--rules")
			}
			r := run(t, letter(c.from), arguments...)
			r.want(t, 0)
			if len(r.stdout) != len(letter(c.from)) {
				t.Errorf("%s %q: the length differs", c.from, arguments)
			}
			for _, text := range c.stay {
				if !strings.Contains(r.stdout, text) {
					t.Errorf("%s %q: %s is gone", c.from, arguments, text)
				}
			}
			for _, text := range c.gone {
				if strings.Contains(r.stdout, text) {
					t.Errorf("%s %q: %s stays", c.from, arguments, text)
				}
			}
		}
	}
	run(t, letter("friend@shop.test"), "--data-dir", data, "block", "--rules", "-").want(t, 0, "1 message stayed as it is: you trust its sender.")
	run(t, letter("friend@shop.test"), "--data-dir", data, "-v", "filter", "--rules").want(t, 0, "rule=friend@shop.test")
}

// Mail is delivered even when the database is in use, damaged or missing; block, where somebody looks, says so.
func TestRulesThatCannotBeRead(t *testing.T) {
	locked := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(locked, "pixelwacht.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range []string{"CREATE TABLE sender_rules (sender TEXT, mode TEXT)", "BEGIN EXCLUSIVE"} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	damaged := t.TempDir()
	write(t, filepath.Join(damaged, "pixelwacht.db"), strings.Repeat("not a database ", 100))
	for name, data := range map[string]string{"locked": locked, "damaged": damaged} {
		r := run(t, letter("a@shop.test"), "--data-dir", data, "filter", "--rules", "--mode", "trackers")
		if r.want(t, 0); r.stderr != "" || !strings.Contains(r.stdout, "cdn.shop.test") || strings.Contains(r.stdout, "o.shop.test") {
			t.Errorf("%s: %q\n%s", name, r.stderr, r.stdout)
		}
		run(t, letter("a@shop.test"), "--data-dir", data, "-v", "filter", "--rules").want(t, 0, "cannot be read")
		if r := run(t, letter("a@shop.test"), "--data-dir", data, "block", "--rules", "-"); r.status != 1 || r.stdout != "" {
			t.Errorf("%s: block ends with %d, %q", name, r.status, r.stderr)
		}
	}
	missing := filepath.Join(t.TempDir(), "missing")
	for _, command := range [][]string{{"filter"}, {"block", "-"}} {
		r := run(t, letter("a@shop.test"), append(command, "--data-dir", missing, "--rules")...)
		if r.want(t, 0); strings.Contains(r.stdout, "cdn.shop.test") || r.stderr != "" {
			t.Errorf("%q: %q", command, r.stderr)
		}
	}
	if _, err := os.Stat(missing); !os.IsNotExist(err) {
		t.Errorf("the data folder was made: %v", err)
	}
}

func TestUnwrapLinks(t *testing.T) {
	in := letter("a@shop.test")
	for _, command := range [][]string{{"filter"}, {"block", "-"}} {
		if r := run(t, in, command...); !strings.Contains(r.stdout, "click.shop.test") {
			t.Errorf("%q changes links without being asked", command)
		}
		r := run(t, in, append(command, "--unwrap-links")...)
		r.want(t, 0)
		if len(r.stdout) != len(in) || strings.Contains(r.stdout, "click.shop.test") || !strings.Contains(r.stdout, `href="https://shop.test/sale?id=7" `) {
			t.Errorf("%q: %s", command, r.stdout)
		}
		if again := run(t, r.stdout, append(command, "--unwrap-links")...); again.stdout != r.stdout {
			t.Errorf("%q: a second time changes the copy", command)
		}
	}
	dir := files(t, map[string]string{"mail/a.eml": in, "mail/b.eml": letter("b@shop.test")})
	out, undo := filepath.Join(dir, "out"), filepath.Join(dir, "undo")
	run(t, "", "block", "--unwrap-links", "--undo", undo, "-o", out, filepath.Join(dir, "mail")).want(t, 0, "2 links now lead straight to where they lead.")
	run(t, "", "restore", "--undo", undo, "-o", filepath.Join(dir, "back"), out).want(t, 0)
	if read(t, filepath.Join(dir, "back", "a.eml")) != in {
		t.Error("restore gives another message")
	}
}
