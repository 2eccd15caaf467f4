package view

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

func overview(t *testing.T, lang string, messages ...store.Message) *Overview {
	t.Helper()
	s := &source{messages: messages}
	o := newOwner(t, Params{Texts: translations.New(lang), OpenDemo: s.opens(t)})
	o.app.OpenDemo()
	o.until("open", o.app.IsOpen)
	o.app.Show(o.app.Overview())
	o.scanned()
	return o.app.Overview()
}

func TestOverview(t *testing.T) {
	v := overview(t, "en", mailbox()...)
	if !v.Loaded() {
		t.Fatal("not loaded")
	}
	total, tracked := 0, 0
	for _, m := range mailbox() {
		total++
		for _, f := range m.Findings {
			if f.Tracks() {
				tracked++
				break
			}
		}
	}
	want := fmt.Sprintf("%d of %d messages report to their sender when you open them (%d %%).", tracked, total, (200*tracked+total)/(2*total))
	if got := v.Tracked(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	senders := v.Senders()
	if len(senders) == 0 || senders[0].sender.Tracked < senders[len(senders)-1].sender.Tracked || senders[len(senders)-1].sender.Tracked == 0 {
		t.Errorf("senders %+v", senders)
	}
	companies := v.Companies()
	if len(companies) == 0 || companies[0].Part != 1 || companies[0].Name != "alpha Inc." {
		t.Errorf("companies %+v", companies)
	}
	learned := v.Learned()
	if len(learned) == 0 || learned[0].What != detector.OpenTime || learned[0].Text != "When you opened their mail" {
		t.Errorf("learned %+v", learned)
	}
	if c := v.Compared()[0]; c.Source != "" || c.Percent != percent(tracked, total) {
		t.Errorf("compared %+v", c)
	}
	for _, c := range v.Compared() {
		if c.Source != "" && c.Percent != fmt.Sprintf("%.0f %%", 100*c.Share) {
			t.Errorf("%s: the bar shows %v, the text %s", c.Source, c.Share, c.Percent)
		}
	}
}

func TestOverviewOfNothing(t *testing.T) {
	if v := overview(t, "en"); v.Loaded() || len(v.Months())+len(v.Senders())+len(v.Companies())+len(v.Learned()) != 0 {
		t.Errorf("%+v", v)
	}
}

func TestMonths(t *testing.T) {
	month := func(year, month, tracked, messages int) store.Month {
		return store.Month{Month: time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC), Messages: messages, Tracked: tracked}
	}
	o := newOwner(t, Params{Texts: translations.New("nl")})
	for _, c := range []struct {
		name string
		in   []store.Month
		want []string
	}{
		{"none", nil, nil},
		{"a month without mail", []store.Month{month(2025, 12, 1, 3), month(2026, 2, 2, 2)}, []string{"dec 2025 33 %", "jan 2026 –", "feb 100 %"}},
	} {
		var got []string
		for _, b := range o.app.months(c.in) {
			got = append(got, b.Label+" "+b.Percent)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	bars := o.app.months([]store.Month{month(2020, 1, 1, 1), month(2026, 3, 0, 5)})
	if len(bars) != shownMonths || bars[0].Name != "april 2025" || bars[11].Name != "maart 2026" || bars[11].Number != "0 van 5" || bars[11].Percent != "0 %" {
		t.Errorf("%d months from %q to %+v", len(bars), bars[0].Name, bars[len(bars)-1])
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		part, whole int
		want        string
	}{{0, 0, "–"}, {0, 5, "0 %"}, {5, 5, "100 %"}, {1, 3, "33 %"}, {1, 1000, "1 %"}, {999, 1000, "99 %"}} {
		if got := percent(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}

func TestOverviewSaysThatItIsOfAPartOfTheMail(t *testing.T) {
	s := &source{messages: mailbox(), hold: make(chan struct{})}
	opens := s.opens(t)
	o := newOwner(t, Params{OpenDemo: opens, OpenStored: opens})
	says := func(when, want string) {
		t.Helper()
		o.scanned()
		o.app.Show(o.app.Overview())
		o.scanned()
		if got := o.app.Overview().Partial(); got != want {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
	o.app.OpenDemo()
	o.until("first message", func() bool { return o.app.Scan().Done == 1 })
	if got := o.app.Overview().Partial(); got != "" {
		t.Errorf("during the scan: %q", got)
	}
	o.app.CancelScan()
	says("stopped", "The scan was stopped after 1 of 6 messages. Everything here is about that part.")

	o.app.OpenStored()
	says("opened again", "Not all of your mail is scanned yet. Everything here is about the part that is.")

	close(s.hold)
	o.app.Rescan()
	says("scanned to the end", "")

	names, err := s.store.Accounts(t.Context())
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	m, err := s.store.Mailbox(t.Context(), names[0].ID, "INBOX", 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.SetUIDNext(t.Context(), m.ID, 7); err != nil {
		t.Fatal(err)
	}
	o.app.OpenStored()
	says("opened again after that", "")
}
