package store

import (
	"context"
	"database/sql"
	"strings"
	"time"
)

// SetConsent remembers when the user gave consent to a sender, an address. The zero time takes it back.
func (s *Store) SetConsent(ctx context.Context, sender string, date time.Time) error {
	sender = strings.ToLower(sender)
	return s.update(ctx, "set consent in", func(tx *sql.Tx) (err error) {
		if date.IsZero() {
			_, err = tx.ExecContext(ctx, "DELETE FROM consents WHERE sender = ?", sender)
		} else {
			_, err = tx.ExecContext(ctx, "INSERT INTO consents (sender, date) VALUES (?1, ?2) ON CONFLICT (sender) DO UPDATE SET date = ?2", sender, date.Unix())
		}
		return err
	})
}
