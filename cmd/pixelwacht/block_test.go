package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const host = "list-manage.com"

func TestBlockAndRestoreOneMessage(t *testing.T) {
	dir := files(t, map[string]string{"a.eml": tracked})
	in, undo := filepath.Join(dir, "a.eml"), filepath.Join(dir, "a.undo")
	r := run(t, "", "block", "--undo", undo, in)
	r.want(t, 0)
	if len(r.stdout) != len(tracked) || strings.Contains(r.stdout, host) {
		t.Fatalf("not blocked in place:\n%s", r.stdout)
	}
	if again := run(t, r.stdout, "block", "-"); again.stdout != r.stdout {
		t.Error("a second block changes the copy")
	}
	renamed := filepath.Join(dir, "renamed.eml")
	write(t, renamed, r.stdout)
	if back := run(t, "", "restore", "--undo", undo, renamed); back.stdout != tracked {
		back.want(t, 0)
		t.Error("restore gives another message")
	}
	if back := run(t, r.stdout, "restore", "--undo", undo, "-"); back.stdout != tracked {
		t.Error("restore of standard input gives another message")
	}
	changed := run(t, strings.Replace(r.stdout, "Hello", "Hallo", 1), "restore", "--undo", undo, "-")
	changed.want(t, 1, "not the blocked copy")
	if changed.stdout != "" {
		t.Errorf("restore wrote %q", changed.stdout)
	}
	if read(t, in) != tracked {
		t.Error("the original has changed")
	}
}

func TestModeTrackersLeavesOtherPictures(t *testing.T) {
	r := run(t, tracked, "block", "--mode", "trackers", "-")
	r.want(t, 0)
	if strings.Contains(r.stdout, host) || !strings.Contains(r.stdout, "https://cdn.paperlane.test/logo.png") {
		t.Errorf("%s", r.stdout)
	}
	if r := run(t, tracked, "block", "-"); strings.Contains(r.stdout, "cdn.paperlane.test") {
		t.Errorf("mode all leaves a picture:\n%s", r.stdout)
	}
}

// numbered is one of the messages of a sender. It takes three to tell that the code in its picture is another one in each.
func numbered(n int) string {
	return crlf(fmt.Sprintf("From: news@shop.test\nTo: me@reader.test\nMessage-ID: <%d@shop.test>\nDate: %d Mar 2026 12:00:00 +0000\nContent-Type: text/html\n\n"+
		`<img src="https://shop.test/logo.png" width=90 height=30><img src="https://shop.test/x?m=a%06x" alt="a">`+"\n", n, n, 7654321+n*65537))
}

// Whatever makes scan call a picture a tracker makes block block it: the mail of the data folder, mail that is blocked
// together, and what the user has said.
func TestModeTrackersKnowsOtherMessages(t *testing.T) {
	const tracker, logo = "shop.test/x?m=", "shop.test/logo.png"
	check := func(name, copy string, blocked bool) {
		t.Helper()
		if strings.Contains(copy, tracker) == blocked || !strings.Contains(copy, logo) {
			t.Errorf("%s:\n%s", name, copy)
		}
	}
	empty, data := t.TempDir(), t.TempDir()
	mail := files(t, map[string]string{"mail/1.eml": numbered(1), "mail/2.eml": numbered(2), "mail/3.eml": numbered(3),
		"archive": mbox(numbered(1), numbered(2), numbered(3))})
	run(t, "", "--data-dir", data, "import", filepath.Join(mail, "mail")).want(t, 0)
	for name, command := range map[string][]string{"block": {"block", "-"}, "filter": {"filter"}} {
		arguments := append(command, "--mode", "trackers", "--data-dir")
		check(name+" alone", run(t, numbered(4), append(arguments, empty)...).stdout, false)
		check(name+" with the data folder", run(t, numbered(4), append(arguments, data)...).stdout, true)
	}
	out := filepath.Join(mail, "out")
	run(t, "", "block", "--data-dir", empty, "--mode", "trackers", "-o", out, filepath.Join(mail, "mail")).want(t, 0)
	check("a folder", read(t, filepath.Join(out, "2.eml")), true)
	check("an mbox", run(t, "", "block", "--data-dir", empty, "--mode", "trackers", filepath.Join(mail, "archive")).stdout, true)
}

func TestBlockAndRestoreAnMboxInPlace(t *testing.T) {
	original := mbox(tracked, clean, tracked)
	dir := files(t, map[string]string{"archive": original})
	in, out, undo := filepath.Join(dir, "archive"), filepath.Join(dir, "blocked"), filepath.Join(dir, "undo")
	run(t, "", "block", "-o", out, "--undo", undo, in).want(t, 0)
	blocked := read(t, out)
	if len(blocked) != len(original) || strings.Contains(blocked, host) || strings.Count(blocked, "\r\n>From here") != 3 {
		t.Fatalf("not blocked in place:\n%s", blocked)
	}
	records := lines(t, read(t, undo))
	if len(records) != 3 {
		t.Fatalf("%d records, want one for each message", len(records))
	}
	for _, r := range records {
		if r["file"] != "archive" || !strings.HasPrefix(original[int(r["offset"].(float64)):], "From: ") {
			t.Errorf("record %v", r)
		}
	}
	if back := run(t, "", "restore", "--undo", undo, out); back.stdout != original {
		back.want(t, 0)
		t.Error("restore gives another file")
	}
}

func TestBlockAndRestoreAFolder(t *testing.T) {
	all := map[string]string{
		"mail/a.eml": tracked, "mail/sub/archive": mbox(tracked, clean), "mail/M/cur/1.h:2,S": tracked, "mail/M/new/2.h": clean,
		"mail/M/tmp/3.h": tracked, "mail/notes.md": "# no mail\n",
	}
	dir := files(t, all)
	in, out, undo := filepath.Join(dir, "mail"), filepath.Join(dir, "blocked"), filepath.Join(dir, "undo")
	run(t, "", "block", "-o", out, "--undo", undo, in).want(t, 0)
	want := map[string]int{"a.eml": len(tracked), "sub/archive": len(all["mail/sub/archive"]), "M/cur/1.h:2,S": len(tracked), "M/new/2.h": len(clean)}
	got := make(map[string]int)
	for name, content := range tree(t, out) {
		got[name] = len(content)
		if strings.Contains(content, host) {
			t.Errorf("%s is not blocked", name)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
	if _, err := os.Stat(filepath.Join(out, "M", "tmp")); err != nil {
		t.Errorf("the Maildir has lost its tmp: %v", err)
	}
	back := filepath.Join(dir, "back")
	run(t, "", "restore", "--undo", undo, "-o", back, out).want(t, 0)
	for name, content := range tree(t, back) {
		if content != all["mail/"+name] {
			t.Errorf("%s is not restored", name)
		}
	}
	if n := len(tree(t, back)); n != len(want) {
		t.Errorf("%d files restored, want %d", n, len(want))
	}
	for name, content := range tree(t, in) {
		if content != all["mail/"+name] {
			t.Errorf("the original %s has changed", name)
		}
	}
}

func TestOutputsAreRefused(t *testing.T) {
	for _, c := range []struct {
		name      string
		arguments func(dir string) []string
		status    int
		says      string
	}{
		{"over an existing file", func(d string) []string { return []string{"block", "-o", d + "/there", d + "/mail/a.eml"} }, 1, "exists already"},
		{"undo over an existing file", func(d string) []string { return []string{"block", "--undo", d + "/there", d + "/mail/a.eml"} }, 1, "exists already"},
		{"undo over an existing file by force", func(d string) []string {
			return []string{"block", "--force", "--undo", d + "/there", d + "/mail/a.eml"}
		}, 1, "never replaced"},
		{"in a folder that is not there", func(d string) []string { return []string{"block", "-o", d + "/nodir/x", d + "/mail/a.eml"} }, 1, "nodir does not exist"},
		{"over itself", func(d string) []string {
			return []string{"block", "--force", "-o", d + "/mail/a.eml", d + "/mail/a.eml"}
		}, 1, "inside its own input"},
		{"over itself by a link", func(d string) []string {
			return []string{"block", "--force", "-o", d + "/link/a.eml", d + "/mail/a.eml"}
		}, 1, "inside its own input"},
		{"inside its input", func(d string) []string { return []string{"block", "-o", d + "/mail/out", d + "/mail"} }, 1, "inside its own input"},
		{"inside its input by a link", func(d string) []string { return []string{"block", "-o", d + "/link/out", d + "/mail"} }, 1, "inside its own input"},
		{"undo inside its input", func(d string) []string {
			return []string{"block", "-o", d + "/out", "--undo", d + "/mail/undo", d + "/mail"}
		}, 1, "inside its own input"},
		{"undo over the output", func(d string) []string {
			return []string{"block", "-o", d + "/out", "--undo", d + "/./out", d + "/mail/a.eml"}
		}, 2, "same file"},
		{"restored message over its undo file", func(d string) []string {
			return []string{"restore", "--force", "-o", d + "/./there", "--undo", d + "/there", d + "/mail/a.eml"}
		}, 2, "same file"},
		{"restored message over its undo file by a hard link", func(d string) []string {
			return []string{"restore", "--force", "-o", d + "/hard", "--undo", d + "/there", d + "/mail/a.eml"}
		}, 2, "same file"},
		{"folder to standard output", func(d string) []string { return []string{"block", d + "/mail"} }, 2, "-o"},
		{"folder over a file", func(d string) []string { return []string{"block", "-o", d + "/there", d + "/mail"} }, 1, "exists already"},
		{"file over a folder", func(d string) []string { return []string{"block", "--force", "-o", d, d + "/mail/a.eml"} }, 1, "is a folder"},
		{"existing file in the output folder", func(d string) []string { return []string{"block", "-o", d + "/full", d + "/mail"} }, 1, "exists already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := files(t, map[string]string{"mail/a.eml": tracked, "mail/b.eml": tracked, "there": "keep", "full/a.eml": "keep"})
			if err := os.Symlink(filepath.Join(dir, "mail"), filepath.Join(dir, "link")); err != nil {
				t.Fatal(err)
			}
			if err := os.Link(filepath.Join(dir, "there"), filepath.Join(dir, "hard")); err != nil {
				t.Fatal(err)
			}
			before := tree(t, dir)
			run(t, "", c.arguments(dir)...).want(t, c.status, c.says)
			after := tree(t, dir)
			delete(after, "full/b.eml") // the rest is done
			if !maps.Equal(before, after) {
				t.Errorf("files have changed: %v", after)
			}
		})
	}
}

// What is not there cannot be restored: a copy that failed leaves no record.
func TestACopyThatFailsLeavesNoUndoRecord(t *testing.T) {
	p := &program{}
	undo, err := p.create(filepath.Join(t.TempDir(), "undo"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer undo.abandon()
	b := blocking{program: p, out: "out", undoFile: undo}
	failed := errors.New("failed")
	for _, c := range []struct {
		record string
		err    error
	}{{"first ", nil}, {"second ", failed}, {"third", nil}} {
		if err := b.recorded(func() error {
			_, err := io.WriteString(undo, c.record)
			return errors.Join(err, c.err)
		}); !errors.Is(err, c.err) {
			t.Errorf("%s: %v", c.record, err)
		}
	}
	if err := undo.commit(); err != nil {
		t.Fatal(err)
	}
	if got := read(t, undo.path); got != "first third" {
		t.Errorf("records %q", got)
	}
}

func TestBlockSumsUp(t *testing.T) {
	encrypted := crlf("From: a@b.test\nContent-Type: multipart/encrypted; boundary=x; protocol=\"application/pgp-encrypted\"\n\n" +
		"--x\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--x\nContent-Type: application/octet-stream\n\nsecret\n--x--\n")
	signed := func(html string) string {
		return crlf("From: a@b.test\nContent-Type: multipart/signed; boundary=x; protocol=\"application/pgp-signature\"\n\n" +
			"--x\nContent-Type: text/html\n\n" + html + "\n--x\nContent-Type: application/pgp-signature\n\nsignature\n--x--\n")
	}
	const (
		picture = `<img src="https://cdn.paperlane.test/logo.png">`
		cannot  = "1 message has an encrypted part, which could not be inspected.\n"
		broken  = "1 message has a signature that no longer verifies.\n"
	)
	dir := files(t, map[string]string{
		"mail/tracked.eml": tracked, "mail/clean.eml": clean, "mail/encrypted.eml": encrypted, "mail/signed.eml": signed(picture),
		"mail/intact.eml": signed("Hello"), "one/clean.eml": clean,
	})
	for _, c := range []struct{ path, want string }{
		{"mail", "5 messages, 3 places blocked.\n" + cannot + broken},
		{"one", "1 message, 0 places blocked.\n"},
		{"mail/tracked.eml", ""}, {"mail/clean.eml", ""}, {"mail/intact.eml", ""}, {"mail/encrypted.eml", cannot}, {"mail/signed.eml", broken},
	} {
		r := run(t, "", "block", "-o", filepath.Join(dir, "out", c.path), filepath.Join(dir, c.path))
		if r.want(t, 0); r.stderr != c.want {
			t.Errorf("%s: %q, want %q", c.path, r.stderr, c.want)
		}
		if err := os.RemoveAll(filepath.Join(dir, "out")); err != nil {
			t.Fatal(err)
		}
		mkdir(t, filepath.Join(dir, "out", "mail"))
	}
}

func TestForceReplacesAFile(t *testing.T) {
	dir := files(t, map[string]string{"a.eml": clean, "out": "old"})
	run(t, "", "block", "--force", "-o", filepath.Join(dir, "out"), filepath.Join(dir, "a.eml")).want(t, 0)
	if read(t, filepath.Join(dir, "out")) != clean {
		t.Error("not replaced")
	}
}

// An undo file from somebody else must not write outside the folder that was named.
func TestRestoreStaysInItsFolder(t *testing.T) {
	dir := files(t, map[string]string{"mail/a.eml": clean, "outside.eml": clean})
	run(t, "", "block", "--undo", filepath.Join(dir, "undo"), filepath.Join(dir, "mail/a.eml")).want(t, 0)
	for _, name := range []string{"../outside.eml", "/etc/passwd", ""} {
		var r map[string]any
		if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, "undo"))), &r); err != nil {
			t.Fatal(err)
		}
		r["file"] = name
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "evil"), string(b))
		run(t, "", "restore", "--undo", filepath.Join(dir, "evil"), "-o", filepath.Join(dir, "out"), filepath.Join(dir, "mail")).want(t, 1, "not an undo record")
		if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
			t.Errorf("%q: something was written", name)
		}
	}
}

func TestFilter(t *testing.T) {
	r := run(t, tracked, "filter")
	r.want(t, 0)
	if len(r.stdout) != len(tracked) || strings.Contains(r.stdout, host) || r.stderr != "" {
		t.Errorf("%s%s", r.stdout, r.stderr)
	}
	if r := run(t, tracked, "filter", "--mode", "trackers"); strings.Contains(r.stdout, host) || !strings.Contains(r.stdout, "logo.png") {
		t.Errorf("trackers: %s", r.stdout)
	}
	for _, broken := range []string{"", "\x00\xff\x00", "no header at all", "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x"} {
		r := run(t, broken, "filter")
		if r.want(t, 0); len(r.stdout) != len(broken) {
			t.Errorf("%q: %q", broken, r.stdout)
		}
	}
}

// The caller keeps the original when it learns that the output is not the message.
func TestFilterThatFailsSaysSo(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	c := command(t, "filter")
	var stderr strings.Builder
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(tracked), full, &stderr
	if err := c.Run(); c.ProcessState.ExitCode() != 75 || !strings.Contains(stderr.String(), "not blocked") {
		t.Errorf("%v, %q", err, stderr.String())
	}
}
