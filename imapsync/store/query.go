package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pixelwacht/detector"
)

// where is the SQL condition of a filter on the table messages, with its arguments.
func (f Filter) where() (string, []any) {
	conditions, args := []string{"1"}, []any(nil)
	add := func(condition string, arg ...any) {
		conditions = append(conditions, condition)
		args = append(args, arg...)
	}
	if f.Account != 0 {
		add("account = ?", f.Account)
	}
	if f.Sender != nil {
		add("sender = ?", strings.ToLower(*f.Sender))
	}
	if f.Domain != "" {
		domain := strings.ToLower(f.Domain)
		add("substr(sender, -length(?)) = ?", domain, domain)
	}
	if f.Provider != "" {
		add("id IN (SELECT message FROM message_providers WHERE name = ?)", f.Provider)
	}
	if f.Company != "" {
		add("id IN (SELECT message FROM message_providers WHERE coalesce(nullif(company, ''), name) = ?)", f.Company)
	}
	if !f.Since.IsZero() {
		since := f.Since.Unix()
		if f.Since.Nanosecond() > 0 {
			since++ // dates have whole seconds
		}
		add("date >= ?", since)
	}
	if !f.Until.IsZero() {
		until := f.Until.Unix()
		if f.Until.Nanosecond() > 0 {
			until++
		}
		add("date < ?", until)
	}
	if f.Mailbox != "" {
		add("mailbox IN (SELECT mailboxes.id FROM mailboxes WHERE mailboxes.name = ?)", f.Mailbox)
	}
	if f.TrackedOnly {
		add("tracked = 1")
	}
	if f.LeaksOnly {
		add("leaks = 1")
	}
	return strings.Join(conditions, " AND "), args
}

// containing is the SQL condition that every word of text is in an expression.
func containing(text, expression string) (string, []any) {
	condition, args := "1", []any(nil)
	for _, word := range strings.Fields(strings.ToLower(text)) {
		condition += " AND instr(" + expression + ", ?) > 0"
		args = append(args, word)
	}
	return condition, args
}

// Senders returns the senders of the messages that f matches, those with most tracked messages first. Messages without
// a From address are under the address "".
func (s *Store) Senders(ctx context.Context, f Filter) ([]Sender, error) {
	where, args := f.where()
	text, words := containing(f.Text, "lower(sender_name || ' ' || sender || ' ' || organisation)")
	where, args = where+" AND "+text, append(args, words...)
	var all []Sender
	position := make(map[string]int) // by address
	err := s.view(ctx, "read senders from", func(tx *sql.Tx) error {
		// The inner query makes one row of all copies of a message: the one that Messages returns, for with a single
		// min() SQLite takes the other columns from its row. SQLite cannot unite bit sets, so each set of exposures
		// is a row of its own here.
		rows, err := tx.QueryContext(ctx, `
			SELECT sender, exposes, organisation, count(*), sum(tracked), max(leaks), sum(read_receipt), sum(click_links), min(date), max(date)
			FROM (SELECT sender, organisation, tracked, leaks, read_receipt, click_links, exposes, date, `+firstCopy+`
				FROM messages WHERE `+where+` GROUP BY sender, identity)
			GROUP BY sender, exposes ORDER BY sender`, args...)
		err = each(rows, err, func(rows *sql.Rows) error {
			var (
				part        Sender
				bits        int64
				first, last sql.NullInt64
			)
			err := rows.Scan(&part.Address, &bits, &part.Organisation, &part.Messages, &part.Tracked, &part.LeaksAddress,
				&part.ReadReceipts, &part.ClickLinks, &first, &last)
			part.Exposes, part.FirstSeen, part.LastSeen = exposuresOf(bits), timeOf(first), timeOf(last)
			if i, ok := position[part.Address]; ok {
				all[i].add(part)
				return err
			}
			part.Providers = []string{}
			position[part.Address] = len(all)
			all = append(all, part)
			return err
		})
		if err != nil {
			return err
		}

		// The name that the sender used last: with a single max(), its row.
		rows, err = tx.QueryContext(ctx, `SELECT sender, sender_name, max(coalesce(date, 0)) FROM messages
			WHERE sender_name <> '' AND `+where+` GROUP BY sender`, args...)
		err = each(rows, err, func(rows *sql.Rows) error {
			var address, name string
			var date int64
			err := rows.Scan(&address, &name, &date)
			if i, ok := position[address]; ok {
				all[i].Name = name
			}
			return err
		})
		if err != nil {
			return err
		}

		rows, err = tx.QueryContext(ctx, "SELECT sender, date FROM consents")
		err = each(rows, err, func(rows *sql.Rows) error {
			var address string
			var date sql.NullInt64
			err := rows.Scan(&address, &date)
			if i, ok := position[address]; ok {
				all[i].Consent = timeOf(date)
			}
			return err
		})
		if err != nil {
			return err
		}

		rows, err = tx.QueryContext(ctx, `SELECT sender, name FROM messages CROSS JOIN message_providers ON message = messages.id
			WHERE tracked = 1 AND `+where+` GROUP BY sender, name ORDER BY sender, name`, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var address, name string
			err := rows.Scan(&address, &name)
			if i, ok := position[address]; ok {
				all[i].Providers = append(all[i].Providers, name)
			}
			return err
		})
	})
	all = slices.DeleteFunc(all, func(s Sender) bool {
		return f.ConsentOnly && s.Consent.IsZero() || s.FirstSeen.Before(f.NewSince)
	})
	slices.SortStableFunc(all, func(a, b Sender) int {
		return cmp.Or(cmp.Compare(b.Tracked, a.Tracked), cmp.Compare(b.Messages, a.Messages))
	})
	return most(all, f.Limit), err
}

// most are the first items, limit of them, or all where limit is 0.
func most[T any](all []T, limit int) []T {
	if limit > 0 && len(all) > limit {
		return all[:limit]
	}
	return all
}

// firstCopy is the SQL expression that is smallest for the oldest copy of a message that is still there, if any is:
// 62 bits for the ID, and gone above it.
const firstCopy = "min(gone << 62 | id)"

// add counts further messages of the same sender.
func (s *Sender) add(part Sender) {
	s.Messages += part.Messages
	s.Tracked += part.Tracked
	s.ReadReceipts += part.ReadReceipts
	s.ClickLinks += part.ClickLinks
	s.LeaksAddress = s.LeaksAddress || part.LeaksAddress
	s.Exposes = exposuresOf(exposureBits(s.Exposes) | exposureBits(part.Exposes))
	if s.FirstSeen.IsZero() || !part.FirstSeen.IsZero() && part.FirstSeen.Before(s.FirstSeen) {
		s.FirstSeen = part.FirstSeen
	}
	if part.LastSeen.After(s.LastSeen) {
		s.LastSeen = part.LastSeen
	}
}

// Providers returns the services behind the tracked messages that f matches, the most frequent first.
func (s *Store) Providers(ctx context.Context, f Filter) ([]Provider, error) {
	where, args := f.where()
	var all []Provider
	err := s.view(ctx, "read providers from", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			SELECT name, max(company), count(*), count(DISTINCT sender), max(last)
			FROM (SELECT name, max(company) AS company, sender, max(date) AS last
				FROM messages CROSS JOIN message_providers ON message = messages.id
				WHERE tracked = 1 AND `+where+` GROUP BY name, sender, identity)
			GROUP BY name ORDER BY count(*) DESC, name`, args...)
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

// Companies returns who runs the services behind the tracked messages that f matches, the most frequent first.
func (s *Store) Companies(ctx context.Context, f Filter) ([]Company, error) {
	where, args := f.where()
	var all []Company
	err := s.view(ctx, "read companies from", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			SELECT who, count(*), count(DISTINCT sender)
			FROM (SELECT DISTINCT coalesce(nullif(company, ''), name) AS who, sender, identity
				FROM messages CROSS JOIN message_providers ON message = messages.id
				WHERE tracked = 1 AND `+where+`)
			GROUP BY who ORDER BY count(*) DESC, who`, args...)
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
SELECT messages.id, messages.account, coalesce(mailboxes.name, ''), messages.uidvalidity, uid, file, file_index, file_offset, file_length, gone, result
FROM messages LEFT JOIN mailboxes ON mailboxes.id = messages.mailbox `

// Messages returns the messages that f matches, newest first and those without a date last. Of several copies of a
// message it returns one that is still there, if any is.
func (s *Store) Messages(ctx context.Context, f Filter) ([]Message, error) {
	where, args := f.where()
	text, words := containing(f.Text, subjectAndSender)
	where, args = where+" AND "+text, append(args, words...)
	var all []Message
	err := s.view(ctx, "read messages from", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectMessage+`
			WHERE messages.id IN (SELECT `+firstCopy+` & ~(1 << 62) FROM messages WHERE `+where+` GROUP BY sender, identity)
			ORDER BY date DESC, messages.id DESC LIMIT coalesce(nullif(?, 0), -1)`, append(args, f.Limit)...)
		return each(rows, err, func(rows *sql.Rows) error {
			m, err := scanMessage(rows)
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
		m, err = scanMessage(tx.QueryRowContext(ctx, selectMessage+"WHERE messages.id = ?", id))
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("message %d: %w", id, ErrNotFound)
		}
		return err
	})
	return m, err
}

func scanMessage(row interface{ Scan(...any) error }) (Message, error) {
	var (
		m      Message
		result []byte
	)
	err := row.Scan(&m.ID, &m.Account, &m.Mailbox, &m.UIDValidity, &m.UID, &m.File, &m.Index, &m.Offset, &m.Length, &m.Gone, &result)
	if err != nil {
		return m, err
	}
	var r detector.Result
	if err := json.Unmarshal(result, &r); err != nil {
		return m, fmt.Errorf("message %d: %w", m.ID, err)
	}
	m.Result = r
	return m, nil
}

// timeOf is the time of a date column; the zero time for NULL.
func timeOf(seconds sql.NullInt64) time.Time {
	if !seconds.Valid {
		return time.Time{}
	}
	return time.Unix(seconds.Int64, 0).UTC()
}
