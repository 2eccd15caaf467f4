package demo

import (
	"testing"
	"time"
)

func TestExpand(t *testing.T) {
	now := time.Date(2031, time.January, 5, 0, 30, 0, 0, time.FixedZone("", 3600))
	for _, tt := range []struct{ in, want string }{
		{"Date: {{date -12d 09:14}}\n", "Date: Tue, 24 Dec 2030 09:14:00 +0100\n"},
		{"tot {{day nl -9d}}!", "tot 27 december!"},
		{"until {{day en +2d}}", "until 7 January"},
		{"{{month nl -40d}} and {{month en -40d}}", "november and November"},
		{"{{month nl -130d}}", "augustus"},
		{"nothing { to } fill", "nothing { to } fill"},
	} {
		got, err := expand([]byte(tt.in), now)
		if err != nil || string(got) != tt.want {
			t.Errorf("expand(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
	for _, in := range []string{"{{date -12d}}", "{{day -1d}}", "{{day de -1d}}", "{{day nl -1000d}}", "{{"} {
		if got, err := expand([]byte(in), now); err == nil {
			t.Errorf("expand(%q) = %q, want an error", in, got)
		}
	}
}
