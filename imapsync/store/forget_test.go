package store_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"pixelwacht/detector/block"
	"pixelwacht/imapsync/store"
)

// onDisk are the bytes of all files in the data folder.
func onDisk(t *testing.T, dir string) []byte {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

func TestForgettingAnAccountLeavesTheOthers(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	account, mailbox := inbox(t, s)
	files, err := s.Account(t.Context(), store.Files, "/mail")
	if err != nil {
		t.Fatal(err)
	}
	var batch []store.Message
	for i := range 50 {
		batch = append(batch, tracked(store.UID(i+1), "news@secret.example", "d", "P"))
	}
	save(t, s, account, mailbox.ID, batch...)
	kept := plain(0, "a@kept.example", "d")
	kept.UIDValidity, kept.File = 0, "/mail/a"
	save(t, s, files, 0, kept)
	if err := s.Forget(t.Context(), account.ID); err != nil {
		t.Fatal(err)
	}
	if senders, err := s.Senders(t.Context(), store.Filter{}); err != nil || len(senders) != 1 || senders[0].Address != "a@kept.example" {
		t.Errorf("%+v, %v", senders, err)
	}
	if accounts, err := s.Accounts(t.Context()); err != nil || len(accounts) != 1 || accounts[0].ID != files.ID {
		t.Errorf("%+v, %v", accounts, err)
	}
	disk := onDisk(t, dir)
	if bytes.Contains(disk, []byte("secret.example")) || !bytes.Contains(disk, []byte("kept.example")) {
		t.Error("what was forgotten is still on the disk, or what was kept is not")
	}
}

// What the messages of an account have shown is no evidence any more, where no other account has the same message.
func TestForgettingAnAccountForgetsItsEvidence(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	account, mailbox := inbox(t, s)
	var batch []store.Message
	for n := range 6 {
		batch = append(batch, newsletter(store.UID(n+1), n))
	}
	save(t, s, account, mailbox.ID, batch...)
	files, err := s.Account(t.Context(), store.Files, "/mail")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{5, 6} {
		m := newsletter(0, n)
		m.UIDValidity, m.File, m.Offset = 0, "/mail/a", int64(n)
		save(t, s, files, 0, m)
	}
	sighted := func() (n int) {
		db, err := sql.Open("sqlite", filepath.Join(dir, "pixelwacht.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.QueryRow("SELECT count(DISTINCT message) FROM sightings").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := sighted(); n != 7 {
		t.Fatalf("%d messages are evidence, want 7", n)
	}
	if err := s.Forget(t.Context(), account.ID); err != nil {
		t.Fatal(err)
	}
	if n := sighted(); n != 2 {
		t.Errorf("%d messages are evidence after an account with 5 of 7 was forgotten, want 2", n)
	}
}

func TestForgettingEverything(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	account, mailbox := inbox(t, s)
	save(t, s, account, mailbox.ID, newsletter(1, 1), newsletter(2, 2))
	for _, err := range []error{
		s.SetRule(t.Context(), "@secret.example", block.Trust), s.SetSetting(t.Context(), "secret", "secret.example"),
		s.SetConsent(t.Context(), "a@secret.example", day),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.ForgetAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, private := range []string{"reader.example", "shop.example", "secret.example"} {
		if bytes.Contains(onDisk(t, dir), []byte(private)) {
			t.Errorf("%s is still on the disk", private)
		}
	}
	account, mailbox = inbox(t, s)
	save(t, s, account, mailbox.ID, newsletter(1, 1))
}
