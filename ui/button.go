package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// button is a button that Enter presses, too, that keeps the keyboard then, and from which Esc goes back.
type button struct {
	widget.Button
	back func()
}

func newButton(text string, icon fyne.Resource, tapped, back func()) *button {
	b := &button{back: back}
	b.Text, b.Icon, b.OnTapped = text, icon, tapped
	b.ExtendBaseWidget(b)
	return b
}

// TypedKey handles a key while the button has the focus.
func (b *button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		// Fyne's own way takes the keyboard from the button, and the next Tab would begin at the start of the window.
		if !b.Disabled() {
			b.OnTapped()
		}
	case fyne.KeyEscape:
		b.back()
	default:
		b.Button.TypedKey(e)
	}
}

// searchEntry is an entry from which Esc goes back and the arrow down goes to the list below.
type searchEntry struct {
	widget.Entry
	back, down func()
}

func newSearchEntry(placeholder string, changed func(string), down, back func()) *searchEntry {
	e := &searchEntry{back: back, down: down}
	e.PlaceHolder, e.OnChanged = placeholder, changed
	e.Icon = nil
	e.ExtendBaseWidget(e)
	return e
}

// TypedKey handles a key while the entry has the focus.
func (e *searchEntry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyEscape:
		if e.Text != "" {
			e.SetText("")
			return
		}
		e.back()
	case fyne.KeyDown, fyne.KeyReturn, fyne.KeyEnter:
		e.down()
	default:
		e.Entry.TypedKey(k)
	}
}
