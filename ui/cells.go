package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/detector"
)

// cell is a cell of a list: one or two lines, each cut with an ellipsis where it is too long, and an icon before
// them. Labels would do, but each carries a renderer of rich text and a padding that makes rows tall.
type cell struct {
	widget.BaseWidget
	icon        fyne.Resource
	top, bottom string
	bold, right bool
	muted       bool                // the upper line, too, is of lesser weight
	colour      fyne.ThemeColorName // of the lower line
}

func newCell() *cell {
	c := &cell{colour: colourMuted}
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer makes the cell's objects.
func (c *cell) CreateRenderer() fyne.WidgetRenderer {
	r := &cellRenderer{cell: c, icon: canvas.NewImageFromResource(nil), top: canvas.NewText("", nil), bottom: canvas.NewText("", nil)}
	r.icon.FillMode = canvas.ImageFillContain
	r.Refresh()
	return r
}

const cellIcon = 16

type cellRenderer struct {
	cell        *cell
	icon        *canvas.Image
	top, bottom *canvas.Text
	size        fyne.Size
	drawn       string // the icon that was drawn last, with its colour: drawing is what costs
}

// Destroy has nothing to free.
func (r *cellRenderer) Destroy() {}

// Objects are what is drawn.
func (r *cellRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.icon, r.top, r.bottom}
}

// MinSize is the height of two lines; the width is the column's to say.
func (r *cellRenderer) MinSize() fyne.Size {
	th := r.cell.Theme()
	top := fyne.MeasureText("X", th.Size(theme.SizeNameText), fyne.TextStyle{})
	bottom := fyne.MeasureText("X", th.Size(theme.SizeNameCaptionText), fyne.TextStyle{})
	return fyne.NewSize(cellIcon, top.Height+bottom.Height+10)
}

// Layout places the lines, and cuts them to the width.
func (r *cellRenderer) Layout(size fyne.Size) {
	r.size = size
	x := float32(0)
	if r.cell.icon != nil {
		r.icon.Resize(fyne.NewSquareSize(cellIcon))
		x = cellIcon + 8
	}
	r.icon.Hidden = r.cell.icon == nil
	topHeight := fyne.MeasureText("X", r.top.TextSize, r.top.TextStyle).Height
	bottomHeight := fyne.MeasureText("X", r.bottom.TextSize, r.bottom.TextStyle).Height
	total := topHeight
	if r.cell.bottom != "" {
		total += bottomHeight
	}
	y := (size.Height - total) / 2
	place := func(t *canvas.Text, text string, y float32) {
		t.Text = ellipsis(text, size.Width-x, t.TextSize, t.TextStyle)
		w := fyne.MeasureText(t.Text, t.TextSize, t.TextStyle).Width
		left := x
		if r.cell.right {
			left = max(size.Width-w, x)
		}
		t.Move(fyne.NewPos(left, y))
		t.Resize(fyne.NewSize(w, topHeight))
		t.Refresh()
	}
	r.icon.Move(fyne.NewPos(0, y+(topHeight-cellIcon)/2))
	place(r.top, r.cell.top, y)
	place(r.bottom, r.cell.bottom, y+topHeight)
}

// Refresh takes over what the cell says, in the colours of now.
func (r *cellRenderer) Refresh() {
	th, v := r.cell.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.top.TextSize, r.bottom.TextSize = th.Size(theme.SizeNameText), th.Size(theme.SizeNameCaptionText)
	r.top.TextStyle.Bold = r.cell.bold
	r.top.Color, r.bottom.Color = th.Color(theme.ColorNameForeground, v), th.Color(r.cell.colour, v)
	if r.cell.muted {
		r.top.Color = th.Color(colourMuted, v)
	}
	if r.cell.icon != nil && r.cell.icon.Name() != r.drawn {
		r.icon.Resource, r.drawn = r.cell.icon, r.cell.icon.Name()
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

// learnCell shows what a sender learns: an icon and a word for each thing in two lines; where there is no room for
// the words, the icons.
type learnCell struct {
	widget.BaseWidget
	learns []detector.Exposure
	icons  []fyne.Resource // in the order of exposures
	words  []string
	lines  int
}

func newLearnCell(icons []fyne.Resource, words []string) *learnCell {
	c := &learnCell{icons: icons, words: words, lines: 2}
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer makes the cell's objects.
func (c *learnCell) CreateRenderer() fyne.WidgetRenderer {
	r := &learnRenderer{cell: c, drawn: make([]string, len(c.icons))}
	for i := range c.icons {
		image := canvas.NewImageFromResource(c.icons[i])
		image.FillMode = canvas.ImageFillContain
		r.icons = append(r.icons, image)
		r.words = append(r.words, canvas.NewText(c.words[i], nil))
		r.objects = append(r.objects, image, r.words[i])
	}
	r.Refresh()
	return r
}

type learnRenderer struct {
	cell    *learnCell
	icons   []*canvas.Image
	words   []*canvas.Text
	objects []fyne.CanvasObject
	size    fyne.Size
	drawn   []string // the icons with their colours, as they were drawn last
}

// Destroy has nothing to free.
func (r *learnRenderer) Destroy() {}

// Objects are what is drawn.
func (r *learnRenderer) Objects() []fyne.CanvasObject { return r.objects }

// MinSize is the height of the lines; the width is the column's to say.
func (r *learnRenderer) MinSize() fyne.Size {
	return fyne.NewSize(cellIcon, float32(r.cell.lines)*learnLine)
}

const (
	learnIconSize = 14
	learnLine     = 18
	learnGap      = 10
)

// Layout places the things that are learnt.
func (r *learnRenderer) Layout(size fyne.Size) {
	r.size = size
	var shown []int
	widths := make([]float32, len(r.icons))
	for i, e := range exposures() {
		learnt := false
		for _, l := range r.cell.learns {
			learnt = learnt || l == e
		}
		r.icons[i].Hidden, r.words[i].Hidden = !learnt, !learnt
		if learnt {
			shown = append(shown, i)
			widths[i] = learnIconSize + 4 + fyne.MeasureText(r.words[i].Text, r.words[i].TextSize, r.words[i].TextStyle).Width + learnGap
		}
	}
	perLine, lines := len(shown), 1
	fits := func() bool {
		for start := 0; start < len(shown); start += perLine {
			w := -float32(learnGap)
			for _, i := range shown[start:min(start+perLine, len(shown))] {
				w += widths[i]
			}
			if w > size.Width {
				return false
			}
		}
		return true
	}
	words := true
	if len(shown) > 0 && !fits() {
		if lines = r.cell.lines; lines > 1 {
			perLine = (len(shown) + lines - 1) / lines
		}
		if words = lines > 1 && fits(); !words {
			perLine, lines = len(shown), 1
		}
	}
	top := (size.Height - float32(lines)*learnLine) / 2
	x, y := float32(0), top
	for n, i := range shown {
		if n > 0 && n%perLine == 0 {
			x, y = 0, y+learnLine
		}
		r.icons[i].Move(fyne.NewPos(x, y+(learnLine-learnIconSize)/2))
		r.icons[i].Resize(fyne.NewSquareSize(learnIconSize))
		if r.words[i].Hidden = !words; !words {
			x += learnIconSize + 6
			continue
		}
		text := fyne.MeasureText(r.words[i].Text, r.words[i].TextSize, r.words[i].TextStyle)
		r.words[i].Move(fyne.NewPos(x+learnIconSize+4, y+(learnLine-text.Height)/2))
		r.words[i].Resize(text)
		x += widths[i]
	}
}

// Refresh takes over what the cell says, in the colours of now.
func (r *learnRenderer) Refresh() {
	th, v := r.cell.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	for i := range r.words {
		r.words[i].Color = th.Color(theme.ColorNameForeground, v)
		r.words[i].TextSize = th.Size(theme.SizeNameCaptionText)
		r.words[i].Refresh()
		if name := r.cell.icons[i].Name(); name != r.drawn[i] {
			r.drawn[i] = name
			r.icons[i].Refresh()
		}
	}
	r.Layout(r.size)
}
