package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Overview is what is known of all messages together. A message that is in several mailboxes counts once.
type Overview struct {
	Senders         int
	TrackingSenders int // that sent a tracked message
	LeakingSenders  int // that pass the recipient's address on
	Messages        int
	Tracked         int
	Leaking         int     // messages that pass the recipient's address on
	Months          []Month // those with messages, the first one first
}

// Month is what is known of the messages of a month, in UTC.
type Month struct {
	Month    time.Time // its first day
	Messages int
	Tracked  int
}

// Overview returns what is known of the messages that f matches.
func (s *Store) Overview(ctx context.Context, f Filter) (Overview, error) {
	var o Overview
	where, args := f.where()
	first := `(SELECT sender, tracked, leaks, date, ` + firstCopy + ` FROM messages WHERE ` + where + ` GROUP BY sender, identity)`
	err := s.view(ctx, "read overview from", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `
			SELECT count(*), coalesce(sum(tracked > 0), 0), coalesce(sum(leaks > 0), 0), coalesce(sum(messages), 0), coalesce(sum(tracked), 0), coalesce(sum(leaks), 0)
			FROM (SELECT count(*) AS messages, sum(tracked) AS tracked, sum(leaks) AS leaks FROM `+first+` GROUP BY sender)`, args...).
			Scan(&o.Senders, &o.TrackingSenders, &o.LeakingSenders, &o.Messages, &o.Tracked, &o.Leaking)
		if err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `SELECT strftime('%Y-%m', date, 'unixepoch') AS month, count(*), sum(tracked)
			FROM `+first+` WHERE date IS NOT NULL GROUP BY month ORDER BY month`, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var m Month
			var month string
			if err := rows.Scan(&month, &m.Messages, &m.Tracked); err != nil {
				return err
			}
			o.Months = append(o.Months, m)
			var err error
			if o.Months[len(o.Months)-1].Month, err = time.Parse("2006-01", month); err != nil {
				return fmt.Errorf("month of messages: %w", err)
			}
			return nil
		})
	})
	return o, err
}
