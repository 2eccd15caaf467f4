// Package translations has every word that a person reads, in English and Dutch, behind a reader that gets the
// language passed in.
package translations

import (
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// Languages are the languages there are texts for, the fallback first.
var Languages = []string{"en", "nl"}

// Texts reads texts in one language. It may be used from many goroutines.
type Texts struct {
	Language  string // one of Languages
	localizer *i18n.Localizer
}

// embedded has the texts of all Languages, read once: it takes some 10 ms.
var embedded = sync.OnceValue(func() *i18n.Bundle {
	bundle := newBundle()
	for _, l := range Languages {
		if _, err := bundle.LoadMessageFileFS(files, l+".json"); err != nil {
			panic(fmt.Sprintf("embedded translations: %v", err))
		}
	}
	return bundle
})

func newBundle() *i18n.Bundle {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	return bundle
}

// New returns the texts in lang ("nl", "nl_NL.UTF-8", "nl-BE" …), English when there are none in lang.
func New(lang string) *Texts {
	lang, _, _ = strings.Cut(lang, ".")
	chosen := Languages[0]
	for _, l := range Languages {
		if base, _, _ := strings.Cut(strings.ReplaceAll(lang, "_", "-"), "-"); strings.EqualFold(base, l) {
			chosen = l
		}
	}
	return &Texts{Language: chosen, localizer: i18n.NewLocalizer(embedded(), chosen)}
}

// Parse returns the texts of a file like those of [Languages], for a language that is not one of them yet.
func Parse(lang string, file []byte) (*Texts, error) {
	bundle := newBundle()
	if _, err := bundle.ParseMessageFileBytes(file, lang+".json"); err != nil {
		return nil, fmt.Errorf("texts in %s: %w", lang, err)
	}
	return &Texts{Language: lang, localizer: i18n.NewLocalizer(bundle, lang)}, nil
}

// FromEnvironment returns the language that the user's environment asks for, by POSIX's order of precedence.
func FromEnvironment() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			return v
		}
	}
	return Languages[0]
}

// Args are the named values of a text: {{.Name}} in the text is Args["Name"].
type Args map[string]any

// T is the text of key. A missing key is returned in angle brackets, so that a test (and a reader) sees it.
func (t *Texts) T(key string, args ...Args) string {
	return t.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data(args)}, key)
}

// N is the text of key for the quantity n, which the text can show as {{.Count}}.
func (t *Texts) N(key string, n int, args ...Args) string {
	all := Args{"Count": n}
	for _, a := range args {
		for k, v := range a {
			all[k] = v
		}
	}
	return t.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: all, PluralCount: n}, key)
}

func (t *Texts) localize(c *i18n.LocalizeConfig, key string) string {
	s, err := t.localizer.Localize(c)
	if err != nil {
		return "⟨" + key + "⟩"
	}
	return s
}

func data(args []Args) Args {
	if len(args) == 0 {
		return nil
	}
	return args[0]
}
