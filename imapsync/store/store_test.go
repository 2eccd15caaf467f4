package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// inbox is an account with one mailbox of UIDVALIDITY 7.
func inbox(t testing.TB, s *store.Store) (store.Account, store.MailboxState) {
	t.Helper()
	account, err := s.Account(t.Context(), store.IMAP, "me@reader.example")
	if err != nil {
		t.Fatal(err)
	}
	mailbox, err := s.Mailbox(t.Context(), account.ID, "INBOX", 7)
	if err != nil {
		t.Fatal(err)
	}
	return account, mailbox
}

var day = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// tracked is a message with an open pixel of provider.
func tracked(uid store.UID, from, digest, provider string) store.Message {
	m := plain(uid, from, digest)
	m.Tracked = true
	m.Findings = []detector.Finding{{
		Kind: detector.OpenPixel, URL: "https://t.shop.example/o.gif?u=1", Host: "t.shop.example", Provider: provider, Company: provider + " Inc.",
		Confidence: detector.Certain, Reasons: []detector.Reason{detector.KnownProvider, detector.Tiny},
		Exposes: []detector.Exposure{detector.OpenTime, detector.IPAddress}, Part: "2", Where: "img src", Width: 1, Height: 1, Count: 1,
	}}
	return m
}

func plain(uid store.UID, from, digest string) store.Message {
	_, domain, _ := strings.Cut(from, "@")
	return store.Message{UID: uid, UIDValidity: 7, Result: detector.Result{
		MessageID: fmt.Sprintf("<%d@%s>", uid, domain), Date: day.AddDate(0, 0, int(uid)), Subject: "Nieuws & „acties“",
		From:       detector.Address{Name: "Shop", Address: from, Organisation: detector.Organisation(domain)},
		Recipients: []string{"me@reader.example"}, Findings: []detector.Finding{}, Errors: []string{}, Digest: digest,
	}}
}

func save(t testing.TB, s *store.Store, a store.Account, mailbox int64, batch ...store.Message) []store.Message {
	t.Helper()
	if err := s.Saver().Save(t.Context(), a, mailbox, batch); err != nil {
		t.Fatal(err)
	}
	return batch
}

func TestASavedMessageComesBackAsItWas(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	want := tracked(12, "news@shop.example", "d1", "Mailchimp")
	want.Errors = []string{"part 2 ends too early"}
	batch := save(t, s, account, mailbox.ID, want)

	want.ID, want.Account, want.Mailbox = batch[0].ID, account.ID, "INBOX"
	got, err := s.Message(t.Context(), batch[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(batch[0], want) {
		t.Errorf("saved %+v\nread  %+v", batch[0], got)
	}
	if _, err := s.Message(t.Context(), 999); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a message that is not there: %v", err)
	}
}

func TestAFileMessageComesBackAsItWas(t *testing.T) {
	s := open(t, t.TempDir())
	account, err := s.Account(t.Context(), store.Files, "/mail")
	if err != nil {
		t.Fatal(err)
	}
	want := plain(0, "a@b.example", "d")
	want.UIDValidity, want.File, want.Index, want.Offset, want.Length = 0, "/mail/all.mbox", 3, 4096, 700
	saved := save(t, s, account, 0, want)[0]
	again := save(t, s, account, 0, want)[0]
	if again.ID != saved.ID {
		t.Errorf("saved again as %d, not %d", again.ID, saved.ID)
	}
	want.ID, want.Account = saved.ID, account.ID
	all, err := s.Messages(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(all, []store.Message{want}) {
		t.Errorf("got %+v", all)
	}
}

func TestSavingTwiceReplaces(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	first := save(t, s, account, mailbox.ID, tracked(1, "a@b.example", "d1", "Mailchimp"), plain(2, "a@b.example", "d2"))
	second := save(t, s, account, mailbox.ID, plain(1, "a@b.example", "d1"), tracked(2, "a@b.example", "d2", "Brevo"))
	for i := range first {
		if first[i].ID != second[i].ID {
			t.Errorf("message %d changed its ID from %d to %d", i, first[i].ID, second[i].ID)
		}
	}
	senders, err := s.Senders(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(senders) != 1 || senders[0].Messages != 2 || senders[0].Tracked != 1 || !slices.Equal(senders[0].Providers, []string{"Brevo"}) {
		t.Errorf("got %+v", senders)
	}
}

func TestFailedSaveKeepsNothing(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	bad := plain(2, "a@b.example", "d2")
	bad.UIDValidity = 8
	if err := s.Saver().Save(t.Context(), account, mailbox.ID, []store.Message{plain(1, "a@b.example", "d1"), bad}); !errors.Is(err, store.ErrRenumbered) {
		t.Errorf("error is %v", err)
	}
	if err := s.Saver().Save(t.Context(), account, 999, []store.Message{plain(1, "a@b.example", "d1")}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unknown mailbox: %v", err)
	}
	if all, err := s.Messages(t.Context(), store.Filter{}); err != nil || len(all) != 0 {
		t.Errorf("got %v, %v", all, err)
	}
}

func TestKnownUIDs(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	save(t, s, account, mailbox.ID, plain(9, "a@b.example", "d9"), plain(4, "a@b.example", "d4"), plain(5, "a@b.example", "d5"))
	if err := s.MarkGone(t.Context(), mailbox.ID, []store.UID{4, 77}); err != nil {
		t.Fatal(err)
	}
	got, err := s.KnownUIDs(t.Context(), mailbox.ID)
	if err != nil || !slices.Equal(got, []store.UID{5, 9}) {
		t.Errorf("got %v, %v", got, err)
	}
	// Back on the server: known again, not twice.
	save(t, s, account, mailbox.ID, plain(4, "a@b.example", "d4"))
	got, err = s.KnownUIDs(t.Context(), mailbox.ID)
	if err != nil || !slices.Equal(got, []store.UID{4, 5, 9}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestRenumberedMailboxStartsEmptyAndKeepsTheEvidence(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	old := save(t, s, account, mailbox.ID, plain(1, "a@b.example", "d1"), plain(2, "a@b.example", "d2"))
	renewed, err := s.Mailbox(t.Context(), account.ID, "INBOX", 8)
	if err != nil {
		t.Fatal(err)
	}
	if renewed.ID != mailbox.ID || renewed.UIDValidity != 8 {
		t.Errorf("got %+v", renewed)
	}
	if known, err := s.KnownUIDs(t.Context(), mailbox.ID); err != nil || len(known) != 0 {
		t.Errorf("still known: %v, %v", known, err)
	}
	copied := plain(1, "a@b.example", "d2") // UID 1 is another message now
	copied.UIDValidity = 8
	save(t, s, account, mailbox.ID, copied)

	all, err := s.Messages(t.Context(), store.Filter{})
	if err != nil || len(all) != 2 {
		t.Fatalf("got %d messages, %v", len(all), err)
	}
	for _, m := range all {
		if wantGone := m.Digest == "d1"; m.Gone != wantGone {
			t.Errorf("message %s of UIDVALIDITY %d: gone is %v", m.Digest, m.UIDValidity, m.Gone)
		}
	}
	if m, err := s.Message(t.Context(), old[1].ID); err != nil || !m.Gone || m.UIDValidity != 7 {
		t.Errorf("the old copy is %+v, %v", m, err)
	}
}

func TestAMessageInSeveralPlacesCountsOnce(t *testing.T) {
	s := open(t, t.TempDir())
	account, first := inbox(t, s)
	archive, err := s.Mailbox(t.Context(), account.ID, "Archive", 7)
	if err != nil {
		t.Fatal(err)
	}
	save(t, s, account, first.ID, tracked(1, "a@b.example", "same", "Brevo"), plain(2, "a@b.example", "other"))
	save(t, s, account, archive.ID, tracked(1, "a@b.example", "same", "Brevo"))
	if err := s.MarkGone(t.Context(), first.ID, []store.UID{1}); err != nil { // moved
		t.Fatal(err)
	}
	senders, err := s.Senders(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(senders) != 1 || senders[0].Messages != 2 || senders[0].Tracked != 1 {
		t.Errorf("senders: %+v", senders)
	}
	providers, err := s.Providers(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(providers) != 1 || providers[0].Messages != 1 || providers[0].Senders != 1 || providers[0].Company != "Brevo Inc." {
		t.Errorf("providers: %+v", providers)
	}
	all, err := s.Messages(t.Context(), store.Filter{TrackedOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || all[0].Mailbox != "Archive" || all[0].Gone {
		t.Errorf("messages: %+v", all)
	}
}

func TestMessagesWithoutDigestAreNeverCopies(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	save(t, s, account, mailbox.ID, plain(1, "", ""), plain(2, "", ""))
	senders, err := s.Senders(t.Context(), store.Filter{})
	if err != nil || len(senders) != 1 || senders[0].Address != "" || senders[0].Messages != 2 {
		t.Errorf("got %+v, %v", senders, err)
	}
}

func TestASender(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	leak := tracked(3, "news@mail.shop.co.uk", "d3", "")
	leak.Findings[0].Exposes = []detector.Exposure{detector.AddressLeaked, detector.OpenTime}
	leak.Findings = append(leak.Findings, detector.Finding{Kind: detector.ReadReceipt, Confidence: detector.Certain},
		detector.Finding{Kind: detector.ClickLink, Confidence: detector.Certain, Exposes: []detector.Exposure{detector.Click}})
	leak.From.Name = "Shop (nieuw)"
	doubtful := tracked(2, "News@Mail.Shop.co.uk", "d2", "Nobody")
	doubtful.Findings[0].Confidence, doubtful.Findings[0].Exposes, doubtful.Tracked = detector.Possible, []detector.Exposure{detector.Device}, false
	dateless := plain(9, "news@mail.shop.co.uk", "d9")
	dateless.Date, dateless.From.Name = time.Time{}, "Dateless"
	save(t, s, account, mailbox.ID, leak, doubtful, tracked(1, "news@mail.shop.co.uk", "d1", "Brevo"), dateless)

	want := []store.Sender{{
		Address: "news@mail.shop.co.uk", Name: "Shop (nieuw)", Organisation: "shop.co.uk", Messages: 4, Tracked: 2,
		Providers: []string{"Brevo", "shop.example"}, Exposes: []detector.Exposure{detector.OpenTime, detector.IPAddress, detector.AddressLeaked},
		FirstSeen: day.AddDate(0, 0, 1), LastSeen: day.AddDate(0, 0, 3), LeaksAddress: true, ReadReceipts: 1, ClickLinks: 1,
	}}
	got, err := s.Senders(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestFilter(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	other, err := s.Account(t.Context(), store.Files, "/mail")
	if err != nil {
		t.Fatal(err)
	}
	save(t, s, account, mailbox.ID, tracked(1, "a@shop.example", "1", "Brevo"), plain(2, "b@shop.example", "2"), tracked(3, "c@eshop.example", "3", "Mailchimp"))
	save(t, s, other, 0, plain(4, "b@shop.example", "4"))
	for name, c := range map[string]struct {
		filter store.Filter
		want   []string // digests, newest first
	}{
		"everything":               {store.Filter{}, []string{"4", "3", "2", "1"}},
		"account":                  {store.Filter{Account: other.ID}, []string{"4"}},
		"sender":                   {store.Filter{Sender: new("B@Shop.example")}, []string{"4", "2"}},
		"domain":                   {store.Filter{Domain: "@Shop.example"}, []string{"4", "2", "1"}},
		"provider":                 {store.Filter{Provider: "Mailchimp"}, []string{"3"}},
		"since, inclusive":         {store.Filter{Since: day.AddDate(0, 0, 3)}, []string{"4", "3"}},
		"since, just after":        {store.Filter{Since: day.AddDate(0, 0, 3).Add(1)}, []string{"4"}},
		"tracked only":             {store.Filter{TrackedOnly: true}, []string{"3", "1"}},
		"all of these":             {store.Filter{Account: account.ID, Domain: "@shop.example", Provider: "Brevo", Since: day, TrackedOnly: true}, []string{"1"}},
		"hostile text":             {store.Filter{Sender: new(`x' OR 1 --`)}, nil},
		"percent is no wild":       {store.Filter{Sender: new("%")}, nil},
		"no address":               {store.Filter{Sender: new("")}, nil},
		"an address, not a domain": {store.Filter{Sender: new("@shop.example")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := s.Messages(t.Context(), c.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range all {
				got = append(got, m.Digest)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			senders, err := s.Senders(t.Context(), c.filter)
			if err != nil {
				t.Fatal(err)
			}
			count := 0
			for _, sender := range senders {
				count += sender.Messages
			}
			if count != len(c.want) {
				t.Errorf("senders count %d messages, want %d", count, len(c.want))
			}
			if _, err := s.Providers(t.Context(), c.filter); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestAccounts(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	save(t, s, account, mailbox.ID, tracked(1, "a@b.example", "1", "Brevo"))
	if again, _ := inbox(t, s); again != account {
		t.Errorf("found %+v, made %+v", again, account)
	}
	files, err := s.Account(t.Context(), store.Files, account.Name)
	if err != nil {
		t.Fatal(err)
	}
	save(t, s, files, 0, plain(0, "a@b.example", "2"))
	all, err := s.Accounts(t.Context())
	if err != nil || !slices.Equal(all, []store.Account{account, files}) {
		t.Errorf("got %+v, %v", all, err)
	}
}

func TestOnlyTheOwnerCanRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := open(t, dir)
	account, mailbox := inbox(t, s)
	save(t, s, account, mailbox.ID, plain(1, "a@b.example", "1"))
	for name, want := range map[string]os.FileMode{".": 0o700, "pixelwacht.db": 0o600, "pixelwacht.db-wal": 0o600, "pixelwacht.db-shm": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has permissions %o, want %o", name, got, want)
		}
	}
}

func TestOddFolderNames(t *testing.T) {
	for _, name := range []string{"with space", "what?#%41&_pragma=x", "ünï"} {
		dir := filepath.Join(t.TempDir(), name)
		open(t, dir)
		if _, err := os.Stat(filepath.Join(dir, "pixelwacht.db")); err != nil {
			t.Error(err)
		}
		if entries, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(entries) != 1 {
			t.Errorf("%q: beside it are %v, %v", name, entries, err)
		}
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "pixelwacht.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA user_version = 1000"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), dir); !errors.Is(err, store.ErrNewer) {
		t.Errorf("error is %v", err)
	}
}

func TestWhatWasSavedIsThereAfterReopening(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	account, mailbox := inbox(t, s)
	save(t, s, account, mailbox.ID, plain(1, "a@b.example", "1"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, known := inbox(t, open(t, dir))
	if again != account || known != mailbox {
		t.Errorf("reopened: %+v %+v, was %+v %+v", again, known, account, mailbox)
	}
}

// Two programs create the database, write, and read at the same time.
func TestTwoStoresOnOneFile(t *testing.T) {
	const programs, batches, size = 2, 20, 25
	dir := t.TempDir()
	var group sync.WaitGroup
	for program := range programs {
		group.Go(func() {
			s, err := store.Open(t.Context(), dir)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			account, err := s.Account(t.Context(), store.IMAP, "me@reader.example")
			if err != nil {
				t.Error(err)
				return
			}
			mailbox, err := s.Mailbox(t.Context(), account.ID, fmt.Sprintf("Box %d", program), 7)
			if err != nil {
				t.Error(err)
				return
			}
			for b := range batches {
				var batch []store.Message
				for i := range size {
					uid := store.UID(b*size + i + 1)
					batch = append(batch, tracked(uid, "a@b.example", fmt.Sprint(program, uid), "Brevo"))
				}
				if err := s.Saver().Save(t.Context(), account, mailbox.ID, batch); err != nil {
					t.Error(err)
				}
				senders, err := s.Senders(t.Context(), store.Filter{})
				if err != nil || len(senders) != 1 || senders[0].Messages < (b+1)*size || senders[0].Messages%size != 0 {
					t.Errorf("after batch %d: %+v, %v", b, senders, err)
				}
			}
		})
	}
	group.Wait()
	all, err := open(t, dir).Messages(t.Context(), store.Filter{})
	if err != nil || len(all) != programs*batches*size {
		t.Errorf("got %d messages, %v", len(all), err)
	}
}

func TestCancelledContext(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Saver().Save(ctx, account, mailbox.ID, []store.Message{plain(1, "a@b.example", "1")}); !errors.Is(err, context.Canceled) {
		t.Errorf("save: %v", err)
	}
	if _, err := s.Senders(ctx, store.Filter{}); !errors.Is(err, context.Canceled) {
		t.Errorf("senders: %v", err)
	}
	// The store is as good as before.
	save(t, s, account, mailbox.ID, plain(1, "a@b.example", "1"))
}

// While another program writes, a database that needs no change opens at once; one that does is given up in the end.
func TestOpeningABusyDatabase(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "pixelwacht.db")+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	s, err := store.Open(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestAnAccountIsScannedWhenAllItsMailboxesAre(t *testing.T) {
	s := open(t, t.TempDir())
	account, inbox := inbox(t, s)
	archive, err := s.Mailbox(t.Context(), account.ID, "Archive", 7)
	if err != nil {
		t.Fatal(err)
	}
	for scanned, mailbox := range []int64{0, inbox.ID, archive.ID} {
		if mailbox != 0 {
			if err := s.SetUIDNext(t.Context(), mailbox, 1); err != nil {
				t.Fatal(err)
			}
		}
		all, err := s.Accounts(t.Context())
		if err != nil || len(all) != 1 || all[0].Scanned != (scanned == 2) {
			t.Errorf("%d of 2 mailboxes scanned: %+v, %v", scanned, all, err)
		}
	}
}
