package imapsync_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/store"
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
	// What was asked for when the limit comes near is read to its end: two batches, of up to a hundred messages here.
	if read < 600_000 || read > 2_000_000 || scanned == 0 || scanned == n {
		t.Errorf("%d octets were read, and %d messages scanned", read, scanned)
	}
	p.Provider.Daily = 100 // as it is a day later
	if summary := scan(t, p); summary.Messages != n-scanned {
		t.Errorf("%d messages were scanned, and then %+v", scanned, summary)
	}
}

// Messages that are fetched one by one count as well. One that somebody wants to see is fetched at any time; the copies of
// many wait.
func TestFetchedMessagesCountForTheDailyLimit(t *testing.T) {
	inbox := mails(5)
	p := startMemory(t, inbox).params(t)
	scan(t, p)
	p.Provider = provider.Provider{Name: "Postbus", Daily: 1}
	account := imapsync.NewAccount(p)
	all, err := p.Store.Messages(t.Context(), store.Filter{})
	if err != nil || len(all) != len(inbox) {
		t.Fatalf("%d messages, %v", len(all), err)
	}
	total := int64(0)
	counts := func(octets int) {
		t.Helper()
		traffic, err := p.Store.Traffic(t.Context(), all[0].Account, time.Now())
		if err != nil || traffic < total+int64(octets) {
			t.Errorf("%d octets count, and %d more were read: %v, %v", total, octets, traffic, err)
		}
		total = traffic
	}
	if _, err := account.Raw(t.Context(), all[0]); err != nil {
		t.Fatal(err)
	}
	counts(len(inbox[all[0].UID-1]))
	octets := 0
	err = account.RawAll(t.Context(), all, func(_ store.Message, raw []byte, err error) error {
		octets += len(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	counts(octets)
	if err := p.Store.AddTraffic(t.Context(), all[0].Account, time.Now(), 800_000); err != nil {
		t.Fatal(err)
	}
	err = account.RawAll(t.Context(), all, func(store.Message, []byte, error) error {
		t.Error("it goes on")
		return nil
	})
	if imapsync.ProblemOf(err) != imapsync.DailyLimit {
		t.Errorf("many over the limit: %v", err)
	}
	if raw, err := account.Raw(t.Context(), all[0]); err != nil || len(raw) == 0 {
		t.Errorf("one over the limit: %d octets, %v", len(raw), err)
	}
}

// At the limit nothing is waited for but the day after.
func TestAWatchRestsAtTheDailyLimit(t *testing.T) {
	p := startMemory(t, mails(600)).params(t)
	p.Provider = provider.Provider{Name: "Postbus", Daily: 1}
	ctx, cancel := context.WithCancel(t.Context())
	var told []imapsync.Event
	err := imapsync.NewAccount(p).Watch(ctx, func(e imapsync.Event) {
		if _, ok := e.(imapsync.Scanning); !ok {
			told = append(told, e)
			cancel()
		}
	})
	if r, ok := told[0].(imapsync.Reconnecting); !ok || imapsync.ProblemOf(r.Err) != imapsync.DailyLimit || time.Until(r.At) < 50*time.Minute || !errors.Is(err, context.Canceled) {
		t.Errorf("got %T %+v, %v", told[0], told[0], err)
	}
}
