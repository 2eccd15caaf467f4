package catalogue

import (
	"errors"
	"io/fs"
	"slices"
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
	c, errs := parse("a.toml", text)
	want := []string{
		"a.toml:12: basic strings cannot have new lines", "a.toml:29: unknown key", "a.toml:21: pattern", `a.toml:33: id "good" is already at a.toml:3`,
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

// user is a folder of the user's with the files.
func user(files map[string]string) fs.FS {
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return folder
}

func TestEntriesOfTheUser(t *testing.T) {
	shipped := Builtin()
	c, errs := Load(user(map[string]string{
		"catalogue.toml":        entryWith("mine", `host = ["mine.test"]`) + entryWith("mailchimp", `host = ["chimp.test"]`),
		"catalogue.d/b.toml":    entryWith("more", `host = ["more.test"]`) + entryWith("mine", `host = ["again.test"]`),
		"catalogue.d/a.toml":    "[[provider]]\nid = 1\n" + entryWith("linkedin", `host = ["*.co.uk"]`) + entryWith("third", `host = ["third.test"]`),
		"catalogue.d/notes.txt": "not ours",
		"other.toml":            entryWith("other", `host = ["other.test"]`),
	}))
	var all []string
	for _, err := range errs {
		all = append(all, err.Error())
	}
	if got := strings.Join(all, "\n"); len(errs) != 3 || !strings.Contains(got, "catalogue.d/a.toml:2: ") ||
		!strings.Contains(got, `catalogue.d/b.toml:10: id "mine" is already at catalogue.toml:2`) {
		t.Errorf("errors: %s", got)
	}
	if c.Len() != shipped.Len()+3 || c.Version() != shipped.Version() {
		t.Errorf("%d providers of %s, the shipped catalogue has %d of %s", c.Len(), c.Version(), shipped.Len(), shipped.Version())
	}
	for _, host := range []string{"mine.test", "more.test", "third.test", "chimp.test"} {
		if c.Match(host, "/x", "") == nil {
			t.Errorf("%s is not known", host)
		}
	}
	if m := c.Match("us1.list-manage.com", "/track/open.php", "u=1&id=2"); m != nil {
		t.Errorf("the shipped entry is used beside the user's with the same id: %+v", m)
	}
	if c.Match("other.test", "/x", "") != nil || c.Match("again.test", "/x", "") != nil {
		t.Error("what should not be read is used")
	}
	want := []File{{"catalogue.toml", "", 2, true}, {"catalogue.d/a.toml", "", 1, true}, {"catalogue.d/b.toml", "", 1, true}}
	if got := c.Files(); !slices.Equal(got, want) {
		t.Errorf("files %+v, want %+v", got, want)
	}
}

func TestNewerCatalogue(t *testing.T) {
	version := func(day, id string) string {
		return "version = \"" + day + "\"\n" + entryWith(id, `host = ["`+id+`.test"]`)
	}
	newer, older := version("2999-01-02", "newer"), version("2001-01-01", "older")
	tests := []struct {
		name  string
		files map[string]string
		want  string // the ids known, of those below
	}{
		{"none", nil, "mailchimp"},
		{"newer", map[string]string{"catalogue.d/n.toml": newer}, "newer"},
		{"older", map[string]string{"catalogue.d/o.toml": older}, "mailchimp"},
		{"the newest counts", map[string]string{"catalogue.d/n.toml": newer, "catalogue.d/z.toml": version("2999-01-01", "older")}, "newer"},
		{"with own entries", map[string]string{"catalogue.d/n.toml": newer, "catalogue.toml": entryWith("mine", `host = ["mine.test"]`)}, "mine newer"},
		{"without a whole entry", map[string]string{"catalogue.toml": "version = \"2999-01-01\"\n"}, "mailchimp"},
	}
	for _, test := range tests {
		c, _ := Load(user(test.files))
		var known []string
		for _, p := range c.Providers() {
			if slices.Contains([]string{"mine", "newer", "older", "mailchimp"}, p.ID) {
				known = append(known, p.ID)
			}
		}
		slices.Sort(known)
		if got := strings.Join(known, " "); got != test.want {
			t.Errorf("%s: %q is known, want %q", test.name, got, test.want)
		}
	}
	if _, errs := Load(user(map[string]string{"catalogue.toml": "version = \"2999-01-01\"\n"})); len(errs) != 1 {
		t.Errorf("a catalogue without entries: %v", errs)
	}
	c, _ := Load(user(map[string]string{"catalogue.d/n.toml": newer, "catalogue.d/o.toml": older}))
	if want := []File{{"catalogue.d/n.toml", "2999-01-02", 1, true}, {"catalogue.d/o.toml", "2001-01-01", 0, false}}; !slices.Equal(c.Files(), want) || c.Version() != "2999-01-02" {
		t.Errorf("version %s, files %+v", c.Version(), c.Files())
	}
}

func TestUnreadableFilesAreReported(t *testing.T) {
	folder := user(map[string]string{"catalogue.d/a.toml": entryWith("a", `host = ["a.test"]`)}).(fstest.MapFS)
	folder["catalogue.toml"] = &fstest.MapFile{Mode: fs.ModeDir}
	c, errs := Load(folder)
	if len(errs) != 1 || c.Len() != Builtin().Len()+1 {
		t.Errorf("%d providers, errors %v", c.Len(), errs)
	}
}

func TestCheck(t *testing.T) {
	good := entryWith("mine", "open = [\"*.mine.test/o/**\"]\nheaders = [\"X-Mine\"]\ntests = [\"open https://a.mine.test/o/1\", \"header X-Mine: 1\"]")
	if n, errs := Check("a.toml", good); n != 1 || len(errs) != 0 {
		t.Errorf("%d entries, %v", n, errs)
	}
	for lines, want := range map[string]string{
		`open = ["*.a.test/o/**"]`: "a.toml:7: no test for open",
		"open = [\"*.a.test/o/**\"]\ntests = [\"open https://b.test/o/1\"]":                                                     "a.toml:8: test",
		"open = [\"*.a.test/o/**\"]\ntests = [\"opened https://a.test/o/1\", \"open https://a.test/o/1\"]":                      "want open, click",
		"open = [\"*.a.test/o/**\"]\ntests = [\"open a.test/o/1\"]":                                                             "not a URL",
		"click = [\"*.list-manage.com/track/click?x\"]\ntests = [\"click https://a.list-manage.com/track/click?u=1&id=2&x=3\"]": "of mailchimp matches, too",
		"host = [\"*.list-manage.com\"]\ntests = [\"host https://a.list-manage.com/track/click?u=1&id=2\"]":                     "of mailchimp matches, too",
		"service = [\"*.list-manage.com\"]\ntests = [\"service https://a.list-manage.com/\"]":                                   "alone",
		"senders = [\"mandrillapp.com\"]\ntests = [\"sender a.mandrillapp.com\"]":                                               "mandrill is recognised, too",
		"senders = [\"a.test\"]\ntests = [\"sender b.test\"]":                                                                   "nothing is recognised",
		"host = [\"a.test\"]\ntests = [\"host https://a.test/\"]\nambiguous_with = [\"nobody\"]":                                "there is no",
		"privacy = \"www.a.test\"\nhost = [\"a.test\"]":                                                                         "a.toml:7: privacy",
	} {
		_, errs := Check("a.toml", entryWith("a", lines))
		if len(errs) == 0 || !strings.Contains(errors.Join(errs...).Error(), want) {
			t.Errorf("%s:\n%v, want %q", lines, errs, want)
		}
	}
	// A catalogue of its own is not compared with the shipped one.
	if _, errs := Check("a.toml", "version = \"2999-01-01\"\n"+entryWith("mailchimp", "host = [\"*.list-manage.com\"]\ntests = [\"host https://a.list-manage.com/\"]")); len(errs) != 0 {
		t.Error(errs)
	}
}

func TestCertainty(t *testing.T) {
	c := load(t, entryWith("a", `open = ["*.a.test/c", "likely *.a.test/l", "possible *.a.test/{p,q}", "*/o/{token}/{token}", "possible */p/{token}/{token}"]`))
	for link, want := range map[string]Certainty{
		"https://a.test/c": Certain, "https://a.test/l": Likely, "https://a.test/q": Possible,
		"https://x.test/o/Zk3v9QpL2mXr7TbN4c/Zk3v9QpL2mXr7TbN4c": Likely, "https://x.test/p/Zk3v9QpL2mXr7TbN4c/Zk3v9QpL2mXr7TbN4c": Possible,
	} {
		host, path, query := split(t, link)
		if m := c.Match(host, path, query); len(m) != 1 || m[0].Certainty != want {
			t.Errorf("%s: %+v, want %d", link, m, want)
		}
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
		c, _ := parse("a.toml", text)
		c.Match("a.test", "/o/Zk3v9QpL2mXr7TbN4c", "u=1")
	})
}
