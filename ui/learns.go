package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/ui/view"
)

// learnable is a thing that a sender can learn, as it is shown.
type learnable struct {
	exposure detector.Exposure
	icon     *picture
	word     string
}

// learnables are the things that a sender can learn, in the order they are shown in.
func learnables(texts *translations.Texts) (all []learnable) {
	for _, e := range exposures() {
		all = append(all, learnable{e, &picture{Resource: learnIcon(e)}, view.LearnWord(texts, e)})
	}
	return all
}

// learnCell shows what a sender learns: an icon and a word for each thing in two lines; where there is no room for
// the words, the icons.
type learnCell struct {
	widget.BaseWidget
	learns []detector.Exposure
	in     inTheme
	all    []learnable
}

func newLearnCell(all []learnable) *learnCell {
	c := &learnCell{all: all}
	c.ExtendBaseWidget(c)
	return c
}

// show says what is learnt.
func (c *learnCell) show(learns []detector.Exposure) {
	if in := themeOfNow(); !slices.Equal(learns, c.learns) || in != c.in {
		c.learns, c.in = learns, in
		c.Refresh()
	}
}

// MinSize is the height of the lines; the width is the column's to say.
func (c *learnCell) MinSize() fyne.Size { return fyne.NewSize(cellIcon, learnLines*learnLine) }

// CreateRenderer makes the cell's objects.
func (c *learnCell) CreateRenderer() fyne.WidgetRenderer {
	r := &learnRenderer{cell: c, items: make([]learnItem, len(c.all))}
	for i, l := range c.all {
		r.items[i].icon = canvas.NewRaster(l.icon.draw)
		r.items[i].icon.Resize(fyne.NewSquareSize(learnIconSize))
		r.items[i].word = canvas.NewText(l.word, nil)
	}
	r.paint()
	return r
}

type learnRenderer struct {
	cell    *learnCell
	items   []learnItem // of everything that can be learnt
	objects []fyne.CanvasObject
	size    fyne.Size
	in      inTheme
}

type learnItem struct {
	icon *canvas.Raster
	word *canvas.Text
}

// width is that of the icon, the word, and the gap behind them.
func (i *learnItem) width() float32 { return learnIconSize + 4 + i.word.Size().Width + learnGap }

// Destroy has nothing to free.
func (r *learnRenderer) Destroy() {}

// Objects are what there is to draw.
func (r *learnRenderer) Objects() []fyne.CanvasObject { return r.objects }

// MinSize is the cell's.
func (r *learnRenderer) MinSize() fyne.Size { return r.cell.MinSize() }

const (
	learnLines    = 2
	learnIconSize = 14
	learnLine     = 18
	learnGap      = 10
)

// Layout places the things that are learnt.
func (r *learnRenderer) Layout(size fyne.Size) {
	r.size = size
	var shown []*learnItem
	for i, l := range r.cell.all {
		if slices.Contains(r.cell.learns, l.exposure) {
			shown = append(shown, &r.items[i])
		}
	}
	perLine, lines, words := arrange(shown, size.Width)
	r.objects = r.objects[:0]
	x, y := float32(0), (size.Height-float32(lines)*learnLine)/2
	for n, item := range shown {
		if n > 0 && n%perLine == 0 {
			x, y = 0, y+learnLine
		}
		item.icon.Move(fyne.NewPos(x, y+(learnLine-learnIconSize)/2))
		r.objects = append(r.objects, item.icon)
		if !words {
			x += learnIconSize + 6
			continue
		}
		item.word.Move(fyne.NewPos(x+learnIconSize+4, y+(learnLine-item.word.Size().Height)/2))
		r.objects = append(r.objects, item.word)
		x += item.width()
	}
	if len(r.items) > 0 {
		r.items[0].word.Refresh() // to have the window drawn: what is shown may be less than before
	}
}

// arrange spreads items with their words over as few lines as there is room in; where there is none, items without.
func arrange(items []*learnItem, width float32) (perLine, lines int, words bool) {
	fits := func(perLine int) bool {
		for line := range slices.Chunk(items, perLine) {
			w := -float32(learnGap)
			for _, item := range line {
				w += item.width()
			}
			if w > width {
				return false
			}
		}
		return true
	}
	for lines = 1; lines <= learnLines; lines++ {
		if perLine = max((len(items)+lines-1)/lines, 1); fits(perLine) {
			return perLine, lines, true
		}
	}
	return max(len(items), 1), 1, false
}

// Refresh takes over what the cell says, in the colours of now.
func (r *learnRenderer) Refresh() {
	if r.in != themeOfNow() {
		r.paint()
	}
	r.Layout(r.size)
}

func (r *learnRenderer) paint() {
	r.in = themeOfNow()
	th, v := r.cell.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	for _, item := range r.items {
		item.word.Color, item.word.TextSize = th.Color(theme.ColorNameForeground, v), th.Size(theme.SizeNameCaptionText)
		item.word.Resize(fyne.MeasureText(item.word.Text, item.word.TextSize, item.word.TextStyle))
		item.icon.Refresh()
	}
}
