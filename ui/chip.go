package ui

import (
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// chip is a button that is on or off: a filter, or one of several views. A check mark says that it is on, besides the
// colour.
type chip struct {
	button
	on bool
}

func newChip(text string, on bool, tapped, back func()) *chip {
	c := &chip{}
	c.back, c.Text, c.OnTapped = back, text, tapped
	c.mark(on)
	c.ExtendBaseWidget(c)
	return c
}

// set shows whether the chip is on.
func (c *chip) set(on bool) {
	if on != c.on {
		c.mark(on)
		c.Refresh()
	}
}

func (c *chip) mark(on bool) {
	c.on, c.Icon, c.Importance = on, nil, widget.MediumImportance
	if on {
		c.Icon, c.Importance = theme.ConfirmIcon(), widget.HighImportance
	}
}
