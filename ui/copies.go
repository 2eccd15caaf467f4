package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// copyProgress is how far the writing of blocked copies is, and the button that stops it. Both are there while it goes on.
type copyProgress struct {
	w      *window
	bar    *progressBar
	cancel *button
	object fyne.CanvasObject
}

func newCopyProgress(w *window) *copyProgress {
	p := &copyProgress{w: w, bar: newProgressBar(), cancel: w.button(w.texts.T("window.scan.cancel"), theme.CancelIcon(), w.model.CancelCopies)}
	p.object = buttonRow(p.bar, p.cancel)
	return p
}

func (p *copyProgress) update() {
	copies := p.w.model.Copies()
	show(p.object, copies.Running)
	if copies.Total > 0 {
		p.bar.set(float64(copies.Done+copies.Missing) / float64(copies.Total))
	} else {
		p.bar.set(0)
	}
}
