package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/ui/view"
)

// column is how wide a column of a list is: at least min, and its share of what is left over.
type column struct {
	id    view.Column
	title string
	min   float32
	share float32
	right bool // numbers are aligned at the right
	fixed bool // the list cannot be sorted by it
}

// columnLayout puts objects beside each other, one for each column: the header and the rows of a list in the same way.
type columnLayout struct {
	columns []column
	edge    float32 // before the first and behind the last column
	overlap float32 // by how much objects are wider than their column at each side: the padding inside of a header's buttons
}

const (
	columnGap  = 12 // between columns
	columnEdge = 8  // of the rows of a list
)

// Layout places the objects.
func (l columnLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	fixed, shares := float32(columnGap*(len(l.columns)-1))+2*l.edge, float32(0)
	for _, c := range l.columns {
		fixed += c.min
		shares += c.share
	}
	left, x := max(size.Width-fixed, 0), l.edge
	for i, o := range objects {
		c := l.columns[i]
		w := c.min
		if shares > 0 {
			w += left * c.share / shares
		}
		o.Move(fyne.NewPos(x-l.overlap, 0))
		o.Resize(fyne.NewSize(w+2*l.overlap, size.Height))
		x += w + columnGap
	}
}

// MinSize is the sum of the columns' least widths.
func (l columnLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(2*l.edge-columnGap, 0)
	for i, o := range objects {
		size.Width += l.columns[i].min + columnGap
		size.Height = max(size.Height, o.MinSize().Height)
	}
	return size
}

// header is the row of column titles above a list. Each is a button that sorts by its column.
type header struct {
	columns []column
	buttons []*button // nil where a list cannot be sorted by a column
	object  fyne.CanvasObject
}

func newHeader(columns []column, sort func(view.Column), back func()) *header {
	h := &header{columns: columns}
	row := make([]fyne.CanvasObject, 0, len(columns))
	for _, c := range columns {
		if c.fixed {
			h.buttons = append(h.buttons, nil)
			title := heading(c.title)
			title.Truncation = fyne.TextTruncateEllipsis
			row = append(row, title)
			continue
		}
		b := newButton(c.title, nil, func() { sort(c.id) }, back)
		b.Importance = widget.LowImportance
		b.IconPlacement = widget.ButtonIconTrailingText
		b.Alignment = widget.ButtonAlignLeading
		if c.right {
			b.Alignment = widget.ButtonAlignTrailing
		}
		h.buttons = append(h.buttons, b)
		row = append(row, b)
	}
	h.object = container.New(columnLayout{columns, columnEdge, 8}, row...)
	return h
}

// mark shows which column the list is sorted by.
func (h *header) mark(sorted view.Column, descending bool) {
	for i, c := range h.columns {
		var arrow fyne.Resource
		if c.id == sorted {
			arrow = theme.MenuDropUpIcon()
			if descending {
				arrow = theme.MenuDropDownIcon()
			}
		}
		if h.buttons[i] != nil && h.buttons[i].Icon != arrow {
			h.buttons[i].SetIcon(arrow)
		}
	}
}
