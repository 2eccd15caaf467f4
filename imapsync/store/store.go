// Package store remembers in one SQLite file which messages were seen and what the detector found in them.
//
// The file lies in the data folder and is shared by every running program: write-ahead logging lets readers and one
// writer work at the same time, transactions are short, and who comes second waits. The folder is readable by its
// owner only, and so are the database and the files that SQLite puts beside it.
//
//	DIR/pixelwacht.db      accounts, mailboxes, messages with their findings
//	DIR/pixelwacht.db-wal  what was written last (SQLite's own)
//	DIR/pixelwacht.db-shm  (SQLite's own)
//	DIR/pixelwacht.db.lock held while the database is opened
//	DIR/pixelwacht.db.damaged-DATE  a database that could not be read any more
//
// A message is known by mailbox, UIDVALIDITY and UID, or by file and offset; one that is in several places has the
// same digest in each, and counts once for its sender. A message that vanished from its mailbox is marked gone and
// stays as evidence. The bodies of messages are not stored, only what was found in them, and hashes of the URLs, by which
// the messages of a sender are compared with each other.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// fileName is the name of the database in the data folder.
const fileName = "pixelwacht.db"

// lockSuffix ends the name of the empty file that whoever opens the database locks meanwhile.
const lockSuffix = ".lock"

// busyTimeout is how long a writer waits for another program's transaction. Transactions take milliseconds.
const busyTimeout = 20 * time.Second

// ErrCorrupt is the error of a database that cannot be read as one.
var ErrCorrupt = errors.New("the database is damaged")

// ErrNewer is the error of a database that a later version of the program has written.
var ErrNewer = errors.New("the database was written by a newer version of the program")

// ErrNotFound is the error of asking for something that the store does not have.
var ErrNotFound = errors.New("not in the store")

// Store is an open database. It may be used from many goroutines, and many programs may have the same one open.
type Store struct {
	path    string
	write   *sql.DB // one connection: writers of this program queue here, not in SQLite's busy handler
	read    *sql.DB
	damaged string // see Damaged
}

// Open opens the database in the folder dir, and creates both where they are missing. A damaged database is set aside
// ([Store.Damaged]), and an empty one takes its place. One of a later version is [ErrNewer], and not changed. The caller
// closes the store.
func Open(ctx context.Context, dir string) (*Store, error) {
	if err := makeFolder(dir); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	path, err := filepath.Abs(filepath.Join(dir, fileName))
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	// One program at a time, so that a damaged database is set aside once, and never the one that takes its place.
	lock := flock.New(path + lockSuffix)
	if _, err := lock.TryLockContext(ctx, 10*time.Millisecond); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	s, err := openOrReplace(ctx, path)
	return s, errors.Join(err, lock.Unlock())
}

// openOrReplace opens the database, or an empty one in the place of one that is damaged.
func openOrReplace(ctx context.Context, path string) (*Store, error) {
	if err := makeFile(path); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	s, err := openFile(ctx, path)
	if !errors.Is(err, ErrCorrupt) {
		return s, err
	}
	aside, failed := setAside(path, time.Now())
	if failed != nil {
		return nil, errors.Join(err, failed)
	}
	if err := makeFile(path); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	if s, err = openFile(ctx, path); err == nil {
		s.damaged = aside
	}
	return s, err
}

func openFile(ctx context.Context, path string) (s *Store, err error) {
	s = &Store{path: path}
	if s.write, err = sql.Open("sqlite", dataSource(path, "immediate")); err != nil {
		return nil, s.explain("open", err)
	}
	s.write.SetMaxOpenConns(1)
	err = s.migrate(ctx)
	if err == nil {
		err = s.check(ctx)
	}
	if err != nil {
		return nil, errors.Join(s.explain("open", err), s.write.Close())
	}
	if s.read, err = sql.Open("sqlite", dataSource(path, "deferred")+"&_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(s.explain("open", err), s.write.Close())
	}
	s.read.SetMaxOpenConns(4)
	return s, nil
}

// Close closes the database.
func (s *Store) Close() error {
	return s.explain("close", errors.Join(s.read.Close(), s.write.Close()))
}

// makeFolder creates dir for its owner only. The permissions of a folder that is there already are its owner's choice.
func makeFolder(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.MkdirAll(dir, 0o700)
}

// makeFile creates an empty database for its owner only. SQLite gives its -wal and -shm the same permissions.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if info, err := f.Stat(); err == nil && info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}

func dataSource(path, lock string) string {
	return dataFile(path) + fmt.Sprintf("?_txlock=%s&_pragma=busy_timeout(%d)&_pragma=journal_mode(wal)&_pragma=synchronous(normal)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)",
		lock, busyTimeout.Milliseconds())
}

// dataFile is the URI of a database file.
func dataFile(path string) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // a drive letter: file:///C:/…
	}
	return (&url.URL{Scheme: "file", Path: slashed}).String()
}

// explain says which database failed at what, and what to do where somebody has to act.
func (s *Store) explain(what string, err error) error {
	var e *sqlite.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e) && (e.Code()&0xff == sqlite3.SQLITE_CORRUPT || e.Code()&0xff == sqlite3.SQLITE_NOTADB):
		return fmt.Errorf("%s %s: %w: start the program again, which sets it aside (%v)", what, s.path, ErrCorrupt, err)
	case errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_FULL:
		return fmt.Errorf("%s %s: the disk is full: make room and try again (%w)", what, s.path, err)
	case errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY:
		return fmt.Errorf("%s %s: another program keeps the database busy: close it and try again (%w)", what, s.path, err)
	}
	return fmt.Errorf("%s %s: %w", what, s.path, err)
}

// update runs f in one write transaction.
func (s *Store) update(ctx context.Context, what string, f func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return s.failed(what, err)
	}
	err = f(tx)
	if err == nil {
		err = refresh(ctx, tx)
	}
	if err != nil {
		return errors.Join(s.failed(what, err), ignoreDone(tx.Rollback()))
	}
	return s.failed(what, tx.Commit())
}

// view runs f in one read transaction, so that all its queries see the same state.
func (s *Store) view(ctx context.Context, what string, f func(*sql.Tx) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.failed(what, err)
	}
	err = f(tx)
	return errors.Join(s.failed(what, err), ignoreDone(tx.Rollback()))
}

// failed explains an error, and notes that damage was found where it is that.
func (s *Store) failed(what string, err error) error {
	err = s.explain(what, err)
	if errors.Is(err, ErrCorrupt) {
		s.suspect()
	}
	return err
}

// ignoreDone drops the error of ending a transaction that a cancelled context has ended already.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// each calls f for every row.
func each(rows *sql.Rows, err error, f func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
