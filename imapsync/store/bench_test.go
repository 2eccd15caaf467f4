package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"pixelwacht/imapsync/store"
	"pixelwacht/imapsync/store/storetest"
)

// BenchmarkLarge measures what the window asks of a store with 100,000 messages of 5,000 senders.
func BenchmarkLarge(b *testing.B) {
	dir := b.TempDir()
	s := open(b, dir)
	start := time.Now()
	if err := storetest.Fill(b.Context(), s, storetest.Large); err != nil {
		b.Fatal(err)
	}
	b.Logf("filled in %v", time.Since(start).Round(time.Second))
	newestFirst := store.Order{Descending: true}
	sender := "news@boeken2.example"
	for name, query := range map[string]func() error{
		"overview": func() error { _, err := s.Overview(b.Context(), store.Filter{}); return err },
		"senders":  func() error { _, err := s.Senders(b.Context(), store.Filter{}); return err },
		"senders/month": func() error {
			_, err := s.Senders(b.Context(), store.Filter{Since: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)})
			return err
		},
		"providers":    func() error { _, err := s.Providers(b.Context(), store.Filter{}); return err },
		"companies":    func() error { _, err := s.Companies(b.Context(), store.Filter{}); return err },
		"list/all":     func() error { _, err := s.MessageIDs(b.Context(), store.Filter{}, newestFirst); return err },
		"list/account": func() error { _, err := s.MessageIDs(b.Context(), store.Filter{Account: 1}, newestFirst); return err },
		"list/by-subject": func() error {
			_, err := s.MessageIDs(b.Context(), store.Filter{}, store.Order{Column: store.BySubject})
			return err
		},
		"list/by-sender": func() error {
			_, err := s.MessageIDs(b.Context(), store.Filter{}, store.Order{Column: store.BySender})
			return err
		},
		"texts": func() error { _, err := s.Texts(b.Context(), store.Filter{}); return err },
		"list/tracked": func() error {
			_, err := s.MessageIDs(b.Context(), store.Filter{TrackedOnly: true}, newestFirst)
			return err
		},
		"list/mailbox": func() error {
			_, err := s.MessageIDs(b.Context(), store.Filter{Mailbox: "INBOX"}, newestFirst)
			return err
		},
		"list/provider": func() error {
			_, err := s.MessageIDs(b.Context(), store.Filter{Provider: "Brevo"}, newestFirst)
			return err
		},
		"sender": func() error {
			ids, err := s.MessageIDs(b.Context(), store.Filter{Sender: &sender}, newestFirst)
			if err == nil {
				_, err = s.Rows(b.Context(), ids[:min(len(ids), 100)])
			}
			if err == nil {
				_, err = s.Senders(b.Context(), store.Filter{Sender: &sender})
			}
			return err
		},
		"rows": func() error {
			_, err := s.Rows(b.Context(), []int64{1, 100, 2000, 30000, 50000, 60000, 70000, 80000, 90000, 99999})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := query(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSize measures how much room the database takes for a message.
func BenchmarkSize(b *testing.B) {
	const n = 20_000
	for name, size := range map[string]storetest.Size{
		"without-findings": {Messages: n, Senders: n / 20, Harmless: true},
		"on-average":       {Messages: n, Senders: n / 20},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				dir := b.TempDir()
				s := open(b, dir)
				if err := storetest.Fill(b.Context(), s, size); err != nil {
					b.Fatal(err)
				}
				if _, err := s.Compare(b.Context()); err != nil {
					b.Fatal(err)
				}
				if err := s.Close(); err != nil { // or some of it is elsewhere
					b.Fatal(err)
				}
				info, err := os.Stat(filepath.Join(dir, "pixelwacht.db"))
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(info.Size())/n, "B/message")
			}
		})
	}
}
