//go:build !nogui

package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/account"
	"pixelwacht/imapsync/keyring"
	"pixelwacht/imapsync/servertest"
	"pixelwacht/imapsync/store"
)

// Of several mailboxes that the window watches, one that cannot be watched any more is told of at once, and the others are
// watched.
func TestTheWindowWatchesSeveralMailboxes(t *testing.T) {
	db, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	accounts := account.New(account.Params{Store: db, Detector: detector.New(catalogue.Builtin()), Keyring: keyring.NewMemory()})
	m := &mailboxes{accounts: accounts, store: db}
	var servers []*servertest.Server
	for _, address := range []string{"one@reader.example", "two@reader.example"} {
		s := servertest.Dovecot(t, nil)
		servers = append(servers, s)
		settings := account.Settings{Address: address, User: s.User, Server: imapsync.Server{Host: s.Host, Port: s.Port, Security: imapsync.Plaintext}}
		if err := accounts.Add(t.Context(), settings, account.Secrets{Secret: imapsync.Secret(s.Password)}); err != nil {
			t.Fatal(err)
		}
		m.list = append(m.list, settings)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // instead of waiting for what never comes
	defer cancel()
	events, done := make(chan imapsync.Event, 1000), make(chan error, 1)
	go func() { done <- m.Watch(ctx, func(e imapsync.Event) { events <- e }) }()
	until := func(what string, isIt func(imapsync.Event) bool) {
		t.Helper()
		for {
			select {
			case e := <-events:
				if isIt(e) {
					return
				}
			case err := <-done:
				t.Fatalf("it ended before %s: %v", what, err)
			}
		}
	}
	for range m.list {
		until("watching", func(e imapsync.Event) bool { _, ok := e.(imapsync.Watching); return ok })
	}
	servers[0].Revoke(t)
	servers[0].Deliver(t, "INBOX", []byte(tracked))
	until("the end of one", func(e imapsync.Event) bool {
		ended, ok := e.(imapsync.Ended)
		of, named := errors.AsType[*account.Error](ended.Err)
		return ok && named && of.Address == "one@reader.example" && imapsync.ProblemOf(of) == imapsync.WrongPassword
	})
	servers[1].Deliver(t, "INBOX", []byte(tracked))
	until("new mail in the other", func(e imapsync.Event) bool {
		scanned, ok := e.(imapsync.Scanned)
		return ok && scanned.Summary.Messages == 1
	})
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || imapsync.ProblemOf(err) != imapsync.WrongPassword {
		t.Errorf("error is %v", err)
	}
}
