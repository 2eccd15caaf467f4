package servertest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// makeMaildir makes the Maildir of a server that keeps mail in one, and has seed fill it.
func (s *Server) makeMaildir(t testing.TB, seed func(maildir string)) {
	t.Helper()
	s.Maildir = filepath.Join(s.dir, "home", "Maildir")
	for _, folder := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(s.Maildir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if seed != nil {
		seed(s.Maildir)
	}
	s.owner.takes(t, filepath.Join(s.dir, "home"))
}

// Deliver puts a message into a mailbox, "INBOX" or a name, and creates the mailbox where it is new.
func (s *Server) Deliver(t testing.TB, mailbox string, raw []byte) {
	t.Helper()
	folder := s.Maildir
	if mailbox != "INBOX" {
		folder = filepath.Join(folder, "."+mailbox)
	}
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	delivered := time.Now().UnixNano()
	name := filepath.Join(folder, "tmp", fmt.Sprintf("%d.deliver.test", delivered))
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	s.owner.takes(t, folder)
	if err := os.Rename(name, filepath.Join(folder, "new", filepath.Base(name))); err != nil {
		t.Fatal(err)
	}
}
