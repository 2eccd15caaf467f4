package store_test

import (
	"testing"
	"time"
)

func TestTraffic(t *testing.T) {
	s := open(t, t.TempDir())
	account, _ := inbox(t, s)
	for _, c := range []struct {
		at         time.Duration
		add, total int64
	}{
		{0, 100, 100},
		{10 * time.Minute, 50, 150},
		{20 * time.Hour, 25, 175},
		{25 * time.Hour, 0, 25}, // the first day is over
		{100 * time.Hour, 7, 7},
	} {
		now := day.Add(c.at)
		if err := s.AddTraffic(t.Context(), account.ID, now, c.add); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Traffic(t.Context(), account.ID, now); err != nil || got != c.total {
			t.Errorf("after %v: %d octets, %v, want %d", c.at, got, err, c.total)
		}
	}
	if got, err := s.Traffic(t.Context(), account.ID+1, day); err != nil || got != 0 {
		t.Errorf("of another account: %d octets, %v", got, err)
	}
}
