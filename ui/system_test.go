package ui

import "pixelwacht/ui/view"

// system is a computer with nothing special about it.
type system struct{}

func (system) DataFolder() string { return "/home/somebody/.local/share/pixelwacht" }

func (system) Catalogue() view.Catalogue {
	return view.Catalogue{Version: "2026-01-31", Services: 477, Own: []view.OwnCatalogue{{Name: "catalogue.d/work.toml", Entries: 3, Used: true}}}
}

func (system) AddCatalogue(string) (int, []error) { return 1, nil }
func (system) Autostart() view.Autostart          { return session{} }

type session struct{}

func (session) Enabled() bool     { return false }
func (session) Enable(bool) error { return nil }
