package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// suspectSuffix ends the name of an empty file beside a database in which damage was found while it was used: who opens it
// next looks at all of it.
const suspectSuffix = ".suspect"

// damagedSuffix is in the names of databases that were set aside.
const damagedSuffix = ".damaged-"

// Damaged is where the database is that this one has replaced because it could not be read any more, "" when there is
// none.
func (s *Store) Damaged() string { return s.damaged }

// suspect notes that damage was found.
func (s *Store) suspect() {
	f, err := os.OpenFile(s.path+suspectSuffix, os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_ = f.Close() // the name says it all
	}
}

// check looks at all of a database in which damage was found before.
func (s *Store) check(ctx context.Context) error {
	if _, err := os.Lstat(s.path + suspectSuffix); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var found string
	if err := s.write.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return fmt.Errorf("%w (%s)", ErrCorrupt, found)
	}
	return os.Remove(s.path + suspectSuffix)
}

// setAside gives the database at path another name, with the date, and returns that. What SQLite keeps beside it goes with
// it.
func setAside(path string, now time.Time) (string, error) {
	aside := path + damagedSuffix + now.Format("2006-01-02")
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
		aside = fmt.Sprintf("%s%s%s-%d", path, damagedSuffix, now.Format("2006-01-02"), n)
	}
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		err := os.Rename(path+suffix, aside+suffix)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	if err := os.Remove(path + suspectSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return aside, nil
}

// removeDamaged removes the databases that were set aside.
func (s *Store) removeDamaged() error {
	files, err := filepath.Glob(filepath.Join(filepath.Dir(s.path), fileName+damagedSuffix+"*"))
	for _, f := range files {
		err = errors.Join(err, os.Remove(f))
	}
	return err
}
