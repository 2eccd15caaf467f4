//go:build !nogui

package main

import (
	"errors"
	"os"
	"path/filepath"

	"pixelwacht/detector/catalogue"
	"pixelwacht/ui/view"
)

// system is what the window's settings show and change outside of it.
type system struct {
	dataDir   string
	catalogue *catalogue.Catalogue
}

func (s system) DataFolder() string { return s.dataDir }

func (s system) Catalogue() view.Catalogue {
	c := view.Catalogue{Version: s.catalogue.Version(), Services: s.catalogue.Len()}
	for _, f := range s.catalogue.Files() {
		c.Own = append(c.Own, view.OwnCatalogue{Name: f.Name, Entries: f.Entries, Used: f.Used})
	}
	return c
}

// AddCatalogue copies a file with at least one entry that can be used to catalogue.d, under its own name. A file of that
// name is replaced: that is how an entry is mended.
func (s system) AddCatalogue(path string) (entries int, problems []error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, []error{err}
	}
	name := filepath.Base(path)
	if filepath.Ext(name) != ".toml" {
		name += ".toml" // no other files are read
	}
	entries, problems = catalogue.Check(name, string(text))
	if entries == 0 {
		if len(problems) == 0 {
			problems = []error{errors.New(name + ": no entries")}
		}
		return 0, problems
	}
	folder := filepath.Join(s.dataDir, "catalogue.d")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return 0, []error{err}
	}
	if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
		return 0, []error{err}
	}
	return entries, problems
}

func (s system) Autostart() view.Autostart {
	if a := newAutostart(); a != nil {
		return a
	}
	return nil
}
