package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/ui/view"
)

// codeList is the source of a message, with the findings in it marked. It is a list of lines, of which only those that
// are seen are made, however long the source is. Its lines are broken anew when its width changes.
type codeList struct {
	list
	wrap    func(columns int) []view.CodeLine
	lines   []view.CodeLine
	columns int
}

// newCodeList returns a list of what lines makes of the source; open is called with the finding of a line.
func newCodeList(lines func(columns int) []view.CodeLine, open func(finding int), back func()) *codeList {
	c := &codeList{wrap: lines}
	c.init(func() int { return len(c.lines) }, func() fyne.CanvasObject { return newCodeRow() }, func(i int, o fyne.CanvasObject) {
		row := o.(*codeRow)
		row.line = c.lines[i]
		row.Refresh()
	}, func(i int) {
		for _, p := range c.lines[i].Pieces {
			if p.Finding >= 0 {
				open(p.Finding)
				return
			}
		}
	}, back)
	c.HideSeparators = true
	c.ExtendBaseWidget(c)
	return c
}

// Resize breaks the lines to the new width.
func (c *codeList) Resize(size fyne.Size) {
	c.list.Resize(size)
	letter := fyne.MeasureText("M", c.Theme().Size(theme.SizeNameCaptionText), fyne.TextStyle{Monospace: true}).Width
	if columns := int((size.Width - 2*columnEdge) / letter); columns != c.columns {
		c.columns = columns
		c.reload()
	}
}

// reload reads the source again.
func (c *codeList) reload() {
	if c.columns > 0 {
		c.lines = c.wrap(c.columns)
		c.Refresh()
	}
}

// codeRow is one line of the source. What a finding is about stands on the colour of its state, underlined.
type codeRow struct {
	widget.BaseWidget
	line view.CodeLine
}

func newCodeRow() *codeRow {
	r := &codeRow{}
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer makes the row's objects.
func (r *codeRow) CreateRenderer() fyne.WidgetRenderer {
	c := &codeRenderer{row: r}
	c.Refresh()
	return c
}

type codeRenderer struct {
	row     *codeRow
	texts   []*canvas.Text
	lines   []*canvas.Rectangle
	objects []fyne.CanvasObject
}

// Destroy has nothing to free.
func (r *codeRenderer) Destroy() {}

// Objects are what is drawn.
func (r *codeRenderer) Objects() []fyne.CanvasObject { return r.objects }

// MinSize is the height of a line; its width is the list's to say.
func (r *codeRenderer) MinSize() fyne.Size {
	size := fyne.MeasureText("M", r.row.Theme().Size(theme.SizeNameCaptionText), fyne.TextStyle{Monospace: true})
	return fyne.NewSize(10, size.Height+2)
}

// Layout places the pieces after each other.
func (r *codeRenderer) Layout(size fyne.Size) {
	x := float32(columnEdge)
	for i, t := range r.texts {
		if !t.Visible() {
			continue
		}
		w := fyne.MeasureText(t.Text, t.TextSize, t.TextStyle)
		t.Move(fyne.NewPos(x, 1))
		t.Resize(w)
		r.lines[i].Move(fyne.NewPos(x, size.Height-2))
		r.lines[i].Resize(fyne.NewSize(w.Width, 2))
		x += w.Width
	}
}

// Refresh takes over the line, in the colours of now.
func (r *codeRenderer) Refresh() {
	th, v := r.row.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	for i, p := range r.row.line.Pieces {
		if i == len(r.texts) {
			r.texts = append(r.texts, canvas.NewText("", nil))
			r.lines = append(r.lines, canvas.NewRectangle(nil))
			r.objects = append(r.objects, r.lines[i], r.texts[i])
		}
		t, line := r.texts[i], r.lines[i]
		t.Text, t.TextSize = p.Text, th.Size(theme.SizeNameCaptionText)
		t.TextStyle = fyne.TextStyle{Monospace: !r.row.line.Title, Bold: r.row.line.Title || p.Finding >= 0}
		t.Color = th.Color(theme.ColorNameForeground, v)
		if line.Hidden = p.Finding < 0; p.Finding >= 0 {
			colour := theme.ColorNameHyperlink
			if p.State != view.Clean {
				colour = stateColour(p.State)
			}
			t.Color = th.Color(colour, v)
			line.FillColor = t.Color
		}
		t.Show()
		t.Refresh()
		line.Refresh()
	}
	for i := len(r.row.line.Pieces); i < len(r.texts); i++ {
		r.texts[i].Hide()
		r.lines[i].Hide()
	}
	r.Layout(r.row.Size())
}
