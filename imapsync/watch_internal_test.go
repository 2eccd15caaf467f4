package imapsync

import (
	"testing"
	"time"
)

func TestSlept(t *testing.T) {
	for _, c := range []struct {
		wall, monotonic time.Duration
		want            bool
	}{
		{15 * time.Second, 15 * time.Second, false},
		{16 * time.Second, 15 * time.Second, false},
		{time.Hour, 15 * time.Second, true},
		{-time.Hour, 15 * time.Second, false}, // the clock was set back
	} {
		if got := slept(c.wall, c.monotonic); got != c.want {
			t.Errorf("%v by the clock, %v counted: %v", c.wall, c.monotonic, got)
		}
	}
}
