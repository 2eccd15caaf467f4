package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
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

// CreateRenderer makes the button's objects. Fyne gives the icon its size late, and until then reads it anew whenever the
// button is asked how large it is.
func (b *button) CreateRenderer() fyne.WidgetRenderer {
	r := b.Button.CreateRenderer()
	for _, o := range r.Objects() {
		if icon, ok := o.(*canvas.Image); ok {
			icon.Resize(fyne.NewSquareSize(b.Theme().Size(theme.SizeNameInlineIcon)))
		}
	}
	return r
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

// newSearchEntry returns an entry that holds query; changed is called with what is typed.
func newSearchEntry(placeholder, query string, changed func(string), down, back func()) *searchEntry {
	e := &searchEntry{back: back, down: down}
	clear := &tappableIcon{tapped: func() {
		e.SetText("")
		if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
			c.Focus(e) // the click has taken the keyboard away
		}
	}}
	clear.Resource = theme.CancelIcon()
	clear.ExtendBaseWidget(clear)
	clear.Hidden = query == ""
	e.PlaceHolder, e.Text, e.ActionItem = placeholder, query, clear
	e.OnChanged = func(text string) {
		show(clear, text != "")
		changed(text)
	}
	e.ExtendBaseWidget(e)
	return e
}

// tappableIcon is for the mouse alone: what it does, a key does as well.
type tappableIcon struct {
	widget.Icon
	tapped func()
}

// Tapped is called by a click.
func (i *tappableIcon) Tapped(*fyne.PointEvent) { i.tapped() }

// Cursor shows that there is something to click on.
func (i *tappableIcon) Cursor() desktop.Cursor { return desktop.PointerCursor }

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
