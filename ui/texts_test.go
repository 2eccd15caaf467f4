package ui

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
)

// sources are the Go files of folders, tests left out.
func sources(t *testing.T, folders ...string) map[string]*ast.File {
	t.Helper()
	files := make(map[string]*ast.File)
	for _, folder := range folders {
		paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no Go files in %s (%v)", folder, err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files[path] = f
		}
	}
	return files
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

// called is the name of the function or method that is called.
func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// keys are the keys of the texts of a language.
func keys(t *testing.T, lang string) map[string]json.RawMessage {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "assets", "translations", lang+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryTextOfTheWindowIsThereAndUsed(t *testing.T) {
	used := make(map[string]string) // key → file
	plural := make(map[string]bool) // asked for with a number
	for path, file := range sources(t, ".", "view", "report", filepath.Join("..", "cmd", "pixelwacht")) {
		ast.Inspect(file, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok || len(c.Args) == 0 || called(c) != "T" && called(c) != "N" {
				return true
			}
			if key, ok := literal(c.Args[0]); ok {
				used[key] = path
				plural[key] = called(c) == "N"
			}
			return true
		})
	}
	for _, lang := range translations.Languages {
		there := keys(t, lang)
		for key, path := range used {
			text, ok := there[key]
			if !ok {
				t.Errorf("%s: %q, which %s asks for, is not in %s.json", lang, key, path, lang)
				continue
			}
			if isPlural := text[0] == '{'; isPlural != plural[key] {
				t.Errorf("%s: %q has plural forms: %v; %s asks for one with a number: %v", lang, key, isPlural, path, plural[key])
			}
		}
		for key := range there {
			if _, ok := used[key]; !ok && (strings.HasPrefix(key, "window.") || strings.HasPrefix(key, "advice.")) {
				t.Errorf("%s: nobody asks for %q", lang, key)
			}
		}
	}
}

func TestEveryWordOfTheDetectorHasATextOnTheWindow(t *testing.T) {
	for _, lang := range translations.Languages {
		texts := translations.New(lang)
		for _, kind := range []detector.Kind{detector.OpenPixel, detector.UniqueImage, detector.ReadReceipt, detector.ClickLink} {
			if got := texts.T("kind." + string(kind)); strings.HasPrefix(got, "⟨") {
				t.Errorf("%s: %s", lang, got)
			}
		}
		for _, confidence := range []detector.Confidence{detector.Certain, detector.Likely, detector.Possible} {
			if got := texts.T("confidence." + string(confidence)); strings.HasPrefix(got, "⟨") {
				t.Errorf("%s: %s", lang, got)
			}
		}
	}
}

// words is what only a text for people looks like: a capital and a small letter, or two words.
var words = regexp.MustCompile(`^\p{Lu}\p{Ll}|\p{L} \p{L}`)

func TestNoTextIsHardCoded(t *testing.T) {
	// Texts for people who read the code, and names that are the same in every language.
	elsewhere := map[string]bool{"T": true, "N": true, "New": true, "Errorf": true, "panic": true, "args": true, "fromFyne": true, "FieldByName": true}
	for path, file := range sources(t, ".", "view") {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.CallExpr:
				return !elsewhere[called(n)]
			case *ast.BasicLit:
				if s, ok := literal(n); ok && words.MatchString(s) {
					t.Errorf("%s: %q is not in the translations", path, s)
				}
			}
			return true
		})
	}
}
