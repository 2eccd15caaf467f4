package report_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

// words returns the values of the constants of a type in package detector, as its source has them.
func words(t *testing.T, typeName string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "detector", "finding.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == typeName {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, value)
		}
		return true
	})
	if len(all) < 3 {
		t.Fatalf("%s: only %q", typeName, all)
	}
	return all
}

func TestEveryWordOfTheDetectorHasATextInEveryLanguage(t *testing.T) {
	for _, lang := range translations.Languages {
		texts := translations.New(lang)
		for prefix, typeName := range map[string]string{"kind.": "Kind", "confidence.": "Confidence", "reason.": "Reason", "exposes.": "Exposure"} {
			for _, w := range words(t, typeName) {
				if s := texts.T(prefix + w); strings.Contains(s, "⟨") {
					t.Errorf("%s: no text %s%s", lang, prefix, w)
				}
			}
		}
	}
}

func TestExplainHasASentenceForEveryCombination(t *testing.T) {
	for _, lang := range translations.Languages {
		texts := translations.New(lang)
		for _, kind := range words(t, "Kind") {
			for _, confidence := range words(t, "Confidence") {
				for _, reason := range words(t, "Reason") {
					for _, size := range []int{-1, 0, 1} {
						s := report.Explain(texts, detector.Finding{
							Kind: detector.Kind(kind), Confidence: detector.Confidence(confidence), Reasons: []detector.Reason{detector.Reason(reason)},
							Host: "t.example", Width: size, Height: size,
						})
						if strings.ContainsAny(s, "⟨{<") || !strings.HasSuffix(s, ".") || strings.Contains(s, "  ") {
							t.Errorf("%s %s %s %s: %q", lang, kind, confidence, reason, s)
						}
					}
				}
			}
		}
	}
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		name   string
		f      detector.Finding
		en, nl string
	}{
		{
			"known pixel",
			detector.Finding{
				Kind: detector.OpenPixel, Provider: "Mailchimp", Company: "Intuit", Host: "a.list-manage.com", Width: 1, Height: 1, Confidence: detector.Certain,
				Reasons: []detector.Reason{detector.KnownProvider, detector.Tiny, detector.RecipientToken},
			},
			"This invisible 1×1 picture is loaded from Mailchimp (Intuit) when you open the mail. Its address contains a code that identifies you or this message.",
			"Dit onzichtbare plaatje van 1×1 wordt bij Mailchimp (Intuit) opgehaald wanneer u de mail opent. In het adres ervan staat een code die u of dit bericht herkenbaar maakt.",
		},
		{
			"unknown pixel",
			detector.Finding{
				Kind: detector.OpenPixel, Host: "t.shop.example", Width: -1, Height: -1, Confidence: detector.Likely,
				Reasons: []detector.Reason{detector.Hidden, detector.OnlyImageOfHost},
			},
			"This invisible picture is loaded from t.shop.example when you open the mail. It is the only thing that the mail loads from there. That is very likely, though not proven.",
			"Dit onzichtbare plaatje wordt bij t.shop.example opgehaald wanneer u de mail opent. Het is het enige dat de mail daar ophaalt. Dat is zeer waarschijnlijk, maar niet bewezen.",
		},
		{
			"receipt",
			detector.Finding{Kind: detector.ReadReceipt, URL: "a@b.example", Confidence: detector.Certain, Reasons: []detector.Reason{detector.Requested}},
			"The sender asks your mail program to report that you opened the mail.",
			"De afzender vraagt uw mailprogramma te melden dat u de mail hebt geopend.",
		},
		{
			"hostile host",
			detector.Finding{Kind: detector.ClickLink, Host: "a\x1b[31m\u202e.example", Confidence: detector.Certain},
			"If you follow this link, a[31m.example learns of it before you get where you want to be.",
			"Als u op deze link klikt, hoort a[31m.example dat eerst, en pas dan komt u waar u wilt zijn.",
		},
	} {
		if got := report.Explain(translations.New("en"), c.f); got != c.en {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.en)
		}
		if got := report.Explain(translations.New("nl"), c.f); got != c.nl {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.nl)
		}
	}
}

func TestWordsOfTheDetectorAreDistinct(t *testing.T) {
	for _, lang := range translations.Languages {
		texts := translations.New(lang)
		var seen []string
		for _, w := range words(t, "Exposure") {
			s := texts.T("exposes." + w)
			if slices.Contains(seen, s) {
				t.Errorf("%s: %q twice", lang, s)
			}
			seen = append(seen, s)
		}
	}
}

func TestATableExplainsItsMessages(t *testing.T) {
	m := store.Message{File: "a.eml", Result: detector.Result{
		Tracked: true, Errors: []string{"a \x1b[31mred part"},
		Findings: []detector.Finding{{
			Kind: detector.OpenPixel, Confidence: detector.Certain, Provider: "Mailchimp", URL: "https://list-manage.test/open", Width: 1, Height: 1,
			Reasons: []detector.Reason{detector.KnownProvider, detector.Tiny}, Exposes: []detector.Exposure{detector.OpenTime},
		}},
	}}
	for range 6 {
		m.Findings = append(m.Findings, detector.Finding{Kind: detector.ClickLink, Confidence: detector.Certain, URL: "https://list-manage.test/click"})
	}
	var b strings.Builder
	w := report.NewMessageWriter(&b, report.Options{Texts: translations.New("en"), Width: 80, Explain: true})
	if err := errors.Join(w.Write(m), w.Close()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"  Open pixel: This invisible 1×1 picture is loaded from Mailchimp", "They learn: when.", "    https://list-manage.test/open\n",
		"… and 2 more findings.", "  Damaged: a [31mred part\n",
	} {
		if !strings.Contains(strings.ReplaceAll(b.String(), "\n  Mail", " Mail"), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
	if said, urls := strings.Count(b.String(), "  Tracked link: "), strings.Count(b.String(), "    https://list-manage.test/click\n"); said != 1 || urls != 4 {
		t.Errorf("four links alike are explained %d times, and shown %d times", said, urls)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}
