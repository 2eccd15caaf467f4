package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// choice is a group of buttons of which one is on. Fyne's radio buttons have no key to go back.
type choice[T comparable] struct {
	object  *fyne.Container
	values  []T
	buttons []*button
}

// newChoice makes a choice; word names each value, chosen is called when another one is chosen.
func newChoice[T comparable](w *window, values []T, word func(T) string, now T, chosen func(T)) *choice[T] {
	c := &choice[T]{object: container.NewVBox(), values: values}
	for _, v := range values {
		b := w.button(word(v), theme.RadioButtonIcon(), func() {
			c.show(v)
			chosen(v)
		})
		b.Importance, b.Alignment = widget.LowImportance, widget.ButtonAlignLeading
		c.buttons = append(c.buttons, b)
		c.object.Add(container.NewHBox(b))
	}
	c.show(now)
	return c
}

// show shows which value is chosen.
func (c *choice[T]) show(now T) {
	for i, v := range c.values {
		mark := theme.RadioButtonIcon()
		if v == now {
			mark = theme.RadioButtonCheckedIcon()
		}
		if c.buttons[i].Icon != mark {
			c.buttons[i].SetIcon(mark)
		}
	}
}

// toggle is a button that is on or off.
type toggle struct {
	*button
	object fyne.CanvasObject
	on     bool
}

func newToggle(w *window, text string, on bool, changed func(bool)) *toggle {
	t := &toggle{}
	t.button = w.button(text, nil, func() {
		t.set(!t.on)
		changed(t.on)
	})
	t.Importance, t.Alignment = widget.LowImportance, widget.ButtonAlignLeading
	t.object = container.NewHBox(t.button)
	t.set(on)
	return t
}

// set shows whether it is on.
func (t *toggle) set(on bool) {
	t.on = on
	mark := theme.CheckButtonIcon()
	if on {
		mark = theme.CheckButtonCheckedIcon()
	}
	t.SetIcon(mark)
}

// buttonRow is buttons beside each other that begin where texts do.
func buttonRow(objects ...fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, 4, 8, 8), container.NewHBox(objects...))
}

// group is what belongs together, below each other on a card under its title.
func group(title string, objects ...fyne.CanvasObject) fyne.CanvasObject {
	return titled(title, container.NewVBox(objects...))
}
