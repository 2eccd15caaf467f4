package view

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

const (
	shownMonths  = 12
	shownSenders = 5
	shownOthers  = 6 // companies
)

// Overview is the model of the page that answers the question people come with.
type Overview struct {
	app       *App
	loaded    bool
	all       store.Overview
	companies []store.Company
	curious   []store.Sender            // those with most tracked messages
	learned   map[detector.Exposure]int // senders that learn it
	partial   bool                      // there are accounts that were never scanned to the end
}

// Bar is one bar of a chart, and one line of the same chart as a table.
type Bar struct {
	Label   string  // what stands under the bar
	Name    string  // the same in full
	Share   float64 // from 0 to 1
	Percent string  // the same in words, a dash where there is nothing to have a share in
	Number  string  // "12 of 31"
}

// CompanyRow is a company behind tracked messages.
type CompanyRow struct {
	Name  string
	Part  float64 // of the messages that the first one is behind, from 0 to 1
	Count string
}

// LearnRow is a thing that senders learned.
type LearnRow struct {
	What   detector.Exposure
	Text   string
	Number string // of senders
}

// Comparison is a published share beside the user's own.
type Comparison struct {
	Text    string
	Source  string // who found it, and when; "" for the user's own
	Share   float64
	Percent string
}

func (v *Overview) reader(o *Opened) reader {
	return func(ctx context.Context) (func(), error) {
		f := store.Filter{Account: o.Account}
		numbers, err := o.Store.Overview(ctx, f)
		if err != nil {
			return nil, err
		}
		all, err := o.Store.Senders(ctx, f)
		if err != nil {
			return nil, err
		}
		prepared := senders(all, v.app.public)
		f.Limit = shownOthers
		companies, err := o.Store.Companies(ctx, f)
		if err != nil {
			return nil, err
		}
		partial, err := isPartial(ctx, o)
		if err != nil {
			return nil, err
		}
		learned := make(map[detector.Exposure]int)
		for _, s := range all {
			if s.Tracked == 0 {
				continue
			}
			for _, e := range s.Exposes {
				learned[e]++
			}
		}
		curious := mostCurious(prepared)
		return func() {
			v.all, v.companies, v.learned, v.loaded = numbers, companies, learned, true
			v.curious, v.partial = curious, partial
			v.app.senders.set(prepared)
		}, nil
	}
}

// isPartial reports whether there are accounts that were never scanned to the end.
func isPartial(ctx context.Context, o *Opened) (bool, error) {
	accounts, err := o.Store.Accounts(ctx)
	if err != nil {
		return false, err
	}
	for _, a := range accounts {
		if a.Kind == store.IMAP && !a.Scanned && (o.Account == 0 || o.Account == a.ID) {
			return true, nil
		}
	}
	return false, nil
}

// Partial says that the numbers are those of a part of the mail, and whose fault that is; it is empty where a scan was
// done, or is going on and says so itself.
func (v *Overview) Partial() string {
	texts, s := v.app.texts, v.app.scan
	switch {
	case !v.Loaded() || !v.app.CanScan() || s.Finished || v.app.problem != nil: // which says what to do first
		return ""
	case s.Cancelled && s.Total > s.Done:
		return texts.N("window.overview.cancelled", s.Total, args("Done", v.app.number(s.Done), "Total", v.app.number(s.Total)))
	case s.Cancelled || v.partial:
		return texts.T("window.overview.partial")
	}
	return ""
}

// Loaded reports whether there is something to show; before that no number means anything.
func (v *Overview) Loaded() bool { return v.loaded && v.all.Messages > 0 }

// Tracked says how many of all messages are tracked.
func (v *Overview) Tracked() string {
	return v.app.texts.N("window.overview.tracked", v.all.Messages,
		args("Tracked", v.app.number(v.all.Tracked), "Total", v.app.number(v.all.Messages), "Percent", percent(v.all.Tracked, v.all.Messages)))
}

// Months are the shares of tracked messages in the last months up to the last one with a message.
func (v *Overview) Months() []Bar { return v.app.months(v.all.Months) }

func (a *App) months(all []store.Month) []Bar {
	if len(all) == 0 {
		return nil
	}
	byMonth := make(map[time.Time]store.Month, len(all))
	for _, m := range all {
		byMonth[m.Month] = m
	}
	last := all[len(all)-1].Month
	first := last.AddDate(0, -(shownMonths - 1), 0)
	if all[0].Month.After(first) {
		first = all[0].Month
	}
	var bars []Bar
	for m := first; !m.After(last); m = m.AddDate(0, 1, 0) {
		short := shortMonth(a.texts, m.Month())
		if m.Month() == time.January || m.Equal(first) {
			short = fmt.Sprintf("%s %d", short, m.Year())
		}
		n := byMonth[m]
		bars = append(bars, Bar{
			Label: short, Name: a.texts.T("window.date.month", args("Month", month(a.texts, m.Month()), "Year", m.Year())),
			Share: share(n.Tracked, n.Messages), Percent: percent(n.Tracked, n.Messages),
			Number: a.texts.T("window.share", args("Tracked", a.number(n.Tracked), "Total", a.number(n.Messages))),
		})
	}
	return bars
}

// Senders are the senders with most tracked messages.
func (v *Overview) Senders() []SenderRow {
	var rows []SenderRow
	for _, s := range v.curious {
		rows = append(rows, v.app.senderRow(s))
	}
	return rows
}

// mostCurious are the senders with most tracked messages.
func mostCurious(all []*sender) []store.Sender {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b *sender) int {
		return cmp.Or(-compareSenders(TrackedColumn, a, b), strings.Compare(a.Address, b.Address))
	})
	var most []store.Sender
	for _, s := range sorted[:min(len(sorted), shownSenders)] {
		if s.Tracked > 0 {
			most = append(most, s.Sender)
		}
	}
	return most
}

// Companies are those who run the services behind most tracked messages.
func (v *Overview) Companies() []CompanyRow {
	var rows []CompanyRow
	for _, c := range v.companies {
		rows = append(rows, CompanyRow{
			Name: c.Name, Part: share(c.Messages, v.companies[0].Messages),
			Count: v.app.texts.N("window.overview.messages", c.Messages, args("Number", v.app.number(c.Messages))) + ", " +
				v.app.texts.N("window.overview.senders", c.Senders, args("Number", v.app.number(c.Senders))),
		})
	}
	return rows
}

// Learned is what senders learned if their messages were opened with pictures on.
func (v *Overview) Learned() []LearnRow {
	var rows []LearnRow
	for _, e := range []detector.Exposure{
		detector.OpenTime, detector.OpenCount, detector.IPAddress, detector.Location,
		detector.Device, detector.AddressLeaked, detector.Forwarded,
	} {
		if n := v.learned[e]; n > 0 {
			_, sentence := learn(v.app.texts, e)
			rows = append(rows, LearnRow{What: e, Text: sentence, Number: v.app.texts.N("window.overview.senders", n, args("Number", v.app.number(n)))})
		}
	}
	return rows
}

// Compared is the user's own share of tracked mail, and of mail that passes the address on, beside those that were
// published. What the studies counted differs, and is said.
func (v *Overview) Compared() []Comparison {
	texts := v.app.texts
	return []Comparison{
		{texts.T("window.compared.own"), "", share(v.all.Tracked, v.all.Messages), percent(v.all.Tracked, v.all.Messages)},
		{texts.T("window.compared.newsletters"), texts.T("window.compared.newsletters.source"), 0.92, "92 %"},
		{texts.T("window.compared.lists"), texts.T("window.compared.lists.source"), 0.70, "70 %"},
		{texts.T("window.compared.disposable"), texts.T("window.compared.disposable.source"), 0.24, "24 %"},
		{texts.T("window.compared.own-leaks"), "", share(v.all.Leaking, v.all.Messages), percent(v.all.Leaking, v.all.Messages)},
		{texts.T("window.compared.leaks"), texts.T("window.compared.lists.source"), 0.30, "30 %"},
	}
}

func share(part, whole int) float64 { return float64(part) / float64(max(whole, 1)) }

// percent is a share in whole percents. What is not nothing is never 0 %, and what is not all never 100 %.
func percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	p := int(math.Round(100 * share(part, whole)))
	if part > 0 {
		p = max(p, 1)
	}
	if part < whole {
		p = min(p, 99)
	}
	return fmt.Sprintf("%d %%", p)
}
