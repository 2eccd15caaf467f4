package imapsync_test

import (
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
