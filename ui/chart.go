package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/translations"
	"pixelwacht/ui/view"
)

// barChart is a chart of shares: a bar for each, its number on top, its name below.
type barChart struct {
	widget.BaseWidget
	bars   []view.Bar
	height float32
}

func newBarChart(height float32) *barChart {
	c := &barChart{height: height}
	c.ExtendBaseWidget(c)
	return c
}

func (c *barChart) set(bars []view.Bar) {
	c.bars = bars
	c.Refresh()
}

// CreateRenderer makes the chart's objects.
func (c *barChart) CreateRenderer() fyne.WidgetRenderer {
	r := &chartRenderer{chart: c}
	r.Refresh()
	return r
}

// chartBar is what is drawn for one bar. Its label has two lines: a month, and its year where that is new.
type chartBar struct {
	whole, part           *canvas.Rectangle
	number, label, second *canvas.Text
}

type chartRenderer struct {
	chart   *barChart
	bars    []chartBar
	objects []fyne.CanvasObject
}

// Destroy has nothing to free.
func (r *chartRenderer) Destroy() {}

// Objects are what is drawn.
func (r *chartRenderer) Objects() []fyne.CanvasObject { return r.objects }

// MinSize leaves the width to whoever shows the chart.
func (r *chartRenderer) MinSize() fyne.Size { return fyne.NewSize(160, r.chart.height) }

const (
	maxBarWidth = 64
	barGap      = 6
)

// Layout gives every bar the same width.
func (r *chartRenderer) Layout(size fyne.Size) {
	if len(r.bars) == 0 {
		return
	}
	line := fyne.MeasureText("X", r.bars[0].label.TextSize, fyne.TextStyle{}).Height
	step := min(size.Width/float32(len(r.bars)), maxBarWidth+barGap)
	width := max(step-barGap, 2)
	bottom := size.Height - 2*line
	full := bottom - line - 2
	for i, b := range r.bars {
		x, share := float32(i)*step, float32(r.chart.bars[i].Share)
		b.whole.Move(fyne.NewPos(x, bottom-full))
		b.whole.Resize(fyne.NewSize(width, full))
		b.part.Move(fyne.NewPos(x, bottom-full*share))
		b.part.Resize(fyne.NewSize(width, full*share))
		b.part.Hidden = share == 0
		b.number.Text = r.chart.bars[i].Percent
		if fyne.MeasureText(b.number.Text, b.number.TextSize, b.number.TextStyle).Width > step {
			b.number.Text = strings.TrimSuffix(b.number.Text, " %")
		}
		centre := func(t *canvas.Text, y float32) {
			w := fyne.MeasureText(t.Text, t.TextSize, t.TextStyle).Width
			t.Move(fyne.NewPos(x+(width-w)/2, y))
			t.Resize(fyne.NewSize(w, line))
		}
		centre(b.number, bottom-full-line-1)
		centre(b.label, bottom+1)
		centre(b.second, bottom+line)
	}
}

// Refresh takes over the bars, in the colours of now.
func (r *chartRenderer) Refresh() {
	th, v := r.chart.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	if len(r.bars) != len(r.chart.bars) {
		r.bars, r.objects = nil, nil
		for range r.chart.bars {
			b := chartBar{canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewText("", nil), canvas.NewText("", nil), canvas.NewText("", nil)}
			r.bars = append(r.bars, b)
			r.objects = append(r.objects, b.whole, b.part, b.number, b.label, b.second)
		}
	}
	for i, b := range r.bars {
		b.whole.FillColor, b.whole.CornerRadius = th.Color(theme.ColorNameButton, v), 3
		b.part.FillColor, b.part.CornerRadius = th.Color(colourTracked, v), 3
		b.label.Text, b.second.Text, _ = strings.Cut(r.chart.bars[i].Label, " ")
		for _, t := range []*canvas.Text{b.number, b.label, b.second} {
			t.TextSize, t.Color = th.Size(theme.SizeNameCaptionText), th.Color(colourMuted, v)
		}
		b.number.Color = th.Color(theme.ColorNameForeground, v)
	}
	r.Layout(r.chart.Size())
	for _, o := range r.objects {
		o.Refresh()
	}
}

// chartCard is a chart with its title, and the same numbers as a table for who cannot see it, or wants to copy them.
type chartCard struct {
	object fyne.CanvasObject
	texts  *translations.Texts
	chart  *barChart
	table  *fyne.Container
	toggle *chip
}

func newChartCard(w *window, title string, height float32) *chartCard {
	c := &chartCard{texts: w.texts, chart: newBarChart(height), table: container.NewGridWithColumns(3)}
	c.toggle = newChip(w.texts.T("window.overview.months.table"), false, func() {
		c.toggle.set(!c.toggle.on)
		show(c.table, c.toggle.on)
		show(c.chart, !c.toggle.on)
	}, w.back)
	c.table.Hide()
	c.object = card(container.NewBorder(container.NewBorder(nil, nil, heading(title), c.toggle), nil, nil, nil,
		container.NewStack(container.New(layout.NewCustomPaddedLayout(0, 0, 8, 8), c.chart), c.table)))
	return c
}

// set shows bars.
func (c *chartCard) set(bars []view.Bar) {
	c.chart.set(bars)
	right := func(text string, bold bool) fyne.CanvasObject {
		return widget.NewLabelWithStyle(text, fyne.TextAlignTrailing, fyne.TextStyle{Bold: bold})
	}
	c.table.Objects = []fyne.CanvasObject{
		heading(c.texts.T("window.overview.months.month")), right(c.texts.T("window.overview.months.number"), true), right(c.texts.T("window.overview.months.share"), true),
	}
	for _, b := range bars {
		c.table.Objects = append(c.table.Objects, widget.NewLabel(b.Name), right(b.Number, false), right(b.Percent, false))
	}
	c.table.Refresh()
}
