package imapsync_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// The first scan reads everything and changes nothing, the second one finds nothing to do, a third one only what is
// new.
func TestScan(t *testing.T) {
	const n = 1000
	eachServer(t, mails(n), func(t *testing.T, server mailServer) {
		before := server.state(t, "INBOX")
		var wire recorder
		p := server.params(t)
		p.Dial = wire.dial

		var last imapsync.Progress
		reported := make(map[store.UID]bool)
		first, err := imapsync.NewAccount(p).Scan(t.Context(), func(progress imapsync.Progress) {
			for _, m := range progress.New {
				if reported[m.UID] || m.ID == 0 || m.Mailbox != "INBOX" {
					t.Errorf("message %d of mailbox %q was reported with ID %d, before: %v", m.UID, m.Mailbox, m.ID, reported[m.UID])
				}
				reported[m.UID] = true
			}
			if progress.Total != n || progress.Done != len(reported) {
				t.Errorf("progress is %d of %d after %d messages", progress.Done, progress.Total, len(reported))
			}
			last = progress
		})
		if err != nil {
			t.Fatal(err)
		}
		if first.Messages != n || first.Mailboxes != 1 || last.Done != n || !slices.Equal(stored(t, p), uids("INBOX", 1, n)) {
			t.Errorf("first scan: %+v, %d stored", first, len(stored(t, p)))
		}
		if commands := strings.Count(wire.text(), "UID FETCH"); commands > n/20 {
			t.Errorf("%d FETCH commands for %d messages", commands, n)
		}

		second := scan(t, p)
		if second.Messages != 0 || second.Gone != 0 || second.BytesRead > 4096 {
			t.Errorf("second scan: %+v", second)
		}
		if after := server.state(t, "INBOX"); !reflect.DeepEqual(after, before) {
			t.Error("the mailbox has changed")
		}

		server.deliver(t, "INBOX", mail(n), mail(n+1))
		third := scan(t, p)
		if third.Messages != 2 || !slices.Equal(stored(t, p), uids("INBOX", 1, n+2)) {
			t.Errorf("third scan: %+v", third)
		}

		p.Full = true
		if full := scan(t, p); full.Messages != n+2 || !slices.Equal(stored(t, p), uids("INBOX", 1, n+2)) {
			t.Errorf("full scan: %+v", full)
		}
		wire.check(t)
	})
}

// Mailboxes in which nothing is new are not even opened: a question for each of them, all in one round trip, is enough.
func TestNothingNewTakesFewRoundTrips(t *testing.T) {
	const n = 50
	eachServer(t, mails(2), func(t *testing.T, server mailServer) {
		c := server.client(t)
		for i := range n {
			if err := c.Create(server.mailbox(fmt.Sprintf("Box%02d", i)), nil).Wait(); err != nil {
				t.Fatal(err)
			}
		}
		server.deliver(t, "Box07", mail(7), mail(8))
		server.deliver(t, "Box08", mail(9))
		p := server.params(t)
		scan(t, p)

		wire := recorder{latency: 100 * time.Millisecond}
		p.Dial = wire.dial
		if summary := scan(t, p); summary.Messages+summary.Gone != 0 || summary.Mailboxes != n+1 {
			t.Errorf("got %+v", summary)
		}
		if turns := wire.turns(); turns > 6 {
			t.Errorf("it took %d round trips:\n%s", turns, wire.text())
		}

		server.deliver(t, "Box08", mail(10))
		remove(t, server, "Box07", 1)
		if summary := scan(t, p); summary.Messages != 1 || summary.Gone != 1 {
			t.Errorf("after one came and one went: %+v", summary)
		}
		// One comes and one goes: the number is the same, and UIDNEXT is not.
		server.deliver(t, "Box07", mail(11))
		remove(t, server, "Box07", 2)
		if summary := scan(t, p); summary.Messages != 1 || summary.Gone != 1 {
			t.Errorf("after one came and one went in the same mailbox: %+v", summary)
		}
		want := append(append(uids(server.mailbox("Box07"), 3, 3), uids(server.mailbox("Box08"), 1, 2)...), uids("INBOX", 1, 2)...)
		slices.Sort(want)
		if got := stored(t, p); !slices.Equal(got, want) {
			t.Errorf("stored are %v", got)
		}
		// A bounded scan leaves the rest to a later one.
		server.deliver(t, "Box09", mail(12), mail(13))
		p.Last = 1
		scan(t, p)
		p.Last = 0
		if summary := scan(t, p); summary.Messages != 1 {
			t.Errorf("after a bounded scan: %+v", summary)
		}
		wire.check(t)
	})
}

func TestAnInterruptedScanGoesOnLater(t *testing.T) {
	const n = 600
	eachServer(t, mails(n), func(t *testing.T, server mailServer) {
		p := server.params(t)
		done := 0
		for range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			total := 0
			summary, err := imapsync.NewAccount(p).Scan(ctx, func(progress imapsync.Progress) {
				if progress.Done == 0 {
					return
				}
				cancel()
				if progress.Total < total {
					t.Errorf("there are %d messages to scan, and %d when that is cancelled", total, progress.Total)
				}
				total = progress.Total
			})
			cancel()
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("error is %v", err)
			}
			done += summary.Messages
			if got := len(stored(t, p)); got != done || got == 0 || got == n {
				t.Fatalf("%d stored, %d reported", got, done)
			}
		}
		rest := scan(t, p)
		if rest.Messages+done != n || !slices.Equal(stored(t, p), uids("INBOX", 1, n)) {
			t.Errorf("%d before, %+v then", done, rest)
		}
	})
}

// A mailbox does not count as scanned to the end while messages of it are still on their way to the store, for the program
// may be killed then.
func TestAMailboxIsCompleteWhenItIsStored(t *testing.T) {
	p := startMemory(t, mails(60)).params(t)
	account, err := p.Store.Account(t.Context(), store.IMAP, imapsync.NewAccount(p).Name())
	if err != nil {
		t.Fatal(err)
	}
	_, err = imapsync.NewAccount(p).Scan(t.Context(), func(progress imapsync.Progress) {
		complete, err := p.Store.Extents(t.Context(), account.ID)
		if err != nil || len(complete) > 0 {
			t.Errorf("after %d of %d messages: %v, %v", progress.Done, progress.Total, complete, err)
		}
	})
	if err != nil {
		t.Error(err)
	}
	if complete, err := p.Store.Extents(t.Context(), account.ID); err != nil || complete["INBOX"].UIDNext != 61 {
		t.Errorf("in the end: %v, %v", complete, err)
	}
}

func TestAVanishedMessageIsGone(t *testing.T) {
	eachServer(t, mails(10), func(t *testing.T, server mailServer) {
		p := server.params(t)
		scan(t, p)
		remove(t, server, "INBOX", 3, 4)
		if summary := scan(t, p); summary.Gone != 2 || summary.Messages != 0 {
			t.Errorf("got %+v", summary)
		}
		want := append(uids("INBOX", 1, 2), uids("INBOX", 5, 10)...)
		if got := stored(t, p); !slices.Equal(got, want) {
			t.Errorf("present are %v", got)
		}
		all, err := p.Store.Messages(t.Context(), store.Filter{})
		if err != nil || len(all) != 10 {
			t.Errorf("%d are kept as evidence, %v", len(all), err)
		}
		remove(t, server, "INBOX", 1, 2, 5, 6, 7, 8, 9, 10) // now it is empty
		if summary := scan(t, p); summary.Gone != 8 {
			t.Errorf("got %+v", summary)
		}
	})
}

func remove(t *testing.T, server mailServer, mailbox string, numbers ...imap.UID) {
	t.Helper()
	c := server.client(t)
	if _, err := c.Select(server.mailbox(mailbox), nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if err := c.Store(imap.UIDSetNum(numbers...), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Expunge().Close(); err != nil {
		t.Fatal(err)
	}
}

func TestARenumberedMailboxIsScannedAnew(t *testing.T) {
	eachServer(t, nil, func(t *testing.T, server mailServer) {
		server.create(t, "News")
		server.deliver(t, "News", mails(5)...)
		p := server.params(t)
		scan(t, p)
		if err := server.client(t).Delete(server.mailbox("News")).Wait(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second))) // UIDVALIDITY is a time in seconds
		server.create(t, "News")
		server.deliver(t, "News", mail(100), mail(101))
		if summary := scan(t, p); summary.Messages != 2 {
			t.Errorf("got %+v", summary)
		}
		if got := stored(t, p); !slices.Equal(got, uids(server.mailbox("News"), 1, 2)) {
			t.Errorf("present are %v", got)
		}
		all, err := p.Store.Messages(t.Context(), store.Filter{})
		if err != nil || len(all) != 7 {
			t.Errorf("%d are kept, %v", len(all), err)
		}
	})
}

func TestWhichMailboxes(t *testing.T) {
	eachServer(t, mails(1), func(t *testing.T, server mailServer) {
		all := []string{"Drafts", "Entwürfe & Ünï", "INBOX", "Junk", "Trash"}
		for i, name := range all {
			if name != "INBOX" {
				server.create(t, name)
				server.deliver(t, name, mail(10+i))
			}
		}
		for i, name := range all {
			all[i] = server.mailbox(name)
		}
		slices.Sort(all)
		byDefault := []string{server.mailbox("Entwürfe & Ünï"), "INBOX"}
		slices.Sort(byDefault)
		for name, c := range map[string]struct {
			narrow func(*imapsync.Params)
			want   []string
		}{
			"by default":  {func(*imapsync.Params) {}, byDefault},
			"all":         {func(p *imapsync.Params) { p.All = true }, all},
			"chosen ones": {func(p *imapsync.Params) { p.Mailboxes = []string{"inbox", server.mailbox("Trash"), "INBOX"} }, []string{"INBOX", server.mailbox("Trash")}},
		} {
			p := server.params(t)
			c.narrow(&p)
			summary := scan(t, p)
			var want []string
			for _, mailbox := range c.want {
				want = append(want, uids(mailbox, 1, 1)...)
			}
			if got := stored(t, p); !slices.Equal(got, want) || summary.Mailboxes != len(want) {
				t.Errorf("%s: got %v in %d mailboxes, want %v", name, got, summary.Mailboxes, want)
			}
		}

		p := server.params(t)
		var names, scanned []string
		mailboxes, err := imapsync.NewAccount(p).Mailboxes(t.Context())
		for _, m := range mailboxes {
			names = append(names, m.Name)
			if m.Scanned {
				scanned = append(scanned, m.Name)
			}
		}
		if slices.Sort(scanned); err != nil || names[0] != "INBOX" || !slices.Equal(scanned, byDefault) {
			t.Errorf("the mailboxes are %v, %v; scanned are %v, want %v", names, err, scanned, byDefault)
		}
		if slices.Sort(names); !slices.Equal(names, all) {
			t.Errorf("the mailboxes are %v, want %v", names, all)
		}

		p.Mailboxes = []string{"Nowhere", "INBOX"}
		_, err = imapsync.NewAccount(p).Scan(t.Context(), func(imapsync.Progress) {})
		if imapsync.ProblemOf(err) != imapsync.UnknownMailbox || !strings.Contains(err.Error(), "Nowhere") {
			t.Errorf("unknown mailbox: %v", err)
		}
		if got := stored(t, p); !slices.Equal(got, uids("INBOX", 1, 1)) {
			t.Errorf("beside an unknown mailbox: %v", got)
		}
	})
}

func TestBoundedWork(t *testing.T) {
	const n = 100 // one arrived every hour from 1700000000 on
	eachServer(t, mails(n), func(t *testing.T, server mailServer) {
		p := server.params(t)
		p.Last = 7
		scan(t, p)
		if got := stored(t, p); !slices.Equal(got, uids("INBOX", n-6, n)) {
			t.Errorf("the last 7 are %v", got)
		}
		p.Last, p.Since = 0, time.Unix(1700000000+90*3600, 0)
		scan(t, p)
		if got := len(stored(t, p)); got < 10 || got > 10+24 {
			t.Errorf("%d arrived since then", got)
		}
		// A bound says nothing about what has vanished.
		p.Since = time.Now().Add(24 * time.Hour)
		if summary := scan(t, p); summary.Gone != 0 {
			t.Errorf("got %+v", summary)
		}
	})
}

func TestRaw(t *testing.T) {
	inbox := [][]byte{mail(4)}
	for _, size := range []int{1<<20 - 1, 1 << 20, 1<<20 + 1, 3<<20 + 12345} {
		large := append([]byte{}, mail(3)...)
		for len(large) < size {
			large = append(large, "0123456789012345678901234567890123456789012345678901234567890123456789\r\n"...)
		}
		inbox = append(inbox, append(large[:size-2], "\r\n"...))
	}
	eachServer(t, inbox, func(t *testing.T, server mailServer) {
		before := server.state(t, "INBOX")
		var wire recorder
		p := server.params(t)
		p.Dial = wire.dial
		account := imapsync.NewAccount(p)
		scan(t, p)
		all, err := p.Store.Messages(t.Context(), store.Filter{})
		if err != nil || len(all) != len(inbox) {
			t.Fatalf("%d messages, %v", len(all), err)
		}
		for _, m := range all {
			want := inbox[m.UID-1]
			got, err := account.Raw(t.Context(), m)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("message %d of %d octets: got %d, %v", m.UID, len(want), len(got), err)
			}
		}
		for name, change := range map[string]func(*store.Message){
			"vanished":   func(m *store.Message) { m.UID = 99 },
			"renumbered": func(m *store.Message) { m.UIDValidity++ },
		} {
			m := all[0]
			change(&m)
			if _, err := account.Raw(t.Context(), m); imapsync.ProblemOf(err) != imapsync.MessageGone {
				t.Errorf("%s: error is %v", name, err)
			}
		}
		if after := server.state(t, "INBOX"); !reflect.DeepEqual(after, before) {
			t.Error("the mailbox has changed")
		}
		wire.check(t)
	})
}

func TestAHugePartIsReadInPart(t *testing.T) {
	const line = "<p>0123456789012345678901234567890123456789</p>\r\n"
	body := strings.Repeat(line, 1<<20/len(line)) + fmt.Sprintf(pixel, 1) + "\r\n" // where the first piece ends
	body += strings.Repeat(line, 110_000)
	huge := []byte("From: a@b.example\r\nSubject: huge\r\nContent-Type: text/html\r\n\r\n" + body)
	pieces := regexp.MustCompile(`BODY\.PEEK\[1\]<\d+\.1048576>`)
	eachServer(t, [][]byte{huge}, func(t *testing.T, server mailServer) {
		p := server.params(t)
		var wire recorder
		p.Dial = wire.dial
		if summary := scan(t, p); summary.Messages != 1 || summary.Tracked != 1 || summary.BytesRead > 5<<20 {
			t.Errorf("got %+v for %d octets", summary, len(huge))
		}
		all, err := p.Store.Messages(t.Context(), store.Filter{})
		if err != nil || len(all) != 1 || !slices.ContainsFunc(all[0].Errors, func(e string) bool { return strings.Contains(e, "first 4 MB") }) {
			t.Errorf("got %+v, %v", all, err)
		}
		if got := pieces.FindAllString(wire.text(), -1); len(got) != 4 {
			t.Errorf("it asks for %q", got)
		}
		wire.check(t)
	})
}

func TestWrongPassword(t *testing.T) {
	eachServer(t, nil, func(t *testing.T, server mailServer) {
		p := server.params(t)
		p.Password = "hunter2-wrong"
		err := imapsync.NewAccount(p).Check(t.Context())
		if imapsync.ProblemOf(err) != imapsync.WrongPassword || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("error is %v", err)
		}
		p.Password = imapsync.Secret(server.password)
		if err := imapsync.NewAccount(p).Check(t.Context()); err != nil {
			t.Errorf("right password: %v", err)
		}
	})
}

func TestName(t *testing.T) {
	for user, want := range map[string]string{"anna": "anna@mail.example", "anna@uni.example": "anna@uni.example"} {
		p := imapsync.Params{Server: imapsync.Server{Host: "mail.example"}, User: user}
		if got := imapsync.NewAccount(p).Name(); got != want {
			t.Errorf("%s is called %s", user, got)
		}
	}
}
