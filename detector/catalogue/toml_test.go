package catalogue

import (
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	data "pixelwacht/assets/catalogue"
)

// asLibrary reads text with the decoder of the library into the same form as ours.
func asLibrary(text string) (version string, entries []map[string]any, err error) {
	var file struct {
		Version  string           `toml:"version"`
		Provider []map[string]any `toml:"provider"`
	}
	err = toml.Unmarshal([]byte(strings.TrimPrefix(text, "\ufeff")), &file)
	return file.Version, file.Provider, err
}

// sameAsLibrary compares what ours takes with what the library makes of it.
func sameAsLibrary(t *testing.T, text string) {
	d, errs := parseDocument("a.toml", text)
	if len(errs) > 0 {
		return
	}
	version, entries, err := asLibrary(text)
	if err != nil {
		t.Fatalf("the library refuses what ours takes: %v", err)
	}
	if d.version != version || len(d.entries) != len(entries) {
		t.Fatalf("version %q and %d entries, the library has %q and %d", d.version, len(d.entries), version, len(entries))
	}
	for i, e := range d.entries {
		settings, _ := parseSettings(&unstable.Parser{}, nil, e.text)
		ours := map[string]any{}
		for _, s := range settings {
			ours[s.key] = any(s.text)
			if s.list != nil {
				list := []any{}
				for _, item := range s.list {
					list = append(list, item)
				}
				ours[s.key] = list
			}
		}
		if len(ours) > 0 && !reflect.DeepEqual(ours, entries[i]) {
			t.Errorf("entry %d: %v, the library has %v", i, ours, entries[i])
		}
	}
}

func TestTOMLIsReadAsItsDecoderDoes(t *testing.T) {
	names, _ := fs.Glob(data.Files(), "*.toml")
	for _, name := range names {
		text, _ := fs.ReadFile(data.Files(), name)
		sameAsLibrary(t, string(text))
	}
	for _, text := range tomlSamples {
		sameAsLibrary(t, text)
	}
}

var tomlSamples = []string{
	"", "# nothing", "version = '2026-01-31'", "\ufeffversion = \"2026-01-31\"\r\n\r\n[[provider]]\r\nid='a'",
	"[[provider]] # comment\nid = \"a\\\"b\\\\c\\u00e9\\U0001F600\\n\" # comment\naliases = [ # comment\n  'x', # y\n  \"#\"\n, ]",
	"[[provider]]\naliases = []\nopen=[\"a\",'b']\n[[provider]]\n\n",
}

func TestMistakesInTOML(t *testing.T) {
	for text, want := range map[string]string{
		"id = 1":                          "a.toml:2: id: want a string",
		"\nid = \"a":                      "a.toml:3: basic string not terminated",
		"id = \"a\\":                      "a.toml:2: need a character",
		"id = \"a\" name = \"b\"":         "a.toml:2: expected newline",
		"id = \"a\"\nid = \"b\"":          "a.toml:3: key",
		"id":                              "a.toml:2: expected =",
		"= 1":                             "a.toml:2: invalid character",
		"[a]":                             "a.toml:2: want a line",
		"id = \"\\x\"":                    "a.toml:2: invalid escaped character",
		"id = \"\\u12\"":                  "a.toml:2: unicode point",
		"id = \"\\ud800\"":                "a.toml:2: escape",
		"open = [\n\"a\"\n\"b\"]":         "a.toml:4: array elements",
		"open = [\n\"a\",\n":              "a.toml:4: expected value",
		"open = [\"a\",,]":                "a.toml:2: incomplete number",
		"open = \"a\"":                    "a.toml:2: open: want a list",
		"id = [\"a\"]":                    "a.toml:2: id: want one string",
		"id = \"a\"\nb = \"\x01\"":        "a.toml:3: invalid UTF-8",
		"id = \"a\"\nb = \"c\rd\"":        "a.toml:3: basic strings",
		"id = \"\xff\"":                   "a.toml:2: invalid UTF-8",
		"\n\n[[provider]]\nhots = [\"\"]": "a.toml:5: unknown key",
	} {
		_, errs := parseDocument("a.toml", entryStart+"\n"+text)
		if len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), want) {
			t.Errorf("%q: %v, want %q", text, errs, want)
		}
	}
	if _, errs := parseDocument("a.toml", entryStart+` id = "a"`); len(errs) != 1 {
		t.Errorf("a key behind the header: %v", errs)
	}
	for text, want := range map[string]string{
		"\nversion = \"tomorrow\"": "a.toml:2: version",
		"name = \"x\"":             "a.toml:1: before the first",
		"version = [\"x\"]":        "a.toml:1: before the first",
	} {
		if _, errs := parseDocument("a.toml", text+"\n"+entryStart+"\n"); len(errs) == 0 || !strings.HasPrefix(errs[0].Error(), want) {
			t.Errorf("%q: %v, want %q", text, errs, want)
		}
	}
}

func FuzzTOML(f *testing.F) {
	for _, text := range tomlSamples {
		f.Add(text)
	}
	f.Add(entryWith("a", `open = ["*/o/{token}/{token}"]`))
	f.Fuzz(sameAsLibrary)
}
