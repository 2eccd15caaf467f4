package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// railButton is an entry of the rail: icon and word, and a surface behind the one whose section is shown.
type railButton struct {
	widget.BaseWidget
	active  *panel
	button  *button
	on, off fyne.Resource // its icon, enabled and not: Fyne cannot grey a drawing of strokes
}

func newRailButton(iconName, text string, open, back func()) *railButton {
	r := &railButton{
		active: newPanel(theme.ColorNameSelection, 6), button: newButton(text, nil, open, back),
		on: icon(iconName, theme.ColorNameForeground), off: icon(iconName, theme.ColorNameDisabled),
	}
	r.button.Icon = r.on
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
		r.button.Icon = r.on
		r.button.Enable()
	} else {
		r.button.Icon = r.off
		r.button.Disable()
	}
}
