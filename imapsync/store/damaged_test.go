package store_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pixelwacht/imapsync/store"
)

func TestADamagedDatabaseIsSetAside(t *testing.T) {
	dir := t.TempDir()
	garbage := strings.Repeat("this is no database ", 1000)
	seen := map[string]bool{}
	for range 2 {
		if err := os.WriteFile(filepath.Join(dir, "pixelwacht.db"), []byte(garbage), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if content, err := os.ReadFile(s.Damaged()); err != nil || string(content) != garbage || seen[s.Damaged()] {
			t.Errorf("%q was changed (%v)", s.Damaged(), err)
		}
		seen[s.Damaged()] = true
		account, mailbox := inbox(t, s)
		save(t, s, account, mailbox.ID, plain(1, "a@b.example", "d"))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s, err = store.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if all, err := s.Messages(t.Context(), store.Filter{}); s.Damaged() != "" || err != nil || len(all) != 1 {
			t.Errorf("opened again: %q, %v, %v", s.Damaged(), all, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, dir)
	if err := s.ForgetAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	for path := range seen {
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Two programs that find the same damage start one new database.
func TestADamagedDatabaseIsSetAsideOnce(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pixelwacht.db"), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	var programs sync.WaitGroup
	for range 4 {
		programs.Go(func() {
			s, err := store.Open(t.Context(), dir)
			if err == nil {
				err = s.Close()
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	programs.Wait()
	if files, err := filepath.Glob(filepath.Join(dir, "*.damaged-*")); err != nil || len(files) != 1 {
		t.Errorf("%q, %v", files, err)
	}
}

// Damage inside of a database is found when it is used, and set aside by who opens it next.
func TestDamageThatIsFoundLater(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "pixelwacht.db")
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	account, mailbox := inbox(t, s)
	var batch []store.Message
	for i := range 300 {
		batch = append(batch, tracked(store.UID(i+1), "a@b.example", "", "P"))
	}
	save(t, s, account, mailbox.ID, batch...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sound := string(content)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	var page, size int
	if err := db.QueryRow("SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = 'results'").Scan(&page, &size); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for i := (page - 1) * size; i < page*size; i++ {
		content[i] = 0xa5
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err = store.Open(t.Context(), dir)
	if err != nil || s.Damaged() != "" {
		t.Fatalf("%+v, %v", s, err)
	}
	if _, err := s.Messages(t.Context(), store.Filter{}); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("damaged: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	s, err = store.Open(t.Context(), dir)
	if err != nil || s.Damaged() == "" {
		t.Fatalf("%+v, %v", s, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	// A suspicion alone is no damage.
	for name, content := range map[string]string{"pixelwacht.db": sound, "pixelwacht.db.suspect": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if s := open(t, dir); s.Damaged() != "" {
		t.Errorf("a sound database was set aside as %s", s.Damaged())
	}
	if _, err := os.Stat(path + ".suspect"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("still suspected: %v", err)
	}
}
