// Package ui is the window. It shows what package view says and hands on what people do; it decides nothing.
//
// All widgets belong to one goroutine, Fyne's. The view models belong to the same one: what they work out elsewhere
// comes back through post. Nothing here reads mail, a database or a network, and no image of a message is ever given
// to Fyne, which would load it.
package ui

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"

	"pixelwacht/assets"
	"pixelwacht/ui/view"
)

// Params are what the window is made with.
type Params struct {
	App      fyne.App
	Model    view.Params // Texts, Post and Changed are the window's own to set
	Language string      // the language asked for on the command line; "" is the one chosen in the window, or the environment's
	Version  string      // of the program
	HasTray  bool        // the desktop has a tray
	Demo     bool        // opens the demo mailbox at once
}

// Run shows the window until it is closed. It must be called on the main goroutine. Work that is under way ends with
// ctx, and has ended when Run returns. The toolkit itself closes the window on an interrupt.
func Run(ctx context.Context, p Params) error {
	if p.App == nil {
		return errors.New("open the window: no application")
	}
	p.App.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	w := newWindow(ctx, p, post)
	w.show()
	p.App.Run()
	return w.model.Close()
}

// language is the language to start in.
func language(p Params) string {
	if p.Language != "" {
		return p.Language
	}
	return view.NewSettings(p.App.Preferences()).Language()
}
