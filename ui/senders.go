package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/ui/view"
)

// sendersPage is the main page: the answer, and the senders.
type sendersPage struct {
	w      *window
	model  *view.SenderList
	root   fyne.CanvasObject
	answer *answer
	find   *searchEntry
	header *header
	list   *list
	chips  map[view.SenderFilter]*chip
	empty  *emptyState
}

func newSendersPage(w *window) *sendersPage {
	s := &sendersPage{w: w, model: w.model.Senders(), answer: newAnswer()}
	texts := w.texts

	columns := []column{
		{view.SenderColumn, texts.T("window.column.sender"), 130, 2, false, false},
		{view.TrackedColumn, texts.T("window.column.tracked"), 158, 0, false, false},
		{view.MessagesColumn, texts.T("window.column.messages"), 80, 0, true, false},
		{view.ProvidersColumn, texts.T("window.column.providers"), 100, 1.5, false, false},
		{view.LearnsColumn, texts.T("window.column.learns"), 122, 3.5, false, false},
		{view.LastSeenColumn, texts.T("window.column.last-seen"), 134, 0, false, false},
	}
	s.header = newHeader(columns, s.model.Sort, w.back)
	s.list = newList(s.model.Len, func() fyne.CanvasObject {
		return container.New(columnLayout{columns: columns, edge: columnEdge}, newCell(), newCell(), newCell(), newCell(), newLearnCell(w.learns), newCell())
	}, func(i int, o fyne.CanvasObject) {
		r, cells := s.model.Row(i), o.(*fyne.Container).Objects
		cells[0].(*cell).show(cellContent{top: r.Name, bottom: s.below(r), bold: true})
		cells[1].(*cell).show(cellContent{icon: w.states[r.State], top: r.Share, bottom: r.StateWord})
		cells[2].(*cell).show(cellContent{top: r.Messages, right: true})
		cells[3].(*cell).show(cellContent{top: r.Providers})
		cells[4].(*learnCell).show(r.Learns)
		cells[5].(*cell).show(cellContent{top: r.LastSeen, muted: true})
	}, func(i int) {
		s.model.Select(i)
		w.showSender(s.model.Row(i))
	}, w.back)
	s.list.moved = s.model.Select

	s.find = newSearchEntry(texts.T("window.senders.search"), s.model.Query(), s.model.Search, func() { w.focus(s.list) }, w.back)
	s.empty = newEmptyState(w)
	s.chips = make(map[view.SenderFilter]*chip)
	chips := container.New(layout.NewRowWrapLayout())
	for _, f := range view.SenderFilters() {
		s.chips[f] = newChip(f.Word(texts), s.model.Chosen(f), func() { s.model.Toggle(f) }, w.back)
		chips.Add(s.chips[f])
	}
	top := container.NewVBox(s.answer.object, container.NewPadded(s.find), container.NewPadded(chips), s.header.object, widget.NewSeparator())
	s.root = container.New(layout.NewCustomPaddedLayout(10, 8, 16, 16), container.NewBorder(top, nil, nil, nil, container.NewStack(s.list, s.empty.object)))
	return s
}

// below is the second line of a sender: the address, and that it is a public body.
func (s *sendersPage) below(r view.SenderRow) string {
	address := r.Address
	if r.Name == r.Address {
		address = ""
	}
	switch {
	case !r.Public:
		return address
	case address == "":
		return s.w.texts.T("window.sender.public")
	}
	return s.w.texts.T("window.sender.public") + " · " + address
}

func (s *sendersPage) title() string             { return s.w.texts.T("window.senders") }
func (s *sendersPage) object() fyne.CanvasObject { return s.root }
func (s *sendersPage) search()                   { s.w.focus(s.find) }

func (s *sendersPage) entered() {
	s.w.model.Show(s.model)
	s.w.focus(s.list)
	if i := s.model.Selected(); i >= 0 {
		s.list.move(i)
	}
}

func (s *sendersPage) update(c view.Change) {
	s.answer.update(s.w)
	if c&view.ListChanged != 0 {
		s.header.mark(s.model.Sorted())
		s.list.Refresh()
		s.list.keep(s.model.Selected())
		for f, c := range s.chips {
			c.set(s.model.Chosen(f))
		}
	}
	s.empty.update(s.model.Len(), s.model)
}
