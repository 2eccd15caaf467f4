package mailfile_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/mailfile"
	"pixelwacht/imapsync/store"
)

// source is mail files with a store of its own.
func source(t *testing.T, paths ...string) *mailfile.Source {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &mailfile.Source{Paths: paths, Store: s, Detector: detector.New(catalogue.Builtin())}
}

func TestSourceStoresEveryMessageOnce(t *testing.T) {
	all := map[string]string{"notes.txt": "no mail"}
	for i := range 450 {
		all[fmt.Sprintf("%03d.eml", i)] = fmt.Sprintf("From: a@b.test\r\nMessage-ID: <%d@b.test>\r\nSubject: %d\r\n\r\nx\r\n", i, i)
	}
	dir := write(t, all)
	s := source(t, dir)
	for range 2 { // the second scan replaces what the first has stored
		var last imapsync.Progress
		seen := 0
		summary, err := s.Scan(t.Context(), func(p imapsync.Progress) {
			if p.Done < last.Done || p.Total != 450 {
				t.Errorf("progress %d of %d after %d", p.Done, p.Total, last.Done)
			}
			last = p
			seen += len(p.New)
		})
		if err != nil || summary.Messages != 450 || seen != 450 || last.Done != 450 {
			t.Fatalf("%+v, %d seen, %d done, %v", summary, seen, last.Done, err)
		}
		stored, err := s.Store.Messages(t.Context(), store.Filter{})
		if err != nil || len(stored) != 450 {
			t.Fatalf("%d messages stored, %v", len(stored), err)
		}
	}
}

func TestSourceGoesOnAfterAFileThatCannotBeRead(t *testing.T) {
	dir := write(t, map[string]string{"a.eml": letter, "notes.txt": "no mail"})
	s := source(t, filepath.Join(dir, "notes.txt"), filepath.Join(dir, "missing"), filepath.Join(dir, "a.eml"))
	summary, err := s.Scan(t.Context(), func(imapsync.Progress) {})
	if summary.Messages != 1 || mailfile.ProblemOf(err) != mailfile.NotMail || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%+v, %v", summary, err)
	}
}

// subjects are those of the stored messages, sorted.
func subjects(t *testing.T, s *store.Store) []string {
	t.Helper()
	stored, err := s.Messages(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range stored {
		all = append(all, m.Subject)
	}
	slices.Sort(all)
	return all
}

// What a scan over IMAP leaves out is left out of files as well, however it is kept.
func TestSourceLeavesOutSpamDraftsAndDeletedMessages(t *testing.T) {
	mbox := func(subject string) string { return separator + numbered(subject) }
	dir := write(t, map[string]string{
		"Maildir/cur/1.host,S=22,W=23:2,S":   numbered("kept 1"),
		"Maildir/cur/2.host,S=22,W=23:2,ST":  numbered("deleted"),
		"Maildir/cur/3.host:2,D":             numbered("draft"),
		"Maildir/new/4.host":                 numbered("kept 2"),
		"Maildir/.Work.Trash/cur/5.host:2,S": numbered("in the trash"),
		"Maildir/.Junk E-mail/new/6.host":    numbered("junk"),
		"Maildir/.Trashed plans/new/7.host":  numbered("kept 3"),

		"profile/prefs.js":                       "user_pref()",
		"profile/Mail/Local Folders/Inbox":       mbox("kept 4"),
		"profile/Mail/Local Folders/Junk":        mbox("junk"),
		"profile/Mail/Local Folders/Drafts":      mbox("draft"),
		"profile/Mail/Local Folders/a.sbd/Bin":   mbox("in the bin"),
		"profile/Mail/Local Folders/Trash.sbd/a": mbox("below the trash"),

		"V10/Deleted Messages.mbox/Messages/8.emlx": apple(numbered("deleted")),
		"V10/INBOX.mbox/Messages/9.emlx":            apple(numbered("kept 5")),

		"takeout.zip": zipped(t, map[string]string{"Takeout/Mail/Spam.mbox": mbox("spam"), "Takeout/Mail/Inbox.mbox": mbox("kept 6")}),
	})
	s := source(t, dir)
	if _, err := s.Scan(t.Context(), func(imapsync.Progress) {}); err != nil {
		t.Fatal(err)
	}
	if got, want := subjects(t, s.Store), []string{"kept 1", "kept 2", "kept 3", "kept 4", "kept 5", "kept 6"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// Whoever names it wants it.
	s = source(t, filepath.Join(dir, "profile/Mail/Local Folders/Junk"))
	if _, err := s.Scan(t.Context(), func(imapsync.Progress) {}); err != nil || len(subjects(t, s.Store)) != 1 {
		t.Errorf("a named file: %q, %v", subjects(t, s.Store), err)
	}
}

func TestSourceSaysWhereThereIsNoMail(t *testing.T) {
	dir := write(t, map[string]string{
		"notes/notes.txt": "no mail", "a.zip": zipped(t, map[string]string{"notes.txt": "no mail"}), "spam": separator + "X-Gmail-Labels: Spam\r\n" + letter,
	})
	for _, name := range []string{"notes", "a.zip", "spam"} {
		_, err := source(t, filepath.Join(dir, name)).Scan(t.Context(), func(imapsync.Progress) {})
		if mailfile.ProblemOf(err) != mailfile.NoMail {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An archive that breaks off is one problem, however its end is missed.
func TestSourceTellsOfDamageOnce(t *testing.T) {
	whole := tarred(t, takeout())
	dir := write(t, map[string]string{"cut.tgz": whole[:len(whole)/2], "cut.zip": zipped(t, takeout())[:700], "bad.msg": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more"})
	for _, name := range []string{"cut.tgz", "cut.zip", "bad.msg"} {
		_, err := source(t, filepath.Join(dir, name)).Scan(t.Context(), func(imapsync.Progress) {})
		if mailfile.ProblemOf(err) != mailfile.Damaged || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProblemsHaveTexts(t *testing.T) {
	for _, language := range translations.Languages {
		texts := translations.New(language)
		for _, p := range mailfile.Problems() {
			what, next := (&mailfile.Error{Problem: p, File: "a.eml"}).Explain(texts)
			if !strings.Contains(what, "a.eml") || next == "" || strings.Contains(what+next, "⟨") {
				t.Errorf("%s, %s: %q %q", language, p, what, next)
			}
		}
	}
}

func TestSourceThatIsCancelledKeepsWhatItHas(t *testing.T) {
	all := make(map[string]string)
	for i := range 1000 {
		all[fmt.Sprintf("%04d.eml", i)] = fmt.Sprintf("From: a@b.test\r\nMessage-ID: <%d@b.test>\r\n\r\nx\r\n", i)
	}
	s := source(t, write(t, all))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	summary, err := s.Scan(ctx, func(p imapsync.Progress) {
		if p.Done > 0 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || summary.Messages == 0 || summary.Messages == 1000 {
		t.Fatalf("%+v, %v", summary, err)
	}
	stored, err := s.Store.Messages(t.Context(), store.Filter{})
	if err != nil || len(stored) != summary.Messages {
		t.Errorf("%d messages stored of %d scanned, %v", len(stored), summary.Messages, err)
	}
}

func TestSourceGivesTheBytesOfTheMessage(t *testing.T) {
	quoted := letter + ">From here it was quoted\r\n"
	dir := write(t, map[string]string{
		"archive": "From a@b.test Fri Jan  2 03:04:05 2026\r\n" + letter + "\r\nFrom a@b.test Fri Jan  2 03:04:06 2026\r\n" + quoted,
	})
	s := source(t, dir)
	if _, err := s.Scan(t.Context(), func(imapsync.Progress) {}); err != nil {
		t.Fatal(err)
	}
	stored, err := s.Store.Messages(t.Context(), store.Filter{})
	if err != nil || len(stored) != 2 {
		t.Fatalf("%d messages, %v", len(stored), err)
	}
	for _, m := range stored {
		want := []string{letter, quoted}[m.Index]
		if raw, err := s.Raw(t.Context(), m); err != nil || string(raw) != want {
			t.Errorf("message %d: %q, %v", m.Index, raw, err)
		}
	}
	archive := filepath.Join(dir, "archive")
	before, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(archive, append([]byte("From x Fri Jan  2 03:04:05 2026\r\nSubject: new\r\n\r\n\r\n"), before...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Raw(t.Context(), stored[0]); mailfile.ProblemOf(err) != mailfile.Changed {
		t.Errorf("after the file has changed: %v", err)
	}
}
