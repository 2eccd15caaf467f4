package catalogue

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestBrokenEntriesAreSkippedWithTheirLine(t *testing.T) {
	text := `# A comment at the top.

[[provider]]
id = "good"
name = "Good"
kind = "sales"
host = ["good.test"]
source = "DOC"

[[provider]]
id = "syntax"
name = "unfinished
kind = "sales"

[[provider]]
id = "pattern"
name = "Pattern"
kind = "sales"
open = [
    "fine.test/o",
    "*.co.uk/o",
]
source = "DOC"

[[provider]]
id = "typo"
name = "Typo"
kind = "sales"
hots = ["typo.test"]
source = "DOC"

[[provider]]
id = "good"
name = "Again"
kind = "sales"
host = ["again.test"]
source = "DOC"

[[provider]]
id = "kind"
name = "Kind"
kind = "salesman"
host = ["kind.test"]
source = "DOC"

[[provider]]
id = "unsourced"
name = "Unsourced"
kind = "sales"
host = ["unsourced.test"]

[[provider]]
id = "empty"
name = "Empty"
kind = "sales"
source = "DOC"

[[provider]]
id = "form"
name = "Form"
kind = "sales"
host = ["form.test/path"]
source = "DOC"

[[provider]]
id = "last"
name = "Last"
kind = "sales"
host = ["last.test"]
source = "DOC"
`
	c, errs := Load(fstest.MapFS{"a.toml": {Data: []byte(text)}, "README": {Data: []byte("no TOML")}})
	want := []string{
		"a.toml:12: strings", "a.toml:29: unknown key", "a.toml:21: pattern", `a.toml:33: id "good" is already at a.toml:3`,
		"a.toml:42: kind", "a.toml:47: source", "a.toml:53: no pattern", "a.toml:62: pattern",
	}
	if len(errs) != len(want) {
		t.Errorf("%d errors, want %d", len(errs), len(want))
	}
	var all []string
	for _, err := range errs {
		if _, ok := errors.AsType[*EntryError](err); !ok {
			t.Errorf("%v is not an EntryError", err)
		}
		all = append(all, err.Error())
	}
	for _, w := range want {
		if !strings.Contains("\n"+strings.Join(all, "\n"), "\n"+w) {
			t.Errorf("no error %q in:\n%s", w, strings.Join(all, "\n"))
		}
	}
	if c.Len() != 2 || c.Match("good.test", "/", "") == nil || c.Match("last.test", "/", "") == nil {
		t.Errorf("%d providers, want the two good ones", c.Len())
	}
	if c.Match("fine.test", "/o", "") != nil || c.Match("again.test", "/", "") != nil {
		t.Error("part of a broken entry is used")
	}
}

type unreadable struct{ fstest.MapFS }

func (u unreadable) Open(name string) (fs.File, error) {
	if name == "b.toml" {
		return nil, fs.ErrPermission
	}
	return u.MapFS.Open(name)
}

func (u unreadable) ReadFile(name string) ([]byte, error) {
	if name == "b.toml" {
		return nil, fs.ErrPermission
	}
	return u.MapFS.ReadFile(name)
}

func TestUnreadableFilesAreReported(t *testing.T) {
	c, errs := Load(unreadable{fstest.MapFS{
		"a.toml": {Data: []byte(entryWith("a", `host = ["a.test"]`))},
		"b.toml": {Data: []byte(entryWith("b", `host = ["b.test"]`))},
	}})
	if len(errs) != 1 || !errors.Is(errs[0], fs.ErrPermission) || c.Len() != 1 {
		t.Errorf("%d providers, errors %v", c.Len(), errs)
	}
}

func TestLineBreaksOfWindows(t *testing.T) {
	text := strings.ReplaceAll(entryWith("a", `host = ["a.test"]`)+entryWith("b", `host = ["b.test"]`), "\n", "\r\n")
	if c := load(t, text); c.Len() != 2 {
		t.Errorf("%d providers", c.Len())
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(entryWith("a", `host = ["a.test"]`) + entryWith("b", `open = ["*/o/{token}/{token}"]`))
	f.Add("[[provider]]")
	f.Fuzz(func(t *testing.T, text string) {
		c, _ := Load(fstest.MapFS{"a.toml": {Data: []byte(text)}})
		c.Match("a.test", "/o/Zk3v9QpL2mXr7TbN4c", "u=1")
	})
}
