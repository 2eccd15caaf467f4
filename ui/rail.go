package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// railButton is an entry of the rail: icon and word, and a surface behind the one whose section is shown.
type railButton struct {
	widget.BaseWidget
	active *panel
	button *button
}

func newRailButton(iconName, text string, open, back func()) *railButton {
	r := &railButton{active: newPanel("selection", 6), button: newButton(text, icon(iconName, "foreground"), open, back)}
	r.button.Alignment = widget.ButtonAlignLeading
	r.button.Importance = widget.LowImportance
	r.active.Hide()
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer makes the entry's objects.
func (r *railButton) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(r.active, r.button))
}

func (r *railButton) setActive(active bool) {
	if active {
		r.active.Show()
	} else {
		r.active.Hide()
	}
}

func (r *railButton) setEnabled(enabled bool) {
	if enabled {
		r.button.Enable()
	} else {
		r.button.Disable()
	}
}
