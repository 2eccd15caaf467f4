package imapsync_test

import (
	"fmt"
	"testing"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// BenchmarkSync scans 1,000 generated messages on the in-process server into an empty store.
func BenchmarkSync(b *testing.B) {
	const n = 1000
	server := startMemory(b, mails(n))
	p := server.params(b)
	b.ResetTimer()
	for b.Loop() {
		db, err := store.Open(b.Context(), b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		p.Store = db
		summary, err := imapsync.NewAccount(p).Scan(b.Context(), func(imapsync.Progress) {})
		if err != nil || summary.Messages != n {
			b.Fatalf("%+v, %v", summary, err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkNothingNew scans 50 mailboxes in which nothing has changed, over a line of 40 ms.
func BenchmarkNothingNew(b *testing.B) {
	const n = 50
	server := startDovecot(b, mails(2))
	c := server.client(b)
	for i := 1; i < n; i++ {
		if err := c.Create(fmt.Sprintf("Box%02d", i), nil).Wait(); err != nil {
			b.Fatal(err)
		}
	}
	p := server.params(b)
	scan := func() imapsync.Summary {
		summary, err := imapsync.NewAccount(p).Scan(b.Context(), func(imapsync.Progress) {})
		if err != nil || summary.Mailboxes != n {
			b.Fatalf("%+v, %v", summary, err)
		}
		return summary
	}
	scan()
	far, l := server.through(b)
	l.isFarAway(b)
	p.Server.Port = far.port
	b.ResetTimer()
	for b.Loop() {
		if summary := scan(); summary.Messages != 0 {
			b.Fatalf("%+v", summary)
		}
	}
}
