package mailfile_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

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
	if summary.Messages != 1 || !errors.Is(err, mailfile.ErrNotMail) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%+v, %v", summary, err)
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
	if _, err := s.Raw(t.Context(), stored[0]); !errors.Is(err, mailfile.ErrChanged) {
		t.Errorf("after the file has changed: %v", err)
	}
}
