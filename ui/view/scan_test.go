package view

import (
	"testing"
	"time"

	"pixelwacht/assets/translations"
)

func TestTimeLeft(t *testing.T) {
	for name, c := range map[string]struct {
		marks []mark // at is seconds since the beginning
		total int
		want  time.Duration
		ok    bool
	}{
		"nothing yet":           {nil, 1000, 0, false},
		"too early for a guess": {[]mark{{second(0), 0}, {second(3), 500}}, 1000, 0, false},
		"nothing was scanned":   {[]mark{{second(0), 100}, {second(20), 100}}, 1000, 0, false},
		"steady":                {[]mark{{second(0), 0}, {second(10), 100}}, 1000, 90 * time.Second, true},
		"no total":              {[]mark{{second(0), 0}, {second(10), 100}}, 0, 0, false},
		"the total was too low": {[]mark{{second(0), 0}, {second(10), 100}}, 90, 0, true},
		"slower than at first":  {[]mark{{second(0), 0}, {second(10), 1000}, {second(45), 1010}, {second(76), 1041}}, 1141, 100 * time.Second, true},
	} {
		s := Scan{Running: true, Total: c.total}
		for _, m := range c.marks {
			s.pace.add(m.at, m.done)
			s.Done = m.done
		}
		if got, ok := s.Left(); got != c.want || ok != c.ok {
			t.Errorf("%s: %v %v, want %v %v", name, got, ok, c.want, c.ok)
		}
	}
}

func second(n int) time.Time { return now().Add(time.Duration(n) * time.Second) }

func TestPaceForgetsWhatIsLongAgo(t *testing.T) {
	var p pace
	for i := range 10_000 {
		p.add(second(i), i)
	}
	if len(p.marks) > 33 {
		t.Errorf("%d marks are kept", len(p.marks))
	}
}

func TestTimeLeftInWords(t *testing.T) {
	for d, want := range map[time.Duration][2]string{
		3 * time.Second:   {"almost done", "bijna klaar"},
		34 * time.Second:  {"about 30 seconds left", "nog ongeveer 30 seconden"},
		55 * time.Second:  {"about a minute left", "nog ongeveer een minuut"},
		80 * time.Second:  {"about a minute left", "nog ongeveer een minuut"},
		100 * time.Second: {"about 2 minutes left", "nog ongeveer 2 minuten"},
		65 * time.Minute:  {"about an hour left", "nog ongeveer een uur"},
		150 * time.Minute: {"about 3 hours left", "nog ongeveer 3 uur"},
	} {
		for i, lang := range []string{"en", "nl"} {
			a := &App{texts: translations.New(lang)}
			if got := a.timeLeft(d); got != want[i] {
				t.Errorf("%s, %v: %q, want %q", lang, d, got, want[i])
			}
		}
	}
}
