package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// newsletterFrom loads one picture, from host.
func newsletterFrom(host string) string {
	return "From: shop@shop.example\r\nTo: reader@reader.example\r\nSubject: x\r\nContent-Type: text/html\r\n\r\n" +
		`<p>Hello</p><img src="https://` + host + `/o/1" width="600" height="200" alt="Offers">`
}

func writeFile(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const ownEntries = `
[[provider]]
id = "shop-mail"
name = "Shop Mail"
kind = "newsletter"
open = ["*.shop-mail.example/o/**"]
source = "own"
tests = ["open https://a.shop-mail.example/o/1"]

[[provider]]
id = "broken"
nmae = "Broken"
`

func TestEntriesInTheDataFolder(t *testing.T) {
	dir := t.TempDir()
	file := writeFile(t, filepath.Join(dir, "catalogue.toml"), ownEntries)
	mistake := file + ", regel 12: een fout in de catalogus: unknown key \"nmae\""
	common := []string{"--data-dir", dir, "--lang", "nl"}

	got := run(t, newsletterFrom("a.shop-mail.example"), append(common, "scan", "--format", "jsonl", "-")...)
	if got.status != 0 || !strings.Contains(got.stdout, `"provider":"Shop Mail"`) || !strings.Contains(got.stdout, `"confidence":"certain"`) {
		t.Errorf("scan: status %d, %s", got.status, got.stdout)
	}
	if strings.Count(got.stderr, mistake) != 1 {
		t.Errorf("scan says %q, want once %q", got.stderr, mistake)
	}
	got = run(t, newsletterFrom("a.shop-mail.example"), append(common, "filter", "--mode", "trackers")...)
	if got.status != 0 || strings.Contains(got.stdout, "shop-mail") || strings.Count(got.stderr, mistake) != 1 {
		t.Errorf("filter: status %d, %q, says %q", got.status, got.stdout, got.stderr)
	}
	got = run(t, "", append(common, "catalogue")...)
	if got.status != 0 || !strings.Contains(got.stdout, file+": 1 eigen dienst\n") || !strings.Contains(got.stderr, mistake) {
		t.Errorf("catalogue: status %d, %q, says %q", got.status, got.stdout, got.stderr)
	}
}

func TestNewerCatalogueInTheDataFolder(t *testing.T) {
	dir := t.TempDir()
	entries, _, _ := strings.Cut(ownEntries, "\n[[provider]]\nid = \"broken\"")
	newer := writeFile(t, filepath.Join(dir, "catalogue.d", "newer.toml"), "version = \"2999-12-31\"\n"+entries)
	older := writeFile(t, filepath.Join(dir, "catalogue.d", "older.toml"), "version = \"2001-01-01\"\n"+entries)
	got := run(t, "", "--data-dir", dir, "--lang", "en", "catalogue")
	want := "The catalogue of 2999-12-31 is in use: 1 service.\n" +
		newer + ": catalogue of 2999-12-31 with 1 entry, in use\n" +
		older + ": catalogue of 2001-01-01, not used because it is not newer\n"
	if got.status != 0 || got.stdout != want || got.stderr != "" {
		t.Errorf("status %d, %q, says %q", got.status, got.stdout, got.stderr)
	}
}

func TestCatalogueFilesAreChecked(t *testing.T) {
	dir := t.TempDir()
	good, _, _ := strings.Cut(ownEntries, "\n[[provider]]\nid = \"broken\"")
	file := writeFile(t, filepath.Join(dir, "good.toml"), good)
	got := run(t, "", "--data-dir", dir, "--lang", "en", "catalogue", file)
	if got.status != 0 || got.stdout != file+": 1 entry, problems: 0\n" || got.stderr != "" {
		t.Errorf("good file: status %d, %q, says %q", got.status, got.stdout, got.stderr)
	}
	file = writeFile(t, filepath.Join(dir, "bad.toml"), strings.Replace(ownEntries, "/o/1\"", "/x/1\"", 1))
	got = run(t, "", "--data-dir", dir, "--lang", "en", "catalogue", file, filepath.Join(dir, "missing.toml"))
	for _, want := range []string{file + ", line 8: ", file + ", line 12: ", "missing.toml does not exist"} {
		if !strings.Contains(got.stderr, want) {
			t.Errorf("no %q in %q", want, got.stderr)
		}
	}
	if got.status != 1 || got.stdout != file+": 1 entry, problems: 2\n" {
		t.Errorf("bad file: status %d, %q", got.status, got.stdout)
	}
}
