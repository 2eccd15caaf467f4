package view

import (
	"strings"
	"testing"
	"time"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
)

func TestDay(t *testing.T) {
	amsterdam := time.FixedZone("CET", 3600)
	for _, c := range []struct {
		lang string
		t    time.Time
		now  time.Time
		want string
	}{
		{"en", time.Time{}, now(), "no date"},
		{"en", now(), now(), "today"},
		{"en", now().Add(-14 * time.Hour), now(), "today"},
		{"en", now().Add(-15 * time.Hour), now(), "yesterday"},
		{"nl", now().AddDate(0, 0, -2), now(), "21 november"},
		{"nl", now().AddDate(-1, 0, 0), now(), "23 november 2025"},
		{"en", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), now(), "1 March"},
		{"en", time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC), now().In(amsterdam), "today"},
		{"en", time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC), "yesterday"},
	} {
		if got := day(translations.New(c.lang), c.t, c.now); got != c.want {
			t.Errorf("%v seen from %v: %q, want %q", c.t, c.now, got, c.want)
		}
	}
}

func TestWordsAreThere(t *testing.T) {
	for _, lang := range translations.Languages {
		texts := translations.New(lang)
		all := Promises(texts)
		if len(all) != 4 {
			t.Errorf("%s: %d promises, want 4", lang, len(all))
		}
		for _, e := range []detector.Exposure{
			detector.OpenTime, detector.OpenCount, detector.IPAddress, detector.Location, detector.Device, detector.AddressLeaked, detector.Click, detector.Forwarded,
		} {
			all = append(all, LearnWord(texts, e))
		}
		for m := time.January; m <= time.December; m++ {
			all = append(all, month(texts, m))
		}
		for _, s := range []State{Clean, ReadReceipt, Tracked, PassesOn} {
			all = append(all, s.Word(texts))
		}
		for name, advice := range map[string][]Advice{"pictures": AllAdvice(texts), "saving": SavingAdvice(texts)} {
			seen := make(map[string]bool)
			for _, a := range advice {
				if len(a.Steps) < 2 || seen[a.Program+a.Where] {
					t.Errorf("%s: %s: advice for %s %s: %d steps, twice: %v", lang, name, a.Program, a.Where, len(a.Steps), seen[a.Program+a.Where])
				}
				seen[a.Program+a.Where] = true
				all = append(append(all, a.Program, a.Where, a.Note+"."), a.Steps...)
			}
		}
		for _, text := range all {
			if text == "" || strings.Contains(text, "⟨") {
				t.Errorf("%s: %q", lang, text)
			}
		}
	}
}
