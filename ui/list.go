package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// list is Fyne's list with the keys that it lacks: Home, End, Page Up and Page Down, Enter, and Esc to go back.
// Enter, Space and a click open a row.
type list struct {
	widget.List
	current   int // the row that the keyboard is on
	open      func(row int)
	moved     func(row int) // the keyboard has gone to another row; may be nil
	back      func()
	rowHeight float32
}

func newList(length func() int, create func() fyne.CanvasObject, update func(int, fyne.CanvasObject), open func(int), back func()) *list {
	l := &list{}
	l.init(length, create, update, open, back)
	l.ExtendBaseWidget(l)
	return l
}

// init sets up a list, which its owner then extends.
func (l *list) init(length func() int, create func() fyne.CanvasObject, update func(int, fyne.CanvasObject), open func(int), back func()) {
	l.open, l.back = open, back
	l.Length, l.CreateItem = length, create
	l.UpdateItem = func(i int, o fyne.CanvasObject) {
		// Fyne may ask for a row that went away with the last change.
		if i >= 0 && i < length() {
			update(i, o)
		}
	}
	l.OnSelected = func(i int) {
		l.current = i
		// A row that stays selected could not be opened a second time.
		l.UnselectAll()
		l.open(i)
	}
	l.rowHeight = create().MinSize().Height
}

// TypedKey handles a key while the list has the focus.
func (l *list) TypedKey(e *fyne.KeyEvent) {
	page := max(int(l.Size().Height/l.rowHeight)-2, 1)
	switch e.Name {
	case fyne.KeyUp:
		l.move(l.current - 1)
	case fyne.KeyDown:
		l.move(l.current + 1)
	case fyne.KeyPageUp:
		l.move(l.current - page)
	case fyne.KeyPageDown:
		l.move(l.current + page)
	case fyne.KeyHome:
		l.move(0)
	case fyne.KeyEnd:
		l.move(l.Length() - 1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if l.current < l.Length() {
			l.open(l.current)
		}
	case fyne.KeyEscape:
		l.back()
	}
}

func (l *list) move(row int) {
	if l.Length() == 0 {
		return
	}
	l.current = min(max(row, 0), l.Length()-1)
	l.Highlight(l.current)
	if l.moved != nil {
		l.moved(l.current)
	}
}

// keep puts the keyboard back on a row that has changed its place, without scrolling to it.
func (l *list) keep(row int) {
	if row < 0 || row >= l.Length() || row == l.current {
		return
	}
	offset := l.GetScrollOffset()
	l.current = row
	l.Highlight(row)
	l.ScrollToOffset(offset)
}
