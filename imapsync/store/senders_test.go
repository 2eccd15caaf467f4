package store_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

// randomMessages are messages of few senders and digests, so that copies and ties are frequent.
func randomMessages(r *rand.Rand, n int) []store.Message {
	senders := []string{"", "a@one.example", "b@one.example", "c@two.example", "d@sub.two.example"}
	kinds := []detector.Kind{detector.OpenPixel, detector.UniqueImage, detector.ReadReceipt, detector.ClickLink}
	levels := []detector.Confidence{detector.Certain, detector.Likely, detector.Possible}
	all := []detector.Exposure{detector.OpenTime, detector.OpenCount, detector.IPAddress, detector.Location, detector.Device, detector.AddressLeaked, detector.Click, detector.Forwarded}
	var messages []store.Message
	for i := range n {
		// A copy has the same digest, and everything that follows from the message's bytes.
		digest := r.IntN(n/2 + 1)
		c := rand.New(rand.NewPCG(uint64(digest), 1))
		m := plain(store.UID(i+1), senders[c.IntN(len(senders))], fmt.Sprint(digest))
		m.Date = time.Time{}
		if c.IntN(10) > 0 {
			m.Date = day.Add(time.Duration(c.IntN(1000)) * time.Hour)
		}
		for range c.IntN(4) {
			f := detector.Finding{Kind: kinds[c.IntN(4)], Confidence: levels[c.IntN(3)], Host: fmt.Sprintf("h%d.example", c.IntN(3))}
			if c.IntN(2) == 0 {
				f.Provider, f.Company = fmt.Sprintf("P%d", c.IntN(3)), "C"
			}
			for _, e := range all {
				if c.IntN(3) == 0 {
					f.Exposes = append(f.Exposes, e)
				}
			}
			m.Findings = append(m.Findings, f)
			m.Tracked = m.Tracked || f.Tracks()
		}
		messages = append(messages, m)
	}
	return messages
}

// naive counts senders from their messages, each listed once.
func naive(messages []store.Message) map[string]store.Sender {
	senders := make(map[string]store.Sender)
	for _, m := range messages {
		s := senders[m.From.Address]
		s.Address, s.Organisation, s.Name = m.From.Address, m.From.Organisation, m.From.Name
		s.Messages++
		if m.Tracked {
			s.Tracked++
		}
		s.Providers = union(s.Providers, m.Providers())
		s.Exposes = union(s.Exposes, m.Exposes())
		if !m.Date.IsZero() && (s.FirstSeen.IsZero() || m.Date.Before(s.FirstSeen)) {
			s.FirstSeen = m.Date
		}
		if m.Date.After(s.LastSeen) {
			s.LastSeen = m.Date
		}
		has := func(is func(detector.Finding) bool) bool { return slices.ContainsFunc(m.Findings, is) }
		if has(func(f detector.Finding) bool { return f.Kind == detector.ReadReceipt }) {
			s.ReadReceipts++
		}
		if has(func(f detector.Finding) bool { return f.Kind == detector.ClickLink }) {
			s.ClickLinks++
		}
		s.LeaksAddress = s.LeaksAddress || has(func(f detector.Finding) bool {
			return f.Tracks() && slices.Contains(f.Exposes, detector.AddressLeaked)
		})
		senders[m.From.Address] = s
	}
	return senders
}

func union[T ~string](a, b []T) []T {
	all := append(append([]T{}, a...), b...)
	slices.Sort(all)
	return slices.Compact(all)
}

func TestSendersEqualWhatTheirMessagesSay(t *testing.T) {
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 2))
		s := open(t, t.TempDir())
		account, first := inbox(t, s)
		second, err := s.Mailbox(t.Context(), account.ID, "Second", 7)
		if err != nil {
			t.Fatal(err)
		}
		byDigest := make(map[string]store.Message)
		for _, m := range randomMessages(r, 120) {
			mailbox := []int64{first.ID, second.ID}[r.IntN(2)]
			save(t, s, account, mailbox, m)
			if r.IntN(4) == 0 {
				if err := s.MarkGone(t.Context(), mailbox, []store.UID{m.UID}); err != nil {
					t.Fatal(err)
				}
			}
			byDigest[m.Digest] = m
		}
		var inserted []store.Message
		for _, m := range byDigest {
			inserted = append(inserted, m)
		}

		for _, filter := range []store.Filter{{}, {Domain: "@one.example"}, {Provider: "P1"}, {Since: day.Add(500 * time.Hour)}} {
			messages, err := s.Messages(t.Context(), filter)
			if err != nil {
				t.Fatal(err)
			}
			want := naive(messages)
			if filter == (store.Filter{}) {
				if fromInput := naive(inserted); !reflect.DeepEqual(want, fromInput) {
					t.Fatalf("seed %d: messages say %+v\nwhat was saved says %+v", seed, want, fromInput)
				}
			}
			senders, err := s.Senders(t.Context(), filter)
			if err != nil {
				t.Fatal(err)
			}
			got := make(map[string]store.Sender)
			for _, sender := range senders {
				slices.Sort(sender.Exposes) // as union does
				got[sender.Address] = sender
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d, %+v:\ngot  %+v\nwant %+v", seed, filter, got, want)
			}
		}
	}
}

func BenchmarkSendersOf100000Messages(b *testing.B) {
	s := open(b, b.TempDir())
	account, mailbox := inbox(b, s)
	var batch []store.Message
	for i := range 100_000 {
		m := tracked(store.UID(i+1), fmt.Sprintf("news@shop%d.example", i%2000), fmt.Sprintf("%064x", i*7919), fmt.Sprintf("P%d", i%30))
		if i%3 == 0 {
			m.Findings, m.Tracked = []detector.Finding{}, false
		}
		if batch = append(batch, m); len(batch) == 5000 {
			save(b, s, account, mailbox.ID, batch...)
			batch = batch[:0]
		}
	}
	b.Run("Senders", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Senders(b.Context(), store.Filter{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Providers", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Providers(b.Context(), store.Filter{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Messages of a sender", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Messages(b.Context(), store.Filter{Sender: new("news@shop7.example")}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
