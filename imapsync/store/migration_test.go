package store_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"pixelwacht/detector/block"
	"pixelwacht/imapsync/store"
)

// from opens a store whose database a released version has written.
func from(t *testing.T, version string) *store.Store {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", version+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, "pixelwacht.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(string(script)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, dir)
}

// The database of a released version keeps its messages, which are compared with what comes later.
func TestMigration(t *testing.T) {
	for _, version := range []string{"version-1", "version-2", "version-3", "version-7"} {
		t.Run(version, func(t *testing.T) {
			s := from(t, version)
			all, err := s.Messages(t.Context(), store.Filter{})
			if err != nil || len(all) != 2 {
				t.Fatalf("%+v, %v", all, err)
			}
			if m := all[0]; len(m.Findings) != 1 || m.Findings[0].Token != "4f7a0b1c2d3e4f52" || !m.Tracked || m.UID != 2 || m.Mailbox != "INBOX" ||
				m.Subject != "Offer" || m.From.Address != "news@shop.example" || m.Date.Unix() != 1772452800 || m.Digest != "digest2" {
				t.Errorf("%+v", m)
			}
			if senders, err := s.Senders(t.Context(), store.Filter{}); err != nil || len(senders) != 1 || senders[0].Tracked != 2 || senders[0].Providers[0] != "shop.example" {
				t.Errorf("%+v, %v", senders, err)
			}
			if rules, err := s.Rules(t.Context()); err != nil || version > "version-1" && rules["news@shop.example"] != block.All {
				t.Errorf("%v, %v", rules, err)
			}
			account, mailbox := inbox(t, s)
			save(t, s, account, mailbox.ID, newsletter(5, 5), newsletter(6, 6), newsletter(7, 7))
			compare(t, s)
			if all, err = s.Messages(t.Context(), store.Filter{}); err != nil || len(all) != 5 {
				t.Fatal(len(all), err)
			}
			for _, m := range all {
				if want := m.UID > 2; (verdict(m) == "likely by 3") != want || !m.Tracked {
					t.Errorf("message %d: %q", m.UID, verdict(m))
				}
			}
			texts, err := s.Texts(t.Context(), store.Filter{})
			if found := texts.Search([]int64{all[0].ID, all[3].ID, all[4].ID}, "offer shop"); err != nil || len(found) != 2 {
				t.Errorf("%v, %v", found, err)
			}
		})
	}
}
