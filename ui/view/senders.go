package view

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
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
	text   string
}

// SenderList is the model of the senders' page.
type SenderList struct {
	List[SenderRow]
	filters map[SenderFilter]bool
}

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
func (l *SenderList) passes(r SenderRow) bool {
	now := l.app.p.Now()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	for f, property := range map[SenderFilter]bool{
		TrackingSenders: r.sender.Tracked > 0, LeakingSenders: r.State == PassesOn, PublicBodies: r.Public,
		ConsentedSenders: !r.sender.Consent.IsZero(), NewSenders: !r.sender.FirstSeen.Before(month),
	} {
		if l.filters[f] && !property {
			return false
		}
	}
	return true
}

func newSenderList(a *App) *SenderList {
	l := &SenderList{filters: make(map[SenderFilter]bool)}
	l.List = List[SenderRow]{
		passes:     l.passes,
		app:        a,
		key:        func(r SenderRow) string { return r.Address },
		text:       func(r SenderRow) string { return r.text },
		compare:    compareSenders,
		first:      func(c Column) bool { return c != SenderColumn && c != ProvidersColumn },
		column:     TrackedColumn,
		descending: true,
	}
	return l
}

func compareSenders(c Column, a, b SenderRow) int {
	switch c {
	case SenderColumn:
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	case MessagesColumn:
		return cmp.Compare(a.sender.Messages, b.sender.Messages)
	case TrackedColumn:
		return cmp.Or(cmp.Compare(a.sender.Tracked, b.sender.Tracked), cmp.Compare(a.Part, b.Part))
	case ProvidersColumn:
		// Senders with nobody behind them come last in the order that people see first.
		return cmp.Or(-cmp.Compare(min(len(a.Providers), 1), min(len(b.Providers), 1)), cmp.Compare(strings.ToLower(a.Providers), strings.ToLower(b.Providers)))
	case LearnsColumn:
		return cmp.Or(cmp.Compare(len(a.Learns), len(b.Learns)), cmp.Compare(a.State, b.State))
	case LastSeenColumn:
		return a.sender.LastSeen.Compare(b.sender.LastSeen)
	}
	return 0
}

func (l *SenderList) reader(o *Opened) reader {
	return func(ctx context.Context) (func(), error) {
		senders, err := o.Store.Senders(ctx, store.Filter{Account: o.Account})
		if err != nil {
			return nil, err
		}
		return func() { l.setSenders(senders) }, nil
	}
}

func (l *SenderList) setSenders(senders []store.Sender) {
	rows := make([]SenderRow, len(senders))
	now := l.app.p.Now()
	for i, s := range senders {
		rows[i] = l.app.senderRow(s, now)
	}
	l.set(rows)
}

// translate makes the texts of the rows anew.
func (l *SenderList) translate() {
	now := l.app.p.Now()
	rows := make([]SenderRow, len(l.all))
	for i, r := range l.all {
		rows[i] = l.app.senderRow(r.sender, now)
	}
	l.all = rows
	l.filter()
}

func (a *App) senderRow(s store.Sender, now time.Time) SenderRow {
	state := senderState(s)
	name := s.Name
	switch {
	case s.Address == "":
		name = a.texts.T("window.sender.none")
	case name == "":
		name = s.Address
	}
	providers := strings.Join(s.Providers, ", ")
	return SenderRow{
		Address:   s.Address,
		Name:      name,
		State:     state,
		StateWord: state.Word(a.texts),
		Messages:  a.number(s.Messages),
		Share:     a.texts.T("window.share", args("Tracked", a.number(s.Tracked), "Total", a.number(s.Messages))),
		Part:      float64(s.Tracked) / float64(max(s.Messages, 1)),
		Providers: providers,
		Learns:    s.Exposes,
		LastSeen:  day(a.texts, s.LastSeen, now),
		Public:    a.public.Has(s.Address),
		sender:    s,
		text:      strings.ToLower(s.Name + "\n" + s.Address + "\n" + s.Organisation + "\n" + providers),
	}
}

// Answer is the answer to the question that people come with: who tracks me? Both sentences are empty where there is
// nothing to say.
func (l *SenderList) Answer() (tracked, passesOn string) {
	texts := l.app.texts
	total, tracking, passing := len(l.all), 0, 0
	for _, r := range l.all {
		if r.sender.Tracked > 0 {
			tracking++
		}
		if r.State == PassesOn {
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
	for _, r := range l.all {
		if r.Address == address {
			return r, true
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
