package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
)

// Forget removes an account with everything that is known of it from the database file: what was overwritten cannot be
// read from the disk's free space in it. What the user said of senders stays.
func (s *Store) Forget(ctx context.Context, account int64) error {
	err := s.update(ctx, "forget account in", func(tx *sql.Tx) error {
		for _, statement := range []string{
			"DELETE FROM accounts WHERE id = ?1",
			"DELETE FROM senders WHERE account = ?1",
			// Those with other authors are made anew from what is left.
			"DELETE FROM senders WHERE account = 0 AND address NOT IN (SELECT address FROM authors WHERE id IN (SELECT author FROM messages))",
			"DELETE FROM authors WHERE id NOT IN (SELECT author FROM messages)",
			"DELETE FROM services WHERE id NOT IN (SELECT service FROM message_services)",
			"DELETE FROM comparisons WHERE correspondent NOT IN (SELECT organisation FROM authors UNION SELECT address FROM authors)",
		} {
			if _, err := tx.ExecContext(ctx, statement, account); err != nil {
				return err
			}
		}
		return forgetSightings(ctx, tx)
	})
	if err != nil {
		return err
	}
	return s.shrink(ctx)
}

// forgetSightings removes the sightings of messages that are no longer there. They are evidence on other messages, too,
// but what was said with them stays said.
func forgetSightings(ctx context.Context, tx *sql.Tx) error {
	there := map[int64]bool{}
	rows, err := tx.QueryContext(ctx, selectMessage)
	err = each(rows, err, func(rows *sql.Rows) error {
		m, result, err := scanMessage(rows)
		if err == nil {
			err = m.decode(result)
		}
		there[m.Identity()] = true
		return err
	})
	if err != nil {
		return err
	}
	var gone []int64
	rows, err = tx.QueryContext(ctx, "SELECT DISTINCT message FROM sightings")
	err = each(rows, err, func(rows *sql.Rows) error {
		var message int64
		err := rows.Scan(&message)
		if !there[message] {
			gone = append(gone, message)
		}
		return err
	})
	if err != nil {
		return err
	}
	list, err := json.Marshal(gone)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM sightings WHERE message IN (SELECT value FROM json_each(?))", string(list))
	return err
}

// ForgetAll removes everything, also databases that were set aside, and leaves an empty one.
func (s *Store) ForgetAll(ctx context.Context) error {
	err := s.update(ctx, "forget everything in", func(tx *sql.Tx) error {
		var tables []string
		rows, err := tx.QueryContext(ctx, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
		err = each(rows, err, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			tables = append(tables, name)
			return err
		})
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "PRAGMA defer_foreign_keys = 1"); err != nil {
			return err
		}
		for _, name := range tables {
			if _, err := tx.ExecContext(ctx, fmt.Sprintf("DELETE FROM %q", name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.shrink(ctx); err != nil {
		return err
	}
	return s.removeDamaged()
}

// shrink gives the room of what was removed back to the disk.
func (s *Store) shrink(ctx context.Context) error {
	for _, statement := range []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := s.write.ExecContext(ctx, statement); err != nil {
			return s.explain("shrink", err)
		}
	}
	return nil
}
