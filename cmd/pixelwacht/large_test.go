package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// largeMail is a message of more than is held in memory, most of it an attachment.
func largeMail(size int) string {
	line := strings.Repeat("QUJD", 19) + "\r\n"
	return "From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n" +
		"<img src=\"https://cdn.paperlane.test/logo.png\">\r\n--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		strings.Repeat(line, size/len(line)+1) + "--b--\r\n"
}

func TestLargeMessages(t *testing.T) {
	mail := largeMail(2 * inMemory)
	want := strings.Replace(mail, "https://cdn.paperlane.test/logo.png", "data:,"+strings.Repeat("x", 29), 1)
	dir := files(t, map[string]string{"large.eml": mail})
	undo, out := filepath.Join(dir, "undo"), filepath.Join(dir, "out.eml")

	r := run(t, "", "block", "-o", out, "--undo", undo, filepath.Join(dir, "large.eml"))
	if r.want(t, 0); read(t, out) != want {
		t.Error("block: the copy of a file is wrong")
	}
	if r := run(t, mail, "block", "-"); r.status != 0 || r.stdout != want {
		t.Errorf("block: the copy of standard input is wrong, status %d: %s", r.status, r.stderr)
	}
	if r := run(t, mail, "filter"); r.status != 0 || r.stdout != want {
		t.Errorf("filter: the copy is wrong, status %d: %s", r.status, r.stderr)
	}
	if r := run(t, want, "restore", "--undo", undo, "-"); r.status != 0 || r.stdout != mail {
		t.Errorf("restore: the original of standard input is wrong, status %d: %s", r.status, r.stderr)
	}
	if r := run(t, "f"+want[1:], "restore", "--undo", undo, "-"); r.status != 1 || r.stdout != "" {
		t.Errorf("restore: another message was restored, status %d", r.status)
	}
}

func TestSpoolIsRemoved(t *testing.T) {
	dir := t.TempDir()
	r := runAs(t, []string{"TMPDIR=" + dir, "TMP=" + dir}, largeMail(2*inMemory), "filter")
	r.want(t, 0)
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %v, %v", left, err)
	}
}

func TestTooLargeDocumentIsTold(t *testing.T) {
	mail := "From: a@b.test\r\nContent-Type: text/html\r\n\r\n" + strings.Repeat("<p>x</p>\r\n", 17<<20/10)
	r := run(t, mail, "block", "-")
	if r.status != 0 || strings.Contains(r.stdout, "<p>") || !strings.Contains(r.stderr, "too large") {
		t.Errorf("status %d, %d octets, %q", r.status, len(r.stdout), r.stderr)
	}
}
