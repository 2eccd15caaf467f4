package translations_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"pixelwacht/assets/translations"
)

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)

// load returns the texts of a language: key → forms, of which there is one under "" for a text without plural.
func load(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	b, err := os.ReadFile(lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatalf("%s.json: %v", lang, err)
	}
	all := make(map[string]map[string]string)
	for key, v := range raw {
		var text string
		if json.Unmarshal(v, &text) == nil {
			all[key] = map[string]string{"": text}
			continue
		}
		var forms map[string]string
		if err := json.Unmarshal(v, &forms); err != nil {
			t.Fatalf("%s.json: %s: %v", lang, key, err)
		}
		all[key] = forms
	}
	return all
}

func TestLanguagesHaveTheSameTextsWithTheSamePlaceholders(t *testing.T) {
	first := load(t, translations.Languages[0])
	for _, lang := range translations.Languages[1:] {
		other := load(t, lang)
		for key := range other {
			if _, ok := first[key]; !ok {
				t.Errorf("%s: %q is only in %s", lang, key, lang)
			}
		}
		for key, forms := range first {
			theirs, ok := other[key]
			if !ok {
				t.Errorf("%s: no %q", lang, key)
				continue
			}
			if !slices.Equal(slices.Sorted(maps.Keys(forms)), slices.Sorted(maps.Keys(theirs))) {
				t.Errorf("%s: %q has other plural forms", lang, key)
			}
			for form, text := range forms {
				// Where a form stands for one thing, it may say so without the number.
				if a, b := placeholders(text), placeholders(theirs[form]); form != "one" && !slices.Equal(a, b) {
					t.Errorf("%s: %q has %q instead of %q", lang, key, b, a)
				}
			}
		}
	}
}

func placeholders(text string) []string {
	all := placeholder.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

func TestEveryTextIsFound(t *testing.T) {
	for _, lang := range translations.Languages {
		texts := translations.New(lang)
		for key, forms := range load(t, lang) {
			var got string
			if _, single := forms[""]; single {
				got = texts.T(key)
			} else {
				got = texts.N(key, 2)
			}
			if got == "⟨"+key+"⟩" {
				t.Errorf("%s: %q is not found", lang, key)
			}
		}
	}
}

func TestNewChoosesTheLanguage(t *testing.T) {
	for in, want := range map[string]string{
		"nl": "nl", "nl_NL.UTF-8": "nl", "nl-BE": "nl", "NL": "nl", "en_GB": "en", "de": "en", "C.UTF-8": "en", "": "en", "nld": "en",
	} {
		if got := translations.New(in).Language; got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestATextThatIsMissingIsSeen(t *testing.T) {
	if got := translations.New("nl").T("no.such.key"); got != "⟨no.such.key⟩" {
		t.Errorf("got %q", got)
	}
}
