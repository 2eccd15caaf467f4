package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
	"pixelwacht/imapsync/store"
)

// builtin is the detector of the program.
var builtin = sync.OnceValue(func() *detector.Detector { return detector.New(catalogue.Builtin()) })

// newsletter is number n of a sender: a picture that is the same each time, one with a code for each message, and a
// spacer whose name says what it does not do.
func newsletter(uid store.UID, n int) store.Message {
	body := fmt.Sprintf(`<img src="https://shop.example/logo.png" width=90 height=30><img src="https://shop.example/x?m=a%06x" alt="a">`+
		`<img src="https://cdn.shop.example/beacon.gif" width=1 height=1>`, 7654321+n*65537)
	raw := fmt.Sprintf("From: Shop <news@shop.example>\r\nTo: me@reader.example\r\nDate: %d Mar 2026 12:00:00 +0000\r\nMessage-ID: <%d@shop.example>\r\n"+
		"Content-Type: text/html\r\n\r\n%s", n%28+1, n, body)
	return store.Message{UID: uid, UIDValidity: 7, Result: builtin().Scan(message.Parse([]byte(raw)))}
}

// verdict is the confidence of the picture with the code, and how many messages were compared for it.
func verdict(m store.Message) string {
	for _, f := range m.Findings {
		if slices.Contains(f.Reasons, detector.DiffersPerMessage) {
			return fmt.Sprintf("%s by %d", f.Confidence, f.Messages)
		}
	}
	return "none"
}

func compare(t *testing.T, s *store.Store) int {
	t.Helper()
	n, err := s.Compare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func verdicts(t *testing.T, s *store.Store) []string {
	t.Helper()
	all, err := s.Messages(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, m := range all {
		words = append(words, verdict(m))
	}
	return words
}

func TestVerdictsImproveWithLaterMail(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	save(t, s, account, mailbox.ID, newsletter(1, 1), newsletter(2, 2))
	if n := compare(t, s); n != 0 {
		t.Errorf("two messages changed %d results", n)
	}
	if got := verdicts(t, s); !slices.Equal(got, []string{"none", "none"}) {
		t.Errorf("two messages: %q", got)
	}
	if late := save(t, s, account, mailbox.ID, newsletter(3, 3)); verdict(late[0]) != "likely by 3" {
		t.Errorf("the third message: %q", verdict(late[0]))
	}
	if got := verdicts(t, s); !slices.Equal(got, []string{"likely by 3", "none", "none"}) {
		t.Errorf("before comparing: %q", got)
	}
	if n := compare(t, s); n != 2 {
		t.Errorf("%d results changed, want 2", n)
	}
	if got := verdicts(t, s); !slices.Equal(got, []string{"likely by 3", "likely by 3", "likely by 3"}) {
		t.Errorf("three messages: %q", got)
	}
	senders, err := s.Senders(t.Context(), store.Filter{})
	if err != nil || len(senders) != 1 || senders[0].Tracked != 3 || len(senders[0].Providers) != 1 {
		t.Errorf("%+v, %v", senders, err)
	}
	if n := compare(t, s); n != 0 {
		t.Errorf("comparing again changed %d results", n)
	}
	save(t, s, account, mailbox.ID, newsletter(3, 3), newsletter(4, 3)) // the same again, and a copy
	if n := compare(t, s); n != 0 || verdicts(t, s)[0] != "likely by 3" {
		t.Errorf("a copy changed %d results: %q", n, verdicts(t, s))
	}
}

// Whatever the order and the batches in which messages come, and whoever saves them, the store has the verdicts of a scan of
// all of them.
func TestTheStoreJudgesLikeOneScan(t *testing.T) {
	const n = 60
	history := detector.NewHistory()
	var all []store.Message
	for i := range n {
		m := newsletter(store.UID(i+1), i)
		all = append(all, m)
		for _, o := range detector.Sightings(m.Result) {
			history.Add(o)
		}
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 3 {
		s := open(t, t.TempDir())
		account, mailbox := inbox(t, s)
		savers := []*store.Saver{s.Saver(), s.Saver()} // neither sees what the other adds
		for order := random.Perm(n); len(order) > 0; {
			size := min(1+random.IntN(25), len(order))
			var batch []store.Message
			for _, i := range order[:size] {
				batch = append(batch, all[i])
			}
			if err := savers[random.IntN(2)].Save(t.Context(), account, mailbox.ID, batch); err != nil {
				t.Fatal(err)
			}
			if random.IntN(3) == 0 {
				compare(t, s)
			}
			order = order[size:]
		}
		compare(t, s)
		stored, err := s.Messages(t.Context(), store.Filter{})
		if err != nil || len(stored) != n {
			t.Fatal(len(stored), err)
		}
		for _, m := range stored {
			want := history.Judge(all[m.UID-1].Result)
			if !reflect.DeepEqual(urls(m.Result), urls(want)) {
				t.Errorf("message %d:\n got %v\nwant %v", m.UID, urls(m.Result), urls(want))
			}
		}
	}
}

func TestWhatIsNotSavedIsNoEvidence(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	saver := s.Saver()
	if err := saver.Save(t.Context(), store.Account{ID: 999}, 0, []store.Message{newsletter(1, 1), newsletter(2, 2), newsletter(3, 3)}); err == nil {
		t.Fatal("saved in an account that is not there")
	}
	batch := []store.Message{newsletter(4, 4)}
	if err := saver.Save(t.Context(), account, mailbox.ID, batch); err != nil || verdict(batch[0]) != "none" {
		t.Errorf("%s, %v", verdict(batch[0]), err)
	}
}

// What is known of a message that is not in the store is the same to a program that only reads, and to the one that
// has the store open.
func TestEvidenceJudgesLikeTheStore(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	account, mailbox := inbox(t, s)
	save(t, s, account, mailbox.ID, newsletter(1, 1), newsletter(2, 2))
	compare(t, s)
	if err := s.SetRule(t.Context(), "@shop.example", "trust"); err != nil {
		t.Fatal(err)
	}
	read, err := store.OpenEvidence(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range map[string]*store.Evidence{"open": s.Evidence(t.Context()), "read": read} {
		alone := newsletter(3, 3)
		judged := alone
		judged.Result = e.Judge(alone.Result)
		if v := verdict(judged); verdict(alone) != "none" || v != "likely by 3" || e.Err() != nil {
			t.Errorf("%s: %s, alone %s, %v", name, v, verdict(alone), e.Err())
		}
		judged.Result = e.Judge(newsletter(2, 2).Result) // is no evidence for itself
		if v := verdict(judged); v != "none" {
			t.Errorf("%s: one of two: %s", name, v)
		}
		e.Add(alone.Result)
		judged.Result = e.Judge(newsletter(4, 4).Result)
		if v := verdict(judged); v != "likely by 4" {
			t.Errorf("%s: with one that is not stored: %s", name, v)
		}
	}
	if err := read.Close(); err != nil {
		t.Error(err)
	}
	if read.Judge(newsletter(5, 5).Result); read.Err() != nil {
		t.Error("what is known already is read again")
	}
	missing, err := store.OpenEvidence(t.Context(), filepath.Join(dir, "missing"))
	if err != nil {
		t.Fatal(err)
	}
	if judged := (store.Message{Result: missing.Judge(newsletter(3, 3).Result)}); verdict(judged) != "none" || missing.Err() != nil {
		t.Errorf("without a database: %s, %v", verdict(judged), missing.Err())
	}
	if err := missing.Close(); err != nil {
		t.Error(err)
	}
}

// urls are the findings in the order of their URLs.
func urls(r detector.Result) map[string]detector.Finding {
	all := map[string]detector.Finding{}
	for _, f := range r.Findings {
		all[f.URL] = f
	}
	return all
}

// What an interrupted comparison leaves undone, the next one does.
func TestInterruptedComparisonGoesOn(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	for i := range 4 {
		save(t, s, account, mailbox.ID, newsletter(store.UID(i+1), i))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Compare(ctx); err == nil {
		t.Error("no error")
	}
	if n := compare(t, s); n != 3 {
		t.Errorf("%d results changed, want 3", n)
	}
}
