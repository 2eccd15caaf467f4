package view

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

// The columns of a list of messages. By the first three it can be sorted.
const (
	SubjectColumn Column = iota
	FromColumn
	DateColumn
	MessageProvidersColumn
	MessageLearnsColumn
)

const (
	rowWindow = 200  // rows that are read at a time
	maxRows   = 2000 // rows that are kept in memory
)

// MessageRow is one message as a list shows it.
type MessageRow struct {
	ID        int64
	Subject   string
	From      string // the sender's name, or address
	Address   string
	State     State
	StateWord string
	Providers string
	Learns    []detector.Exposure
	Date      string

	row store.Row
}

// Period is a time up to now.
type Period int

// The periods.
const (
	AllTime Period = iota
	ThisMonth
	ThisYear
	LastYear // the year before this one, and this one
)

// MessageFilter is what people choose to see of a list of messages. The zero value is everything.
type MessageFilter struct {
	Mailbox  string // "": all
	Provider string // "": all
	Period   Period
	Tracked  bool // only tracked messages
	Leaks    bool // only those that pass the address on
}

// MessageList is the model of a list of messages. It knows the order of all of them, and has only the rows in memory that
// were asked for last: with a hundred thousand messages it costs what it costs with a hundred.
//
// While a scan runs the rows that are there keep their places and new ones come at the end, so that nothing moves under the
// pointer; the order is restored when the scan has ended, or when a column is chosen.
type MessageList struct {
	app *App
	of  store.Filter // what the list is of

	filter     MessageFilter
	query      string
	column     Column
	descending bool
	mailboxes  []string
	providers  []string

	loaded   bool
	mail     int         // App.mail when the list was read
	asked    question    // what all are the answer to
	all      []int64     // in order; replaced, never changed
	texts    store.Texts // what all are searched in, nil until they were read; likewise
	ids      []int64     // those of all that the search leaves
	rows     map[int64]MessageRow
	wanted   int  // the row that was asked for last
	fetching bool // rows are being read
	selected int64
}

// question is what a list of IDs is the answer to, but for the search.
type question struct {
	filter store.Filter
	order  store.Order
}

func newMessageList(a *App, of store.Filter) *MessageList {
	return &MessageList{app: a, of: of, column: DateColumn, descending: true, rows: make(map[int64]MessageRow)}
}

// Heading says what the list is of.
func (l *MessageList) Heading() string {
	if l.of.Company != "" {
		return l.app.texts.T("window.messages.by", args("Company", l.of.Company))
	}
	return l.app.texts.T("window.messages.heading")
}

// Len is the number of rows.
func (l *MessageList) Len() int { return len(l.ids) }

// Loaded reports whether the list has been read; before that an empty one means nothing.
func (l *MessageList) Loaded() bool { return l.loaded }

// Row is the row at an index. One that is not in memory is empty, and is read in the background; ListChanged tells when it
// is there.
func (l *MessageList) Row(i int) MessageRow {
	if i < 0 || i >= len(l.ids) {
		return MessageRow{}
	}
	l.wanted = i
	row, ok := l.rows[l.ids[i]]
	if !ok {
		l.fetch()
		return MessageRow{ID: l.ids[i]}
	}
	return row
}

// fetch reads the rows around the one that was asked for last.
func (l *MessageList) fetch() {
	if l.fetching || l.app.opened == nil {
		return
	}
	l.fetching = true
	ids, o := around(l.ids, l.wanted), l.app.opened
	l.app.using(o, func(ctx context.Context) func() {
		rows, err := o.Store.Rows(ctx, ids)
		return func() {
			l.fetching = false
			if err != nil {
				l.app.failed(problemStore, err)
				return
			}
			l.keep(rows)
			if l.wanted < len(l.ids) {
				if _, ok := l.rows[l.ids[l.wanted]]; !ok { // people have scrolled on meanwhile
					l.fetch()
				}
			}
			l.app.p.Changed(ListChanged)
		}
	})
}

// around is the part of a list around a row.
func around(ids []int64, row int) []int64 {
	start := min(max(row-rowWindow/2, 0), max(len(ids)-rowWindow, 0))
	return ids[start:min(start+rowWindow, len(ids))]
}

func (l *MessageList) keep(rows []store.Row) {
	if len(l.rows)+len(rows) > maxRows {
		clear(l.rows)
	}
	now := l.app.p.Now()
	for _, r := range rows {
		l.rows[r.ID] = l.app.messageRow(r, now)
	}
}

// Query is what is searched for.
func (l *MessageList) Query() string { return l.query }

// Search leaves the messages that contain every word of query.
func (l *MessageList) Search(query string) {
	l.query = query
	l.again()
}

// Filter is what was chosen to see.
func (l *MessageList) Filter() MessageFilter { return l.filter }

// SetFilter chooses what to see.
func (l *MessageList) SetFilter(f MessageFilter) {
	l.filter = f
	l.again()
}

// Filtered reports whether there is a choice or a search that can hide messages.
func (l *MessageList) Filtered() bool { return l.query != "" || l.filter != MessageFilter{} }

// Mailboxes are the names that there are to choose from.
func (l *MessageList) Mailboxes() []string { return l.mailboxes }

// Providers are the services that there are to choose from, those that most senders use first.
func (l *MessageList) Providers() []string { return l.providers }

// Sorted is the column that the rows are in the order of.
func (l *MessageList) Sorted() (c Column, descending bool) { return l.column, l.descending }

// Sort puts the rows in the order of a column; asked again, in the opposite order.
func (l *MessageList) Sort(c Column) {
	switch {
	case c > DateColumn:
		return
	case c == l.column:
		l.descending = !l.descending
	default:
		l.column, l.descending = c, c == DateColumn
	}
	l.again()
}

// again reads the list from its start.
func (l *MessageList) again() {
	l.wanted = 0
	l.app.load()
}

// Select makes the row at index the selected one. It stays selected wherever it moves.
func (l *MessageList) Select(index int) {
	if index >= 0 && index < len(l.ids) {
		l.selected = l.ids[index]
	}
}

// Selected is the index of the selected row, -1 when there is none or it is not shown.
func (l *MessageList) Selected() int { return slices.Index(l.ids, l.selected) }

func (l *MessageList) question(account int64) question {
	q := question{filter: l.of, order: store.Order{Descending: l.descending}}
	switch l.column {
	case SubjectColumn:
		q.order.Column = store.BySubject
	case FromColumn:
		q.order.Column = store.BySender
	}
	q.filter.Account = account
	q.filter.Mailbox, q.filter.Provider = l.filter.Mailbox, l.filter.Provider
	q.filter.TrackedOnly, q.filter.LeaksOnly = l.filter.Tracked, l.filter.Leaks
	now := l.app.p.Now()
	switch l.filter.Period {
	case ThisMonth:
		q.filter.Since = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	case ThisYear:
		q.filter.Since = time.Date(now.Year(), 1, 1, 0, 0, 0, 0, now.Location())
	case LastYear:
		q.filter.Since = time.Date(now.Year()-1, 1, 1, 0, 0, 0, 0, now.Location())
	}
	return q
}

// reader reads what has changed: other mail, another question, or only what is searched for. The texts to search in come
// after the list, so that they are there when somebody types.
func (l *MessageList) reader(o *Opened) reader {
	asked, query, mail, wanted := l.question(o.Account), l.query, l.app.mail, l.wanted
	before, all, texts := l.all, l.all, l.texts
	sameMail := l.loaded && l.mail == mail
	same := sameMail && l.asked == asked
	if asked != l.asked || !l.app.scan.Running {
		before = nil
	}
	if !sameMail || l.asked.filter != asked.filter {
		texts = nil
	}
	return func(ctx context.Context) (func(), error) {
		var mailboxes, providers []string
		choices := !sameMail && l.of == store.Filter{}
		var err error
		if !same {
			if all, err = o.Store.MessageIDs(ctx, asked.filter, asked.order); err != nil {
				return nil, err
			}
			all = inPlace(before, all)
		}
		if texts == nil && (same || query != "") {
			if texts, err = o.Store.Texts(ctx, asked.filter); err != nil {
				return nil, err
			}
		}
		ids := all
		if query != "" {
			ids = texts.Search(all, query)
		}
		rows, err := o.Store.Rows(ctx, around(ids, wanted))
		if err != nil {
			return nil, err
		}
		if choices {
			if mailboxes, err = o.Store.MailboxNames(ctx, o.Account); err != nil {
				return nil, err
			}
			if providers, err = o.Store.ProviderNames(ctx, o.Account); err != nil {
				return nil, err
			}
		}
		return func() {
			l.asked, l.mail, l.all, l.texts, l.ids, l.loaded = asked, mail, all, texts, ids, true
			if choices {
				l.mailboxes, l.providers = mailboxes, providers
			}
			if !same {
				clear(l.rows) // they may have another verdict by now
			}
			l.keep(rows)
			if texts == nil && !l.app.scan.Running {
				l.app.reload = true
			}
		}, nil
	}
}

// inPlace is a new order in which what was there before keeps its place, and what is new comes at the end.
func inPlace(before, now []int64) []int64 {
	if len(before) == 0 {
		return now
	}
	left := make(map[int64]bool, len(now))
	for _, id := range now {
		left[id] = true
	}
	all := make([]int64, 0, len(now))
	for _, id := range before {
		if left[id] {
			all = append(all, id)
			delete(left, id)
		}
	}
	for _, id := range now {
		if left[id] {
			all = append(all, id)
		}
	}
	return all
}

// translate makes the texts of the rows anew.
func (l *MessageList) translate() {
	now := l.app.p.Now()
	for id, r := range l.rows {
		l.rows[id] = l.app.messageRow(r.row, now)
	}
}

func (a *App) messageRow(r store.Row, now time.Time) MessageRow {
	state := rowState(r)
	subject := oneLine(r.Subject)
	if subject == "" {
		subject = a.texts.T("window.message.no-subject")
	}
	return MessageRow{
		ID:        r.ID,
		Subject:   subject,
		From:      cmp.Or(oneLine(r.SenderName), r.Sender, a.texts.T("window.sender.none")),
		Address:   r.Sender,
		State:     state,
		StateWord: state.Word(a.texts),
		Providers: strings.Join(r.Providers, ", "),
		Learns:    r.Exposes,
		Date:      day(a.texts, r.Date, now),
		row:       r,
	}
}
