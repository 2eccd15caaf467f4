package imapsync_test

import (
	"testing"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/provider"
)

// A scan leaves other programs a share of what a provider lets them all fetch in a day, and goes on from there later.
func TestADailyLimitIsNotReached(t *testing.T) {
	const n = 600
	p := startMemory(t, mails(n)).params(t)
	p.Provider = provider.Provider{Name: "Postbus", Daily: 1}
	var read int64
	scanned := 0
	for range 3 {
		summary, err := imapsync.NewAccount(p).Scan(t.Context(), func(imapsync.Progress) {})
		if imapsync.ProblemOf(err) != imapsync.DailyLimit {
			t.Fatalf("%+v, %v", summary, err)
		}
		read += summary.BytesRead
		scanned += summary.Messages
	}
	if read < 600_000 || read > 1_200_000 || scanned == 0 || scanned == n {
		t.Errorf("%d octets were read, and %d messages scanned", read, scanned)
	}
	p.Provider.Daily = 100 // as it is a day later
	if summary := scan(t, p); summary.Messages != n-scanned {
		t.Errorf("%d messages were scanned, and then %+v", scanned, summary)
	}
}
