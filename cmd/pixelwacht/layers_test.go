package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layers are the folders from the top down: a package imports only from its own layer and those below.
var layers = []string{"cmd", "ui", "imapsync", "detector", "assets"}

// foreign are import paths that a folder never has, neither itself nor through another package. The longest folder
// that a package is in counts.
var foreign = map[string][]string{
	"assets":         {"fyne.io/", "github.com/emersion/go-imap/", "database/sql", "modernc.org/", "pixelwacht/detector/"},
	"detector":       {"fyne.io/", "github.com/emersion/go-imap/", "database/sql", "modernc.org/", "os/exec"},
	"imapsync":       {"fyne.io/"},
	"imapsync/store": {"fyne.io/", "github.com/emersion/go-imap/"},
	"ui/view":        {"fyne.io/"},
	"ui/report":      {"fyne.io/", "github.com/emersion/go-imap/"},
}

// direct are import paths that a folder's own packages do not have, though what they use may. No package has the means
// to fetch what a message refers to.
var direct = map[string][]string{
	"assets":    {"net/http"},
	"detector":  {"net/http", "os"},
	"ui":        {"net/http", "github.com/emersion/go-imap/", "database/sql", "modernc.org/", "fyne.io/fyne/v2/app"},
	"ui/view":   {"net/http", "github.com/emersion/go-imap/", "database/sql", "modernc.org/", "fyne.io/"},
	"ui/report": {"net/http", "github.com/emersion/go-imap/", "database/sql", "modernc.org/", "fyne.io/"},
	"imapsync":  {"net/http", "fyne.io/"},
	// These speak HTTP, with the sign-in server and for the look-up of a mail server, when the user asks for it.
	"imapsync/signin":   {"fyne.io/"},
	"imapsync/discover": {"fyne.io/"},
	"imapsync/account":  {"fyne.io/"},
	"cmd":               {"net/http"},
}

// dependencies is a package as go list describes it.
type dependencies struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func ourPackages(t *testing.T) []dependencies {
	t.Helper()
	// The terminal build: the window's toolkit cannot be listed where its headers are missing, and what the command
	// itself imports is free.
	list := exec.CommandContext(t.Context(), "go", "list", "-tags", "nogui", "-json=ImportPath,Imports,Deps", "pixelwacht/...")
	list.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []dependencies
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p dependencies
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// rule is the entry of rules for the longest folder that holds folder.
func rule(rules map[string][]string, folder string) []string {
	for ; folder != ""; folder = folder[:max(0, strings.LastIndex(folder, "/"))] {
		if r, ok := rules[folder]; ok {
			return r
		}
	}
	return nil
}

// breaks reports whether path is one of the forbidden, or inside one that ends with a slash.
func breaks(path string, forbidden []string) bool {
	return slices.ContainsFunc(forbidden, func(f string) bool {
		return path == f || strings.HasSuffix(f, "/") && strings.HasPrefix(path, f)
	})
}

// Imports run one way: cmd → ui → imapsync → detector → assets.
func TestImportsRunOneWay(t *testing.T) {
	all := ourPackages(t)
	if len(all) < 8 {
		t.Fatalf("only %d packages", len(all))
	}
	for _, p := range all {
		folder := strings.TrimPrefix(p.ImportPath, "pixelwacht/")
		top, _, _ := strings.Cut(folder, "/")
		level := slices.Index(layers, top)
		if level < 0 {
			t.Errorf("%s is in none of the layers", p.ImportPath)
		}
		for _, i := range p.Imports {
			ours, ok := strings.CutPrefix(i, "pixelwacht/")
			target, _, _ := strings.Cut(ours, "/")
			if ok && slices.Index(layers, target) < level {
				t.Errorf("%s imports %s, which is above it", p.ImportPath, i)
			}
			if i == "fyne.io/fyne/v2/app" && folder != "cmd/pixelwacht" {
				t.Errorf("%s imports %s: only the command does", p.ImportPath, i)
			}
			if breaks(i, rule(direct, folder)) {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
		}
		for _, d := range p.Deps {
			if breaks(d, rule(foreign, folder)) {
				t.Errorf("%s depends on %s", p.ImportPath, d)
			}
		}
	}
}
