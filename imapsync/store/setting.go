package store

import (
	"context"
	"database/sql"
	"errors"
)

// Setting returns the value of a setting, "" where it is not set.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	var value string
	err := s.view(ctx, "read setting from", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT value FROM settings WHERE name = ?", name).Scan(&value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

// SetSetting sets a setting, which must not be a secret: those are the keyring's. The value "" removes it.
func (s *Store) SetSetting(ctx context.Context, name, value string) error {
	return s.update(ctx, "set setting in", func(tx *sql.Tx) (err error) {
		if value == "" {
			_, err = tx.ExecContext(ctx, "DELETE FROM settings WHERE name = ?", name)
		} else {
			_, err = tx.ExecContext(ctx, "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2", name, value)
		}
		return err
	})
}
