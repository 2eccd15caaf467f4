package view

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/detector/publicbody"
	"pixelwacht/imapsync/store"
)

// The columns of the senders' list.
const (
	SenderColumn Column = iota
	MessagesColumn
	TrackedColumn
	ProvidersColumn
	LearnsColumn
	LastSeenColumn
)

// SenderRow is one sender as the list shows it.
type SenderRow struct {
	Address   string
	Name      string // as in the From field, or the address where that has none
	State     State
	StateWord string
	Messages  string
	Share     string  // "12 of 12"
	Part      float64 // the same from 0 to 1
	Providers string
	Learns    []detector.Exposure
	LastSeen  string
	Public    bool // a public body

	sender store.Sender
}

// sender is one sender as the list keeps it: what it is searched, chosen and sorted by. There may be thousands, of which
// a window shows twenty: their texts are made when they are shown.
type sender struct {
	store.Sender
	state     State
	public    bool
	name      string // as it is sorted by
	providers string
	text      string // as it is searched through
}

// senders prepares senders for a list. It takes a while with thousands, and may run on any goroutine.
func senders(all []store.Sender, public *publicbody.List) []*sender {
	prepared := make([]*sender, len(all))
	for i, s := range all {
		providers := strings.ToLower(strings.Join(s.Providers, ", "))
		prepared[i] = &sender{
			Sender: s, state: senderState(s), public: public.Has(s.Address),
			name: strings.ToLower(cmp.Or(s.Name, s.Address)), providers: providers,
			text: strings.ToLower(s.Name+"\n"+s.Address+"\n"+s.Organisation+"\n") + providers,
		}
	}
	return prepared
}

// SenderList is the model of the senders' page.
type SenderList struct {
	List[sender]
	filters map[SenderFilter]bool
}

// Len is the number of rows.
func (l *SenderList) Len() int { return len(l.rows) }

// Row is the row at an index, which is one of those that there are.
func (l *SenderList) Row(i int) SenderRow { return l.app.senderRow(l.rows[i].Sender) }

// SenderFilter is a property that senders can be chosen by.
type SenderFilter int

// The filters.
const (
	TrackingSenders  SenderFilter = iota
	LeakingSenders                // pass the address on
	PublicBodies                  // see package publicbody
	ConsentedSenders              // the user gave consent
	NewSenders                    // whose first message is of this month
)

// SenderFilters are all filters, in the order they are shown in.
func SenderFilters() []SenderFilter {
	return []SenderFilter{TrackingSenders, LeakingSenders, PublicBodies, ConsentedSenders, NewSenders}
}

// Word names the filter.
func (f SenderFilter) Word(texts *translations.Texts) string {
	switch f {
	case TrackingSenders:
		return texts.T("window.filter.tracked")
	case LeakingSenders:
		return texts.T("window.filter.leaks")
	case PublicBodies:
		return texts.T("window.filter.public")
	case ConsentedSenders:
		return texts.T("window.filter.consent")
	default:
		return texts.T("window.filter.new")
	}
}

// Toggle switches a filter on or off. A sender has to have every property that is chosen.
func (l *SenderList) Toggle(f SenderFilter) {
	l.filters[f] = !l.filters[f]
	l.filter()
	l.app.p.Changed(ListChanged)
}

// Chosen reports whether a filter is on.
func (l *SenderList) Chosen(f SenderFilter) bool { return l.filters[f] }

// Filtered reports whether there is a choice or a search that can hide senders.
func (l *SenderList) Filtered() bool {
	return l.query != "" || slices.ContainsFunc(SenderFilters(), l.Chosen)
}

// passes reports whether a sender has every property that is chosen.
func (l *SenderList) passes(s *sender) bool {
	has := func(f SenderFilter) bool {
		switch f {
		case TrackingSenders:
			return s.Tracked > 0
		case LeakingSenders:
			return s.state == PassesOn
		case PublicBodies:
			return s.public
		case ConsentedSenders:
			return !s.Consent.IsZero()
		default:
			now := l.app.p.Now()
			return !s.FirstSeen.Before(time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location()))
		}
	}
	for f, chosen := range l.filters {
		if chosen && !has(f) {
			return false
		}
	}
	return true
}

func newSenderList(a *App) *SenderList {
	l := &SenderList{filters: make(map[SenderFilter]bool)}
	l.List = List[sender]{
		passes:     l.passes,
		app:        a,
		key:        func(s *sender) string { return s.Address },
		text:       func(s *sender) string { return s.text },
		compare:    compareSenders,
		first:      func(c Column) bool { return c != SenderColumn && c != ProvidersColumn },
		column:     TrackedColumn,
		descending: true,
	}
	return l
}

func compareSenders(c Column, a, b *sender) int {
	switch c {
	case SenderColumn:
		// Messages without a sender come after all others in the order that people see first.
		return cmp.Or(-cmp.Compare(min(len(a.name), 1), min(len(b.name), 1)), cmp.Compare(a.name, b.name))
	case MessagesColumn:
		return cmp.Compare(a.Messages, b.Messages)
	case TrackedColumn:
		return cmp.Or(cmp.Compare(a.Tracked, b.Tracked), cmp.Compare(share(a.Tracked, a.Messages), share(b.Tracked, b.Messages)))
	case ProvidersColumn:
		// Likewise senders with nobody behind them.
		return cmp.Or(-cmp.Compare(min(len(a.providers), 1), min(len(b.providers), 1)), cmp.Compare(a.providers, b.providers))
	case LearnsColumn:
		return cmp.Or(cmp.Compare(len(a.Exposes), len(b.Exposes)), cmp.Compare(a.state, b.state))
	case LastSeenColumn:
		return a.LastSeen.Compare(b.LastSeen)
	}
	return 0
}

func (l *SenderList) reader(o *Opened) reader {
	return func(ctx context.Context) (func(), error) {
		all, err := o.Store.Senders(ctx, store.Filter{Account: o.Account})
		if err != nil {
			return nil, err
		}
		prepared := senders(all, l.app.public)
		return func() { l.set(prepared) }, nil
	}
}

func (a *App) senderRow(s store.Sender) SenderRow {
	state := senderState(s)
	name := s.Name
	switch {
	case s.Address == "":
		name = a.texts.T("window.sender.none")
	case name == "":
		name = s.Address
	}
	return SenderRow{
		Address:   s.Address,
		Name:      name,
		State:     state,
		StateWord: state.Word(a.texts),
		Messages:  a.number(s.Messages),
		Share:     a.texts.T("window.share", args("Tracked", a.number(s.Tracked), "Total", a.number(s.Messages))),
		Part:      float64(s.Tracked) / float64(max(s.Messages, 1)),
		Providers: strings.Join(s.Providers, ", "),
		Learns:    s.Exposes,
		LastSeen:  day(a.texts, s.LastSeen, a.p.Now()),
		Public:    a.public.Has(s.Address),
		sender:    s,
	}
}

// Answer is the answer to the question that people come with: who tracks me? Both sentences are empty where there is
// nothing to say.
func (l *SenderList) Answer() (tracked, passesOn string) {
	texts := l.app.texts
	total, tracking, passing := len(l.all), 0, 0
	for _, s := range l.all {
		if s.Tracked > 0 {
			tracking++
		}
		if s.state == PassesOn {
			passing++
		}
	}
	switch {
	case total == 0:
		return "", ""
	case total == 1 && tracking == 1:
		tracked = texts.T("window.answer.only")
	case tracking == 0:
		return texts.N("window.answer.none", total, args("Total", l.app.number(total))), ""
	default:
		tracked = texts.N("window.answer.tracked", tracking, args("Tracked", l.app.number(tracking), "Total", l.app.number(total)))
	}
	if passing > 0 {
		passesOn = texts.N("window.answer.passes-on", passing, args("Number", l.app.number(passing)))
	}
	return tracked, passesOn
}

// Find returns the row of a sender.
func (l *SenderList) Find(address string) (SenderRow, bool) {
	for _, s := range l.all {
		if s.Address == address {
			return l.app.senderRow(s.Sender), true
		}
	}
	return SenderRow{}, false
}

// Verdict is the answer about one sender.
func (a *App) Verdict(r SenderRow) string {
	values := args("Tracked", a.number(r.sender.Tracked), "Total", r.Messages, "Providers", r.Providers)
	switch {
	case r.sender.Tracked == 0:
		return a.texts.N("window.verdict.clean", r.sender.Messages, values)
	case r.State == PassesOn:
		return a.texts.N("window.verdict.passes-on", r.sender.Tracked, values)
	case r.State == ReadReceipt:
		return a.texts.N("window.verdict.read-receipt", r.sender.Tracked, values)
	case r.Providers == "":
		return a.texts.N("window.verdict.tracked", r.sender.Tracked, values)
	default:
		return a.texts.N("window.verdict.tracked-by", r.sender.Tracked, values)
	}
}
