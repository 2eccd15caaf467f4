package view

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

// The columns of a list of messages.
const (
	SubjectColumn Column = iota
	FromColumn
	MessageProvidersColumn
	MessageLearnsColumn
	DateColumn
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

	message store.Message
	text    string
}

// MessageList is the model of a list of messages: of one sender, or all.
type MessageList struct {
	List[MessageRow]
	of store.Filter // what the list is of
}

func newMessageList(a *App, of store.Filter) *MessageList {
	return &MessageList{of: of, List: List[MessageRow]{
		app:        a,
		key:        func(r MessageRow) string { return strconv.FormatInt(r.ID, 10) },
		text:       func(r MessageRow) string { return r.text },
		compare:    compareMessages,
		first:      func(c Column) bool { return c == DateColumn || c == MessageLearnsColumn },
		column:     DateColumn,
		descending: true,
	}}
}

// Heading says what the list is of.
func (l *MessageList) Heading() string {
	if l.of.Company != "" {
		return l.app.texts.T("window.messages.by", args("Company", l.of.Company))
	}
	return l.app.texts.T("window.messages.heading")
}

func compareMessages(c Column, a, b MessageRow) int {
	switch c {
	case SubjectColumn:
		return cmp.Compare(strings.ToLower(a.Subject), strings.ToLower(b.Subject))
	case FromColumn:
		return cmp.Compare(strings.ToLower(a.From), strings.ToLower(b.From))
	case MessageProvidersColumn:
		return cmp.Or(-cmp.Compare(min(len(a.Providers), 1), min(len(b.Providers), 1)), cmp.Compare(strings.ToLower(a.Providers), strings.ToLower(b.Providers)))
	case MessageLearnsColumn:
		return cmp.Or(cmp.Compare(a.State, b.State), cmp.Compare(len(a.Learns), len(b.Learns)))
	case DateColumn:
		return a.message.Date.Compare(b.message.Date)
	}
	return 0
}

func (l *MessageList) load(ctx context.Context, o *Opened) (func(), error) {
	f := l.of
	f.Account = o.Account
	messages, err := o.Store.Messages(ctx, f)
	if err != nil {
		return nil, err
	}
	if l.of.Sender == nil {
		return func() { l.setMessages(messages) }, nil
	}
	// The verdict on the sender stands above its messages, and has to be about the same ones.
	senders, err := o.Store.Senders(ctx, store.Filter{Account: o.Account})
	if err != nil {
		return nil, err
	}
	return func() {
		l.setMessages(messages)
		l.app.senders.setSenders(senders)
	}, nil
}

func (l *MessageList) setMessages(messages []store.Message) {
	rows := make([]MessageRow, len(messages))
	now := l.app.p.Now()
	for i, m := range messages {
		rows[i] = l.app.messageRow(m, now)
	}
	l.set(rows)
}

// translate makes the texts of the rows anew.
func (l *MessageList) translate() {
	now := l.app.p.Now()
	rows := make([]MessageRow, len(l.all))
	for i, r := range l.all {
		rows[i] = l.app.messageRow(r.message, now)
	}
	l.all = rows
	l.filter()
}

func (a *App) messageRow(m store.Message, now time.Time) MessageRow {
	state := messageState(m.Result)
	providers := strings.Join(m.Providers(), ", ")
	subject := oneLine(m.Subject)
	if subject == "" {
		subject = a.texts.T("window.message.no-subject")
	}
	from := cmp.Or(oneLine(m.From.Name), m.From.Address, a.texts.T("window.sender.none"))
	return MessageRow{
		ID:        m.ID,
		Subject:   subject,
		From:      from,
		Address:   m.From.Address,
		State:     state,
		StateWord: state.Word(a.texts),
		Providers: providers,
		Learns:    m.Exposes(),
		Date:      day(a.texts, m.Date, now),
		message:   m,
		text:      strings.ToLower(m.Subject + "\n" + m.From.Name + "\n" + m.From.Address + "\n" + providers),
	}
}
