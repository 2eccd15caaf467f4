package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/servertest"
	"pixelwacht/imapsync/store"
)

// Of several accounts that are watched, one that cannot be watched any more is told of at once, and the others are watched.
func TestWatchOfSeveralAccounts(t *testing.T) {
	db, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	said, stderr, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	r := &syncRun{program: &program{stderr: stderr, texts: translations.New("en")}, write: func(store.Message) error { return nil }}
	var servers []*servertest.Server
	for _, name := range []string{"one@reader.example", "two@reader.example"} {
		s := servertest.Dovecot(t, nil)
		servers = append(servers, s)
		r.targets = append(r.targets, target{name, imapsync.NewAccount(imapsync.Params{
			Name: name, Server: imapsync.Server{Host: s.Host, Port: s.Port, Security: imapsync.Plaintext}, User: s.User,
			Password: imapsync.Secret(s.Password), Store: db, Detector: detector.New(catalogue.Builtin()),
		})})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // instead of waiting for what never comes
	done := make(chan error, 1)
	go func() {
		done <- r.watchAll(ctx)
		stderr.Close()
	}()
	lines := bufio.NewScanner(said)
	until := func(parts ...string) {
		t.Helper()
		for lines.Scan() {
			all := true
			for _, part := range parts {
				all = all && strings.Contains(lines.Text(), part)
			}
			if all {
				return
			}
		}
		t.Fatalf("it never said %q", parts)
	}
	until("reader.example: Up to date")
	until("reader.example: Up to date")
	servers[0].Revoke(t)
	servers[0].Deliver(t, "INBOX", []byte(tracked))
	until("one@reader.example: The server refuses")
	servers[1].Deliver(t, "INBOX", []byte(tracked))
	until("two@reader.example: 1 message scanned")
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || !errors.Is(err, errReported) {
		t.Errorf("error is %v", err)
	}
}
