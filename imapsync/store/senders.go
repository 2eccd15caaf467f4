package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The bits of messages.shown: of all copies of a message, one counts in its mailbox, in its account, and everywhere. It
// is the oldest that is still there, if any is.
const (
	inMailbox  = 1
	inAccount  = 2
	everywhere = 4
)

// refresh brings messages.shown and the table senders up to date with what has changed in a transaction.
func refresh(ctx context.Context, tx *sql.Tx) error {
	var accounts []int64
	rows, err := tx.QueryContext(ctx, "SELECT DISTINCT account FROM stale")
	err = each(rows, err, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		accounts = append(accounts, id)
		return err
	})
	if err != nil || len(accounts) == 0 {
		return err
	}
	const better = "NOT EXISTS (SELECT 1 FROM messages AS other WHERE other.identity = messages.identity AND (other.gone, other.id) < (messages.gone, messages.id)"
	_, err = tx.ExecContext(ctx, fmt.Sprintf(`UPDATE messages SET shown =
			%[1]d * (%[4]s AND other.account = messages.account AND other.mailbox IS messages.mailbox)) +
			%[2]d * (%[4]s AND other.account = messages.account)) + %[3]d * (%[4]s))
		WHERE identity IN (SELECT identity FROM stale)`, inMailbox, inAccount, everywhere, better))
	if err != nil {
		return err
	}
	// The senders of the copies are counted anew as well: another one may count now.
	_, err = tx.ExecContext(ctx, "INSERT INTO stale (identity, author, account) SELECT identity, author, account FROM messages WHERE identity IN (SELECT identity FROM stale)")
	if err != nil {
		return err
	}
	const anew = "(SELECT address FROM authors WHERE id IN (SELECT author FROM stale))"
	for _, account := range append(accounts, 0) {
		if _, err := tx.ExecContext(ctx, "DELETE FROM senders WHERE account = ? AND address IN "+anew, account); err != nil {
			return err
		}
		where, args := Filter{Account: account}.where()
		query, args := aggregate("authors.address IN "+anew+" AND "+where, args)
		if _, err := tx.ExecContext(ctx, "INSERT INTO senders SELECT ?, * FROM ("+query+")", append([]any{account}, args...)...); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM stale")
	return err
}

// aggregate is the query for what is known of each sender from the messages that fulfil a condition: the columns of the
// table senders, but for the account.
func aggregate(where string, args []any) (string, []any) {
	var exposes []string // SQLite cannot unite bit sets
	for i := range exposures() {
		exposes = append(exposes, fmt.Sprintf("max(exposes & %d)", 1<<i))
	}
	from := " FROM authors CROSS JOIN messages ON messages.author = authors.id WHERE " + where + " "
	return `
		SELECT total.address,
			coalesce((SELECT name` + from + ` AND authors.address = total.address AND name <> '' ORDER BY date DESC, messages.id DESC LIMIT 1), '') AS name,
			named, organisation, messages, tracked, leaks, read_receipts, click_links, exposes, first, last,
			CASE tracked WHEN 0 THEN '[]' ELSE (SELECT json_group_array(name) FROM (SELECT DISTINCT services.name AS name
				FROM authors CROSS JOIN messages ON messages.author = authors.id CROSS JOIN message_services ON message = messages.id
				CROSS JOIN services ON services.id = service
				WHERE authors.address = total.address AND tracked = 1 AND ` + where + ` ORDER BY 1)) END AS services
		FROM (SELECT address, max(CASE WHEN authors.name <> '' THEN date END) AS named, max(organisation) AS organisation, count(*) AS messages, sum(tracked) AS tracked, sum(leaks) AS leaks,
				sum(read_receipt) AS read_receipts, sum(click_links) AS click_links, ` + strings.Join(exposes, " | ") + ` AS exposes,
				min(date) AS first, max(date) AS last` + from + `GROUP BY address) AS total`, slices.Concat(args, args, args)
}

// Senders returns the senders of the messages that f matches, those with most tracked messages first; with TrackedOnly and
// LeaksOnly, the senders that have such a message. Messages without a From address are under the address "".
func (s *Store) Senders(ctx context.Context, f Filter) ([]Sender, error) {
	table, args := f.senders()
	condition, more := f.ofSenders()
	var all []Sender
	err := s.view(ctx, "read senders from", func(tx *sql.Tx) error {
		position := map[string]int{} // by address
		rows, err := tx.QueryContext(ctx, `SELECT address, name, organisation, messages, tracked, leaks, read_receipts, click_links, exposes, first, last, services
			FROM `+table+condition, append(args, more...)...)
		err = each(rows, err, func(rows *sql.Rows) error {
			var (
				one         Sender
				leaks, bits int64
				first, last sql.NullInt64
				services    []byte
			)
			err := rows.Scan(&one.Address, &one.Name, &one.Organisation, &one.Messages, &one.Tracked, &leaks, &one.ReadReceipts,
				&one.ClickLinks, &bits, &first, &last, &services)
			if err != nil {
				return err
			}
			one.LeaksAddress, one.Exposes, one.FirstSeen, one.LastSeen = leaks > 0, exposuresOf(bits), timeOf(first), timeOf(last)
			one.Providers = []string{}
			if len(services) > len("[]") {
				err = json.Unmarshal(services, &one.Providers)
			}
			position[one.Address] = len(all)
			all = append(all, one)
			return err
		})
		if err != nil {
			return err
		}
		rows, err = tx.QueryContext(ctx, "SELECT sender, date FROM consents")
		return each(rows, err, func(rows *sql.Rows) error {
			var address string
			var date sql.NullInt64
			err := rows.Scan(&address, &date)
			if i, ok := position[address]; ok {
				all[i].Consent = timeOf(date)
			}
			return err
		})
	})
	slices.SortStableFunc(all, func(a, b Sender) int {
		return cmp.Or(cmp.Compare(b.Tracked, a.Tracked), cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Address, b.Address))
	})
	return most(all, f.Limit), err
}

// senders is the SQL of what is known of senders from the messages that f matches, with its arguments: the table of senders
// where f picks no messages out. Conditions may be added.
func (f Filter) senders() (string, []any) {
	picked := Filter{Account: f.Account, Mailbox: f.Mailbox, Provider: f.Provider, Company: f.Company, Since: f.Since, Until: f.Until}
	if picked == (Filter{Account: f.Account}) {
		return "senders WHERE account = ?", []any{f.Account}
	}
	query, args := aggregate(picked.where())
	return "(" + query + ") WHERE 1", args
}

// ofSenders is the SQL condition, to be added to others, of what f says of senders, with its arguments.
func (f Filter) ofSenders() (string, []any) {
	var condition strings.Builder
	var args []any
	add := func(text string, arg ...any) {
		condition.WriteString(" AND " + text)
		args = append(args, arg...)
	}
	if f.Sender != nil {
		add("address = ?", strings.ToLower(*f.Sender))
	}
	if f.Domain != "" {
		domain := strings.ToLower(f.Domain)
		add("substr(address, -length(?)) = ?", domain, domain)
	}
	if f.TrackedOnly {
		add("tracked > 0")
	}
	if f.LeaksOnly {
		add("leaks > 0")
	}
	if f.ConsentOnly {
		add("address IN (SELECT sender FROM consents)")
	}
	if !f.NewSince.IsZero() {
		add("first >= ?", seconds(f.NewSince))
	}
	return condition.String(), args
}

// most are the first items, limit of them, or all where limit is 0.
func most[T any](all []T, limit int) []T {
	if limit > 0 && len(all) > limit {
		return all[:limit]
	}
	return all
}
