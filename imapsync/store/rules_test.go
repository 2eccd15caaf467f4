package store_test

import (
	"database/sql"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"pixelwacht/detector/block"
	"pixelwacht/imapsync/store"
)

func TestRules(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	check := func(want block.Rules) {
		t.Helper()
		got, err := s.Rules(t.Context())
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("rules are %v, %v; want %v", got, err, want)
		}
		// Another program, while this one has the database open.
		if got, err := store.ReadRules(t.Context(), dir); err != nil || !maps.Equal(got, want) {
			t.Errorf("another program reads %v, %v; want %v", got, err, want)
		}
	}
	check(block.Rules{})
	for sender, mode := range map[string]block.Mode{"a@shop.test": block.Trust, "@shop.test": block.All, "@other.test": block.Trackers} {
		if err := s.SetRule(t.Context(), sender, mode); err != nil {
			t.Fatal(err)
		}
	}
	check(block.Rules{"a@shop.test": block.Trust, "@shop.test": block.All, "@other.test": block.Trackers})
	if err := s.SetRule(t.Context(), "a@shop.test", block.Trackers); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveRule(t.Context(), "@other.test"); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveRule(t.Context(), "@other.test"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("remove a rule that is not there: %v", err)
	}
	check(block.Rules{"a@shop.test": block.Trackers, "@shop.test": block.All})
}

func TestReadRulesCreatesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	if rules, err := store.ReadRules(t.Context(), dir); err != nil || len(rules) > 0 {
		t.Errorf("no folder: %v, %v", rules, err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}
}

func TestReadRulesOfADatabaseWithoutThem(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, "pixelwacht.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TABLE messages (id INTEGER)"); err != nil {
		t.Fatal(err)
	}
	if rules, err := store.ReadRules(t.Context(), dir); err != nil || len(rules) > 0 {
		t.Errorf("%v, %v", rules, err)
	}
}

func TestReadRulesOfWhatCannotBeRead(t *testing.T) {
	garbage := t.TempDir()
	if err := os.WriteFile(filepath.Join(garbage, "pixelwacht.db"), []byte("not a database, for a page and more"), 0o600); err != nil {
		t.Fatal(err)
	}
	if rules, err := store.ReadRules(t.Context(), garbage); !errors.Is(err, store.ErrCorrupt) || rules != nil {
		t.Errorf("garbage: %v, %v", rules, err)
	}
	locked := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(locked, "pixelwacht.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range []string{"CREATE TABLE sender_rules (sender TEXT, mode TEXT)", "BEGIN EXCLUSIVE"} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	if rules, err := store.ReadRules(t.Context(), locked); err == nil || rules != nil {
		t.Errorf("locked: %v, %v", rules, err)
	}
}
