package store

import (
	"context"
	"database/sql"
	"time"
)

// AddTraffic counts what was read from the server of an account, in octets.
func (s *Store) AddTraffic(ctx context.Context, account int64, at time.Time, octets int64) error {
	return s.update(ctx, "count traffic in", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO traffic (account, hour, octets) VALUES (?1, ?2, ?3)
			ON CONFLICT (account, hour) DO UPDATE SET octets = octets + ?3`, account, hour(at), octets)
		if err == nil {
			_, err = tx.ExecContext(ctx, "DELETE FROM traffic WHERE account = ? AND hour < ?", account, hour(at.Add(-dayOfTraffic)))
		}
		return err
	})
}

// Traffic returns how many octets were read from the server of an account in the 24 hours before now.
func (s *Store) Traffic(ctx context.Context, account int64, now time.Time) (int64, error) {
	var octets int64
	err := s.view(ctx, "read traffic from", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT coalesce(sum(octets), 0) FROM traffic WHERE account = ? AND hour >= ?", account, hour(now.Add(-dayOfTraffic))).Scan(&octets)
	})
	return octets, err
}

const dayOfTraffic = 24 * time.Hour

// hour is the number of the hour since 1970.
func hour(t time.Time) int64 { return t.Unix() / (60 * 60) }
