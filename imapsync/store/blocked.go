package store

import (
	"context"
	"database/sql"
	"time"
)

// Blocked is how much was blocked.
type Blocked struct {
	Messages int // blocked copies that were made
	Places   int // that were overwritten in them
}

// AddBlocked counts what was blocked at a time.
func (s *Store) AddBlocked(ctx context.Context, at time.Time, b Blocked) error {
	return s.update(ctx, "count what is blocked in", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO blocked (day, messages, places) VALUES (?1, ?2, ?3)
			ON CONFLICT (day) DO UPDATE SET messages = messages + ?2, places = places + ?3`, day(at), b.Messages, b.Places)
		return err
	})
}

// Blocked returns how much was blocked on the day of since and later. The zero time is for all that ever was.
func (s *Store) Blocked(ctx context.Context, since time.Time) (Blocked, error) {
	var b Blocked
	err := s.view(ctx, "read what was blocked from", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT coalesce(sum(messages), 0), coalesce(sum(places), 0) FROM blocked WHERE day >= ?", day(since)).Scan(&b.Messages, &b.Places)
	})
	return b, err
}

// day is the number of the day, in UTC, since 1970.
func day(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }
