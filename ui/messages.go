package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/ui/view"
)

// messageTable is a list of messages with its search and header, for the page of all and for that of one sender.
type messageTable struct {
	w      *window
	model  *view.MessageList
	rows   []view.MessageRow
	find   *searchEntry
	header *header
	list   *list
	empty  *emptyState
	top    fyne.CanvasObject
	body   fyne.CanvasObject
}

func newMessageTable(w *window, model *view.MessageList, withSender bool) *messageTable {
	t := &messageTable{w: w, model: model}
	texts := w.texts
	columns := []column{{view.SubjectColumn, texts.T("window.column.subject"), 180, 3, false}}
	if withSender {
		columns = append(columns, column{view.FromColumn, texts.T("window.column.sender"), 120, 2, false})
	}
	columns = append(columns,
		column{view.MessageProvidersColumn, texts.T("window.column.providers"), 110, 1, false},
		column{view.MessageLearnsColumn, texts.T("window.column.learns"), 130, 3, false},
		column{view.DateColumn, texts.T("window.column.date"), 132, 0, false})
	t.header = newHeader(columns, model.Sort, w.back)
	icons, words := learnIcons(texts)
	t.list = newList(func() int { return len(t.rows) }, func() fyne.CanvasObject {
		cells := []fyne.CanvasObject{newCell()}
		if withSender {
			cells = append(cells, newCell())
		}
		cells = append(cells, newCell(), newLearnCell(icons, words), newCell())
		return container.New(columnLayout{columns: columns, edge: columnEdge}, cells...)
	}, func(i int, o fyne.CanvasObject) {
		r, cells := t.rows[i], o.(*fyne.Container).Objects
		subject := cells[0].(*cell)
		subject.icon, subject.top, subject.bottom, subject.bold = w.states[r.State], r.Subject, r.StateWord, true
		if withSender {
			from := cells[1].(*cell)
			from.top, from.bottom = r.From, r.Address
			if r.From == r.Address {
				from.bottom = ""
			}
		}
		last := len(cells) - 1
		cells[last-2].(*cell).top = r.Providers
		cells[last-1].(*learnCell).learns = r.Learns
		date := cells[last].(*cell)
		date.top, date.muted = r.Date, true
		for _, c := range cells {
			c.Refresh()
		}
	}, func(i int) {
		model.Select(i)
		w.showMessage(t.rows[i])
	}, w.back)
	t.list.moved = model.Select
	t.find = newSearchEntry(texts.T("window.messages.search"), model.Search, func() { w.focus(t.list) }, w.back)
	t.find.Text = model.Query()
	t.empty = newEmptyState()
	t.top = container.NewVBox(container.NewPadded(t.find), t.header.object, widget.NewSeparator())
	t.body = container.NewStack(t.list, t.empty.object)
	return t
}

func (t *messageTable) entered() {
	t.w.model.Show(t.model)
	t.w.focus(t.list)
	if i := t.model.Selected(); i >= 0 {
		t.list.move(i)
	}
}

func (t *messageTable) update(c view.Change) {
	if c&view.ListChanged != 0 {
		t.rows = t.model.Rows()
		t.header.mark(t.model.Sorted())
		t.list.Refresh()
		t.list.keep(t.model.Selected())
	}
	t.empty.update(t.w, len(t.rows), t.model)
}

// messagesPage is the page of all messages.
type messagesPage struct {
	*messageTable
	root fyne.CanvasObject
}

func newMessagesPage(w *window, model *view.MessageList) *messagesPage {
	t := newMessageTable(w, model, true)
	heading := widget.NewLabelWithStyle(model.Heading(), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	heading.SizeName = theme.SizeNameHeadingText
	return &messagesPage{t, pageBody(container.NewVBox(heading, t.top), t.body)}
}

func (p *messagesPage) title() string             { return p.w.texts.T("window.messages") }
func (p *messagesPage) object() fyne.CanvasObject { return p.root }
func (p *messagesPage) search()                   { p.w.focus(p.find) }

// senderPage is the page of one sender: the verdict, and the messages.
type senderPage struct {
	*messageTable
	address string
	root    fyne.CanvasObject
	name    *widget.Label
	verdict *widget.Label
	mark    *widget.Icon
}

func newSenderPage(w *window, address string, model *view.MessageList) *senderPage {
	t := newMessageTable(w, model, false)
	s := &senderPage{messageTable: t, address: address, mark: widget.NewIcon(nil)}
	s.name = widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	s.name.SizeName = theme.SizeNameHeadingText
	s.name.Truncation = fyne.TextTruncateEllipsis
	s.verdict = widget.NewLabel("")
	s.verdict.Wrapping = fyne.TextWrapWord
	addressLabel := widget.NewLabel(address)
	addressLabel.Truncation = fyne.TextTruncateEllipsis
	addressLabel.Importance = widget.LowImportance
	top := container.NewVBox(s.name, addressLabel, container.NewBorder(nil, nil, container.NewPadded(s.mark), nil, s.verdict), t.top)
	s.root = pageBody(top, t.body)
	return s
}

func (s *senderPage) title() string             { return s.name.Text }
func (s *senderPage) object() fyne.CanvasObject { return s.root }
func (s *senderPage) search()                   { s.w.focus(s.find) }

func (s *senderPage) update(c view.Change) {
	if row, ok := s.w.model.Senders().Find(s.address); ok {
		s.name.SetText(row.Name)
		s.verdict.SetText(s.w.model.Verdict(row))
		s.mark.SetResource(s.w.states[row.State])
	}
	s.messageTable.update(c)
}

// pageBody is a page with what stays above its list.
func pageBody(top, body fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(10, 8, 16, 16), container.NewBorder(top, nil, nil, nil, body))
}
