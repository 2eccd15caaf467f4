package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"pixelwacht/detector/block"
)

// Rules returns how the messages of single senders are to be blocked.
func (s *Store) Rules(ctx context.Context) (block.Rules, error) {
	var rules block.Rules
	err := s.view(ctx, "read rules from", func(tx *sql.Tx) (err error) {
		rules, err = readRules(ctx, tx)
		return err
	})
	return rules, err
}

// SetRule makes mode the rule for a sender, a key of [block.Rules].
func (s *Store) SetRule(ctx context.Context, sender string, mode block.Mode) error {
	return s.update(ctx, "set rule in", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO sender_rules (sender, mode) VALUES (?1, ?2) ON CONFLICT (sender) DO UPDATE SET mode = ?2", sender, mode)
		return err
	})
}

// RemoveRule removes the rule for a sender. Where there is none, the error is [ErrNotFound].
func (s *Store) RemoveRule(ctx context.Context, sender string) error {
	return s.update(ctx, "remove rule from", func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "DELETE FROM sender_rules WHERE sender = ?", sender)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return fmt.Errorf("rule for %s: %w", sender, ErrNotFound)
	})
}

// ReadRules returns the rules of the database in the folder dir, without creating, changing or waiting for anything: it
// is for programs that have to answer at once. Where there is no database yet, there are no rules.
func ReadRules(ctx context.Context, dir string) (block.Rules, error) {
	var rules block.Rules
	err := peek(ctx, dir, "sender_rules", func(db *sql.DB) (err error) {
		rules, err = readRules(ctx, db)
		return err
	})
	return rules, err
}

// peek reads a table of the database in the folder dir, without creating, changing or waiting for anything. Nothing is
// read where there is no such table.
func peek(ctx context.Context, dir, table string, read func(*sql.DB) error) error {
	s, err := openToRead(ctx, dir, table)
	if s == nil {
		return err
	}
	return errors.Join(s.explain("read from", read(s.read)), s.explain("close", s.read.Close()))
}

// openToRead opens the database in the folder dir for reading alone, without creating, changing or waiting for anything.
// The store is nil where there is no such table.
func openToRead(ctx context.Context, dir, table string) (*Store, error) {
	const patience = 200 * time.Millisecond // a transaction of another program is shorter
	path, err := filepath.Abs(filepath.Join(dir, fileName))
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	s := &Store{path: path}
	s.read, err = sql.Open("sqlite", dataFile(path)+fmt.Sprintf("?mode=ro&_pragma=busy_timeout(%d)", patience.Milliseconds()))
	if err != nil {
		return nil, s.explain("open", err)
	}
	var exists bool // an earlier version of the program has written the database, and none since
	err = s.read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)", table).Scan(&exists)
	if err != nil || !exists {
		return nil, errors.Join(s.explain("read from", err), s.explain("close", s.read.Close()))
	}
	return s, nil
}

// queryer is a database or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func readRules(ctx context.Context, db queryer) (block.Rules, error) {
	rules := block.Rules{}
	rows, err := db.QueryContext(ctx, "SELECT sender, mode FROM sender_rules")
	err = each(rows, err, func(rows *sql.Rows) error {
		var sender string
		var mode block.Mode
		err := rows.Scan(&sender, &mode)
		rules[sender] = mode
		return err
	})
	return rules, err
}
