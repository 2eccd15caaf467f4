package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// newPanel is a plain surface that follows the theme.
func newPanel(colour fyne.ThemeColorName, radius float32) *panel {
	p := &panel{colour: colour, radius: radius}
	p.ExtendBaseWidget(p)
	return p
}

type panel struct {
	widget.BaseWidget
	colour fyne.ThemeColorName
	radius float32
	border bool
}

// CreateRenderer makes the surface.
func (p *panel) CreateRenderer() fyne.WidgetRenderer {
	r := &panelRenderer{WidgetRenderer: nil, panel: p, rectangle: canvas.NewRectangle(nil)}
	r.WidgetRenderer = widget.NewSimpleRenderer(r.rectangle)
	r.Refresh()
	return r
}

type panelRenderer struct {
	fyne.WidgetRenderer
	panel     *panel
	rectangle *canvas.Rectangle
}

// Refresh takes the colours of now.
func (r *panelRenderer) Refresh() {
	th, v := r.panel.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.rectangle.FillColor = th.Color(r.panel.colour, v)
	r.rectangle.CornerRadius = r.panel.radius
	if r.panel.border {
		r.rectangle.StrokeColor, r.rectangle.StrokeWidth = th.Color(theme.ColorNameSeparator, v), 1
	}
	r.rectangle.Refresh()
}

// card is content on a surface of its own.
func card(content fyne.CanvasObject) fyne.CanvasObject {
	p := newPanel(colourSurface, 8)
	p.border = true
	return container.NewStack(p, container.New(layout.NewCustomPaddedLayout(10, 12, 12, 12), content))
}

const cardGap = 8

// cards is a column of cards.
func cards(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(cardGap), objects...)
}

// sideBySide is two things beside each other; part of the width is the left one's.
func sideBySide(left fyne.CanvasObject, part float32, right fyne.CanvasObject) fyne.CanvasObject {
	return beside([]column{{min: 260, share: part}, {min: 300, share: 1 - part}}, left, right)
}

// beside is things beside each other in columns, with the same gap between them as between cards.
func beside(columns []column, objects ...fyne.CanvasObject) fyne.CanvasObject {
	const overlap = (columnGap - cardGap) / 2
	return container.New(columnLayout{columns, overlap, overlap}, objects...)
}
