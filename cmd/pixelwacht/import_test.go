package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestImportIsAnAccountOfItsOwn(t *testing.T) {
	data := t.TempDir()
	dir := files(t, map[string]string{"a.eml": tracked, "notes.txt": "no mail"})
	for range 2 { // the same again is no more
		r := run(t, "", "--data-dir", data, "import", "--name", "Old mail", dir)
		r.want(t, 0)
		if !strings.Contains(r.stderr, "1 message") {
			t.Errorf("%q", r.stderr)
		}
	}
	r := run(t, "", "--data-dir", data, "messages", "--format", "jsonl")
	r.want(t, 0)
	if all := lines(t, r.stdout); len(all) != 1 || all[0]["file"] != filepath.Join(dir, "a.eml") || all[0]["tracked"] != true {
		t.Errorf("%v", all)
	}
}

func TestImportGoesOnAfterAFileThatCannotBeRead(t *testing.T) {
	data := t.TempDir()
	dir := files(t, map[string]string{"a.eml": tracked, "b.zip": "PK\x03\x04 and no more", "notes.txt": "no mail"})
	r := run(t, "", "--data-dir", data, "import", filepath.Join(dir, "b.zip"), filepath.Join(dir, "notes.txt"), filepath.Join(dir, "a.eml"))
	r.want(t, 1)
	for _, want := range []string{"b.zip", "notes.txt is not a mail file", "1 message"} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("%q is not in %q", want, r.stderr)
		}
	}
	if r := run(t, "", "--data-dir", data, "import"); r.status != 2 {
		t.Errorf("without a path: %d", r.status)
	}
}
