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
	find   *searchEntry
	header *header
	list   *list
	empty  *emptyState
	top    fyne.CanvasObject
	body   fyne.CanvasObject
}

// newMessageTable makes a table; wide is with more than subject and date.
func newMessageTable(w *window, model *view.MessageList, wide bool) *messageTable {
	t := &messageTable{w: w, model: model}
	texts := w.texts
	columns := []column{{view.SubjectColumn, texts.T("window.column.subject"), 120, 3, false, false}}
	dateShare := float32(0.5)
	if wide { // beside what is known of a sender there is only room for a subject
		dateShare = 0
		columns = append(columns,
			column{view.FromColumn, texts.T("window.column.sender"), 120, 2, false, false},
			column{view.MessageProvidersColumn, texts.T("window.column.providers"), 110, 1, false, true},
			column{view.MessageLearnsColumn, texts.T("window.column.learns"), 122, 2, false, true})
	}
	columns = append(columns,
		column{view.DateColumn, texts.T("window.column.date"), 134, dateShare, false, false})
	t.header = newHeader(columns, model.Sort, w.back)
	t.list = newList(model.Len, func() fyne.CanvasObject {
		cells := []fyne.CanvasObject{newCell()}
		if wide {
			cells = append(cells, newCell(), newCell(), newLearnCell(w.learns))
		}
		cells = append(cells, newCell())
		return container.New(columnLayout{columns: columns, edge: columnEdge}, cells...)
	}, func(i int, o fyne.CanvasObject) {
		r, cells := model.Row(i), o.(*fyne.Container).Objects
		subject := cellContent{icon: w.states[r.State], top: r.Subject, bottom: r.StateWord, bold: true}
		if r.Subject == "" { // not read yet
			subject.icon = nil
		}
		cells[0].(*cell).show(subject)
		if wide {
			from := cellContent{top: r.From, bottom: r.Address}
			if r.From == r.Address {
				from.bottom = ""
			}
			cells[1].(*cell).show(from)
			cells[2].(*cell).show(cellContent{top: r.Providers})
			cells[3].(*learnCell).show(r.Learns)
		}
		cells[len(cells)-1].(*cell).show(cellContent{top: r.Date, muted: true})
	}, func(i int) {
		model.Select(i)
		w.showMessage(model.Row(i))
	}, w.back)
	t.list.moved = model.Select
	t.find = newSearchEntry(texts.T("window.messages.search"), model.Query(), model.Search, func() { w.focus(t.list) }, w.back)
	t.empty = newEmptyState(t.w)
	t.top = container.NewVBox(t.header.object, widget.NewSeparator())
	t.body = container.NewStack(t.list, t.empty.object)
	return t
}

func (t *messageTable) entered() {
	t.w.focus(t.list)
	if i := t.model.Selected(); i >= 0 {
		t.list.move(i)
	}
}

func (t *messageTable) update(c view.Change) {
	if c&view.ListChanged != 0 {
		t.header.mark(t.model.Sorted())
		t.list.Refresh()
		t.list.keep(t.model.Selected())
	}
	t.empty.update(t.model.Len(), t.model)
}

// messagesPage is the page of all messages, or of those that a company is behind.
type messagesPage struct {
	*messageTable
	root     fyne.CanvasObject
	mailbox  *dropDown
	provider *dropDown
	period   *dropDown
	tracked  *chip
	leaks    *chip
}

func newMessagesPage(w *window, model *view.MessageList) *messagesPage {
	p := &messagesPage{messageTable: newMessageTable(w, model, true)}
	texts := w.texts
	title := widget.NewLabelWithStyle(model.Heading(), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	title.SizeName = theme.SizeNameHeadingText
	title.Truncation = fyne.TextTruncateEllipsis
	change := func(f func(*view.MessageFilter)) {
		filter := model.Filter()
		f(&filter)
		model.SetFilter(filter)
	}
	p.mailbox = newDropDown(texts.T("window.filter.mailbox"), func(i int) {
		change(func(f *view.MessageFilter) {
			if f.Mailbox = ""; i > 0 {
				f.Mailbox = model.Mailboxes()[i-1]
			}
		})
	}, w.back)
	p.provider = newDropDown(texts.T("window.filter.provider"), func(i int) {
		change(func(f *view.MessageFilter) {
			if f.Provider = ""; i > 0 {
				f.Provider = model.Providers()[i-1]
			}
		})
	}, w.back)
	p.period = newDropDown(texts.T("window.filter.all-time"), func(i int) {
		change(func(f *view.MessageFilter) { f.Period = view.Period(i) })
	}, w.back)
	p.period.offer([]string{texts.T("window.filter.this-month"), texts.T("window.filter.this-year"), texts.T("window.filter.last-year")})
	p.tracked = newChip(texts.T("window.filter.tracked"), model.Filter().Tracked, func() { change(func(f *view.MessageFilter) { f.Tracked = !f.Tracked }) }, w.back)
	p.leaks = newChip(texts.T("window.filter.leaks"), model.Filter().Leaks, func() { change(func(f *view.MessageFilter) { f.Leaks = !f.Leaks }) }, w.back)
	filters := container.New(layout.NewRowWrapLayout(), p.mailbox, p.provider, p.period, p.tracked, p.leaks)
	p.root = pageBody(container.NewVBox(title, container.NewPadded(p.find), container.NewPadded(filters), p.top), p.body)
	return p
}

func (p *messagesPage) title() string             { return p.w.texts.T("window.messages") }
func (p *messagesPage) object() fyne.CanvasObject { return p.root }
func (p *messagesPage) search()                   { p.w.focus(p.find) }

func (p *messagesPage) entered() {
	p.w.model.Show(p.model)
	p.messageTable.entered()
}

func (p *messagesPage) update(c view.Change) {
	p.messageTable.update(c)
	if c&view.ListChanged == 0 {
		return
	}
	f := p.model.Filter()
	words := make([]string, len(p.model.Mailboxes()))
	for i, name := range p.model.Mailboxes() {
		words[i] = view.MailboxWord(p.w.texts, name)
	}
	p.mailbox.offer(words)
	p.mailbox.choose(view.MailboxWord(p.w.texts, f.Mailbox))
	p.provider.offer(p.model.Providers())
	p.provider.choose(f.Provider)
	show(p.mailbox, len(p.model.Mailboxes()) > 1)
	show(p.provider, len(p.model.Providers()) > 0)
	p.tracked.set(f.Tracked)
	p.leaks.set(f.Leaks)
}

// pageBody is a page with what stays above its list.
func pageBody(top, body fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(10, 8, 16, 16), container.NewBorder(top, nil, nil, nil, body))
}
