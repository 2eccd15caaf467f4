package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// where is the SQL condition of a filter on the table messages, with its arguments. Of several copies of a message it
// holds for one.
func (f Filter) where() (string, []any) {
	shown := everywhere
	switch {
	case f.Mailbox != "":
		shown = inMailbox
	case f.Account != 0:
		shown = inAccount
	}
	conditions, args := []string{fmt.Sprintf("messages.shown & %d", shown)}, []any(nil)
	add := func(condition string, arg ...any) {
		conditions = append(conditions, condition)
		args = append(args, arg...)
	}
	if f.Account != 0 {
		add("messages.account = ?", f.Account)
	}
	if f.Mailbox != "" {
		add("messages.mailbox IN (SELECT mailboxes.id FROM mailboxes WHERE mailboxes.name = ?)", f.Mailbox)
	}
	if f.Sender != nil {
		add("messages.author IN (SELECT authors.id FROM authors WHERE address = ?)", strings.ToLower(*f.Sender))
	}
	if f.Domain != "" {
		domain := strings.ToLower(f.Domain)
		add("messages.author IN (SELECT authors.id FROM authors WHERE substr(address, -length(?)) = ?)", domain, domain)
	}
	if f.Provider != "" {
		add("messages.id IN (SELECT message FROM services CROSS JOIN message_services ON service = services.id WHERE services.name = ?)", f.Provider)
	}
	if f.Company != "" {
		add("messages.id IN (SELECT message FROM services CROSS JOIN message_services ON service = services.id WHERE coalesce(nullif(company, ''), services.name) = ?)", f.Company)
	}
	if !f.Since.IsZero() {
		add("messages.date >= ?", seconds(f.Since))
	}
	if !f.Until.IsZero() {
		add("messages.date < ?", seconds(f.Until))
	}
	if f.TrackedOnly {
		add("messages.tracked = 1")
	}
	if f.LeaksOnly {
		add("messages.leaks = 1")
	}
	return strings.Join(conditions, " AND "), args
}

// seconds is a moment as columns have it: dates have whole seconds, so it is the first one that is not before t.
func seconds(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}

// behind is the SQL from the messages that f matches, by the condition where, to the services behind them. It begins with
// what there are fewer of: the messages of one sender, or else the services.
func (f Filter) behind(where string) string {
	from := ` FROM services CROSS JOIN message_services ON service = services.id CROSS JOIN messages ON messages.id = message
		CROSS JOIN authors ON authors.id = messages.author`
	if f.Sender != nil {
		from = ` FROM authors CROSS JOIN messages ON messages.author = authors.id CROSS JOIN message_services ON message = messages.id
		CROSS JOIN services ON services.id = service`
	}
	return from + ` WHERE messages.tracked = 1 AND ` + where
}

// Providers returns the services behind the tracked messages that f matches, the most frequent first.
func (s *Store) Providers(ctx context.Context, f Filter) ([]Provider, error) {
	where, args := f.where()
	var all []Provider
	err := s.view(ctx, "read providers from", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			SELECT services.name, max(company), count(DISTINCT messages.id), count(DISTINCT address), max(date)`+f.behind(where)+`
			GROUP BY services.name ORDER BY count(DISTINCT messages.id) DESC, services.name`, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var p Provider
			var last sql.NullInt64
			err := rows.Scan(&p.Name, &p.Company, &p.Messages, &p.Senders, &last)
			p.LastSeen = timeOf(last)
			all = append(all, p)
			return err
		})
	})
	return most(all, f.Limit), err
}

// ProviderNames returns the names of the services behind tracked messages of an account, of all accounts for 0: those that
// most senders use first.
func (s *Store) ProviderNames(ctx context.Context, account int64) ([]string, error) {
	return s.names(ctx, "read providers from",
		"SELECT value FROM senders, json_each(services) WHERE account = ? GROUP BY value ORDER BY count(*) DESC, value", account)
}

// Companies returns who runs the services behind the tracked messages that f matches, the most frequent first.
func (s *Store) Companies(ctx context.Context, f Filter) ([]Company, error) {
	where, args := f.where()
	var all []Company
	err := s.view(ctx, "read companies from", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			SELECT coalesce(nullif(company, ''), services.name) AS who, count(DISTINCT messages.id), count(DISTINCT address)`+f.behind(where)+`
			GROUP BY who ORDER BY count(DISTINCT messages.id) DESC, who`, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var c Company
			err := rows.Scan(&c.Name, &c.Messages, &c.Senders)
			all = append(all, c)
			return err
		})
	})
	return most(all, f.Limit), err
}

const selectMessage = `
SELECT messages.id, messages.account, coalesce(mailboxes.name, ''), messages.uidvalidity, uid, file, file_index, file_offset, file_length, gone,
	identity, date, subject, address, authors.name, organisation, result
FROM messages LEFT JOIN mailboxes ON mailboxes.id = messages.mailbox JOIN authors ON authors.id = author JOIN results ON message = messages.id `

// Messages returns the messages that f matches, newest first and those without a date last. Of several copies of a
// message it returns one that is still there, if any is.
func (s *Store) Messages(ctx context.Context, f Filter) ([]Message, error) {
	where, args := f.where()
	var all []Message
	err := s.view(ctx, "read messages from", func(tx *sql.Tx) error {
		const newestFirst = " ORDER BY date DESC, messages.id DESC"
		// Results are large: only those that are returned are read.
		rows, err := tx.QueryContext(ctx, selectMessage+"WHERE messages.id IN (SELECT messages.id FROM messages WHERE "+where+newestFirst+
			" LIMIT coalesce(nullif(?, 0), -1))"+newestFirst, append(args, f.Limit)...)
		return each(rows, err, func(rows *sql.Rows) error {
			m, result, err := scanMessage(rows)
			if err == nil {
				err = m.decode(result)
			}
			all = append(all, m)
			return err
		})
	})
	return all, err
}

// Message returns one message, or [ErrNotFound].
func (s *Store) Message(ctx context.Context, id int64) (Message, error) {
	var m Message
	err := s.view(ctx, "read message from", func(tx *sql.Tx) (err error) {
		var result []byte
		m, result, err = scanMessage(tx.QueryRowContext(ctx, selectMessage+"WHERE messages.id = ?", id))
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("message %d: %w", id, ErrNotFound)
		} else if err != nil {
			return err
		}
		return m.decode(result)
	})
	return m, err
}

// scanMessage reads a message, without its result, which is returned as it is stored.
func scanMessage(row interface{ Scan(...any) error }) (m Message, result []byte, err error) {
	var (
		identity []byte
		date     sql.NullInt64
	)
	err = row.Scan(&m.ID, &m.Account, &m.Mailbox, &m.UIDValidity, &m.UID, &m.File, &m.Index, &m.Offset, &m.Length, &m.Gone,
		&identity, &date, &m.Subject, &m.From.Address, &m.From.Name, &m.From.Organisation, &result)
	m.Date = timeOf(date)
	if len(identity) == digestSize {
		m.Digest = hex.EncodeToString(identity)
	}
	return m, result, err
}

// decode reads the result of a message that was scanned.
func (m *Message) decode(stored []byte) error {
	columns := m.Result
	if err := decode(stored, &m.Result); err != nil {
		return fmt.Errorf("message %d: %w", m.ID, err)
	}
	m.Date, m.Subject, m.From = columns.Date, columns.Subject, columns.From
	m.Digest = cmp.Or(m.Digest, columns.Digest)
	return nil
}

// timeOf is the time of a date column; the zero time for NULL.
func timeOf(seconds sql.NullInt64) time.Time {
	if !seconds.Valid {
		return time.Time{}
	}
	return time.Unix(seconds.Int64, 0).UTC()
}
