package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// tile is content that opens something: by a click, or by Enter and Space while it has the focus.
type tile struct {
	widget.BaseWidget
	content    fyne.CanvasObject
	surface    *panel
	open, back func()
	focused    bool
	hovered    bool
}

func newTile(content fyne.CanvasObject, open, back func()) *tile {
	t := &tile{content: content, surface: newPanel(theme.ColorNameHover, 6), open: open, back: back}
	t.surface.Hide()
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer makes the tile's objects.
func (t *tile) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(t.surface, container.New(layout.NewCustomPaddedLayout(0, 0, 8, 8), t.content)))
}

// Tapped opens the tile.
func (t *tile) Tapped(*fyne.PointEvent) { t.open() }

// Cursor says that it can be clicked.
func (t *tile) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained shows the focus.
func (t *tile) FocusGained() { t.focused = true; t.mark() }

// FocusLost takes it away.
func (t *tile) FocusLost() { t.focused = false; t.mark() }

// MouseIn shows that the pointer is on it.
func (t *tile) MouseIn(*desktop.MouseEvent) { t.hovered = true; t.mark() }

// MouseMoved changes nothing.
func (t *tile) MouseMoved(*desktop.MouseEvent) {}

// MouseOut takes it away.
func (t *tile) MouseOut() { t.hovered = false; t.mark() }

func (t *tile) mark() {
	t.surface.colour = theme.ColorNameHover
	if t.focused {
		t.surface.colour = theme.ColorNameFocus
	}
	show(t.surface, t.focused || t.hovered)
	t.surface.Refresh()
}

// TypedRune ignores letters.
func (t *tile) TypedRune(rune) {}

// TypedKey opens the tile, or goes back.
func (t *tile) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		t.open()
	case fyne.KeyEscape:
		t.back()
	}
}
