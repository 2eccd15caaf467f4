package store_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

func TestOwnVerdictsAreForStoredAndLaterMessages(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	account, mailbox := inbox(t, s)
	first := save(t, s, account, mailbox.ID, newsletter(1, 1), newsletter(2, 2), newsletter(3, 3))
	compare(t, s)
	if verdict(first[2]) != "likely by 3" {
		t.Fatal(verdict(first[2]))
	}
	var p detector.Pattern
	for _, f := range first[2].Findings {
		if f.Tracks() {
			p, _ = detector.PatternOf(first[2].From, f)
		}
	}
	count := func() (n int) {
		t.Helper()
		o, err := s.Overview(t.Context(), store.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		return o.Tracked
	}
	before := count()
	if n, err := s.SetOverride(t.Context(), p, detector.Harmless); err != nil || n != 3 {
		t.Errorf("%d results changed, %v", n, err)
	}
	save(t, s, account, mailbox.ID, newsletter(4, 4))
	compare(t, s)
	if before != 3 || count() != 0 {
		t.Errorf("%d messages track, and %d of 4 with the verdict", before, count())
	}
	if got, err := store.ReadOverrides(t.Context(), dir); err != nil || !reflect.DeepEqual(got, detector.Overrides{p: detector.Harmless}) {
		t.Errorf("another program reads %v, %v", got, err)
	}
	if _, err := s.SetOverride(t.Context(), p, ""); err != nil || count() != 4 {
		t.Errorf("%d of 4 messages track without the verdict, %v", count(), err)
	}
	if got, err := s.Overrides(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestADisputeReportNamesNobody(t *testing.T) {
	m := tracked(1, "jan.jansen@gmail.com", "d", "Mailchimp")
	m.From.Organisation = "gmail.com"
	m.Findings[0].URL = "https://t.shop.example/o/4f7a0b1c2d3e4f52/reader@post.example/x.gif?u=4f7a0b1c2d3e4f52&e=reader%40post.example"
	m.Findings[0].Token = "4f7a0b1c2d3e4f52"
	text := store.DisputeReport(m.From, m.Findings[0], detector.Harmless)
	for _, private := range []string{"jan", "reader", "post.example", "4f7a0b1c2d3e4f52", "Nieuws", "2026"} {
		if strings.Contains(text, private) {
			t.Errorf("%q is in the report:\n%s", private, text)
		}
	}
	for _, public := range []string{"t.shop.example", "Mailchimp", "known-provider", "harmless", "certain"} {
		if !strings.Contains(text, public) {
			t.Errorf("%q is not in the report:\n%s", public, text)
		}
	}
}

func TestSettings(t *testing.T) {
	s := open(t, t.TempDir())
	for _, value := range []string{"nl", "en", ""} {
		if err := s.SetSetting(t.Context(), "language", value); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Setting(t.Context(), "language"); err != nil || got != value {
			t.Errorf("got %q, %v; want %q", got, err, value)
		}
	}
}

func TestWhatWasBlockedAddsUp(t *testing.T) {
	s := open(t, t.TempDir())
	for _, at := range []time.Time{day, day.Add(time.Hour), day.AddDate(0, 0, 3)} {
		if err := s.AddBlocked(t.Context(), at, store.Blocked{Messages: 1, Places: 10}); err != nil {
			t.Fatal(err)
		}
	}
	for since, want := range map[time.Time]store.Blocked{{}: {3, 30}, day.Add(5 * time.Hour): {3, 30}, day.AddDate(0, 0, 1): {1, 10}, day.AddDate(1, 0, 0): {}} {
		if got, err := s.Blocked(t.Context(), since); err != nil || got != want {
			t.Errorf("since %v: %+v, %v", since, got, err)
		}
	}
}
