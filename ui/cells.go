package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// cell is a cell of a list: one or two lines, each cut with an ellipsis where it is too long, and an icon before
// them. Labels would do, but each carries a renderer of rich text and a padding that makes rows tall.
type cell struct {
	widget.BaseWidget
	content cellContent
	in      inTheme
}

// cellContent is what a cell says.
type cellContent struct {
	icon        *picture // may be nil
	top, bottom string
	bold, right bool
	muted       bool // the upper line, too, is of lesser weight
}

func newCell() *cell {
	c := &cell{}
	c.ExtendBaseWidget(c)
	return c
}

// show says something else. Lists say the same again and again, and only what changes is drawn anew.
func (c *cell) show(content cellContent) {
	if in := themeOfNow(); content != c.content || in != c.in {
		c.content, c.in = content, in
		c.Refresh()
	}
}

// MinSize is the height of two lines; the width is the column's to say. It needs no renderer: lists make a row only to
// see how tall it is, again whenever they are refreshed.
func (c *cell) MinSize() fyne.Size {
	th := c.Theme()
	top := fyne.MeasureText("X", th.Size(theme.SizeNameText), fyne.TextStyle{})
	bottom := fyne.MeasureText("X", th.Size(theme.SizeNameCaptionText), fyne.TextStyle{})
	return fyne.NewSize(cellIcon, top.Height+bottom.Height+10)
}

// CreateRenderer makes the cell's objects.
func (c *cell) CreateRenderer() fyne.WidgetRenderer {
	r := &cellRenderer{cell: c, icon: canvas.NewRaster(nil), top: canvas.NewText("", nil), bottom: canvas.NewText("", nil)}
	r.Refresh()
	return r
}

const cellIcon = 16

type cellRenderer struct {
	cell        *cell
	icon        *canvas.Raster
	top, bottom *canvas.Text
	objects     []fyne.CanvasObject
	size        fyne.Size
	drawn       drawnPicture // what the icon is a drawing of
}

// drawnPicture is a picture in the colours of a theme.
type drawnPicture struct {
	picture *picture
	in      inTheme
}

// Destroy has nothing to free.
func (r *cellRenderer) Destroy() {}

// Objects are what there is to draw.
func (r *cellRenderer) Objects() []fyne.CanvasObject { return r.objects }

// MinSize is the cell's.
func (r *cellRenderer) MinSize() fyne.Size { return r.cell.MinSize() }

// Layout places the lines, and cuts them to the width.
func (r *cellRenderer) Layout(size fyne.Size) {
	r.size = size
	content := &r.cell.content
	r.objects = r.objects[:0]
	topHeight := fyne.MeasureText("X", r.top.TextSize, r.top.TextStyle).Height
	total := topHeight
	if content.bottom != "" {
		total += fyne.MeasureText("X", r.bottom.TextSize, r.bottom.TextStyle).Height
	}
	x, y := float32(0), (size.Height-total)/2
	if content.icon != nil {
		r.icon.Move(fyne.NewPos(0, y+(topHeight-cellIcon)/2))
		r.icon.Resize(fyne.NewSquareSize(cellIcon))
		r.objects = append(r.objects, r.icon)
		x = cellIcon + 8
	}
	place := func(t *canvas.Text, text string, y float32) {
		if text == "" {
			return
		}
		t.Text = ellipsis(text, size.Width-x, t.TextSize, t.TextStyle)
		w := fyne.MeasureText(t.Text, t.TextSize, t.TextStyle).Width
		left := x
		if content.right {
			left = max(size.Width-w, x)
		}
		t.Move(fyne.NewPos(left, y))
		t.Resize(fyne.NewSize(w, topHeight))
		r.objects = append(r.objects, t)
	}
	place(r.top, content.top, y)
	place(r.bottom, content.bottom, y+topHeight)
	r.top.Refresh()
}

// Refresh takes over what the cell says, in the colours of now.
func (r *cellRenderer) Refresh() {
	content := &r.cell.content
	th, v := r.cell.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.top.TextSize, r.bottom.TextSize = th.Size(theme.SizeNameText), th.Size(theme.SizeNameCaptionText)
	r.top.TextStyle.Bold = content.bold
	r.top.Color, r.bottom.Color = th.Color(theme.ColorNameForeground, v), th.Color(colourMuted, v)
	if content.muted {
		r.top.Color = r.bottom.Color
	}
	if drawn := (drawnPicture{content.icon, themeOfNow()}); content.icon != nil && drawn != r.drawn {
		r.drawn, r.icon.Generator = drawn, content.icon.draw
		r.icon.Refresh()
	}
	r.Layout(r.size)
}

// ellipsis is text cut to width.
func ellipsis(text string, width, size float32, style fyne.TextStyle) string {
	if text == "" || fyne.MeasureText(text, size, style).Width <= width {
		return text
	}
	runes := []rune(text)
	low, high := 0, min(len(runes), int(width)) // no letter is narrower than a unit
	for low < high {
		middle := (low + high + 1) / 2
		if fyne.MeasureText(string(runes[:middle])+"…", size, style).Width <= width {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return string(runes[:low]) + "…"
}
