package store

import (
	"context"
	"database/sql"
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
	table, ofTable := f.senders()
	condition, more := f.ofSenders()
	where, args := f.where()
	err := s.view(ctx, "read overview from", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `
			SELECT count(*), coalesce(sum(tracked > 0), 0), coalesce(sum(leaks > 0), 0), coalesce(sum(messages), 0), coalesce(sum(tracked), 0), coalesce(sum(leaks), 0)
			FROM `+table+condition, append(ofTable, more...)...).
			Scan(&o.Senders, &o.TrackingSenders, &o.LeakingSenders, &o.Messages, &o.Tracked, &o.Leaking)
		if err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `SELECT strftime('%Y-%m', day * 86400, 'unixepoch') AS month, sum(messages), sum(tracked)
			FROM (SELECT date / 86400 - (date % 86400 < 0) AS day, count(*) AS messages, sum(tracked) AS tracked
				FROM messages WHERE date IS NOT NULL AND `+where+` GROUP BY day)
			GROUP BY month ORDER BY month`, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var m Month
			var month string
			err := rows.Scan(&month, &m.Messages, &m.Tracked)
			if err == nil {
				m.Month, err = time.Parse("2006-01", month)
			}
			o.Months = append(o.Months, m)
			return err
		})
	})
	return o, err
}
