package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
)

// sql is the SQL of the order.
func (o Order) sql() string {
	column := map[Column]string{
		ByDate: "messages.date", BySubject: "coalesce(messages.folded, lower(messages.subject))",
		BySender: "(SELECT authors.folded FROM authors WHERE authors.id = messages.author)",
	}[o.Column]
	if o.Descending {
		return column + " DESC, messages.id DESC"
	}
	return column + ", messages.id"
}

// MessageIDs returns the IDs of the messages that f matches, in order. Together with [Store.Rows] it is for lists of which
// only a part is to be seen: the rows of a window cost what they cost, however long the list is.
func (s *Store) MessageIDs(ctx context.Context, f Filter, o Order) ([]int64, error) {
	where, args := f.where()
	var ids []int64
	err := s.view(ctx, "list messages of", func(tx *sql.Tx) error {
		// One row with all of them: database/sql takes longer for a row than SQLite does.
		var list []byte
		err := tx.QueryRowContext(ctx, `SELECT json_group_array(id) FROM (SELECT messages.id FROM messages WHERE `+where+
			" ORDER BY "+o.sql()+" LIMIT coalesce(nullif(?, 0), -1))", append(args, f.Limit)...).Scan(&list)
		if err != nil {
			return err
		}
		return json.Unmarshal(list, &ids)
	})
	return ids, err
}

// Rows returns what a list shows of messages, in the order of ids. A message that is gone from the store meanwhile has a
// row with its ID and nothing else.
func (s *Store) Rows(ctx context.Context, ids []int64) ([]Row, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	all := make([]Row, len(ids))
	place := make(map[int64]int, len(ids))
	for i, id := range ids {
		all[i].ID, place[id] = id, i
	}
	err = s.view(ctx, "read messages from", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT messages.id, date, subject, authors.name, address, organisation,
				coalesce(mailboxes.name, ''), gone, tracked, leaks, read_receipt, click_links, exposes
			FROM messages LEFT JOIN mailboxes ON mailboxes.id = messages.mailbox JOIN authors ON authors.id = author
			WHERE messages.id IN (SELECT value FROM json_each(?))`, string(list))
		err = each(rows, err, func(rows *sql.Rows) error {
			var r Row
			var date sql.NullInt64
			var bits int64
			err := rows.Scan(&r.ID, &date, &r.Subject, &r.SenderName, &r.Sender, &r.Organisation, &r.Mailbox, &r.Gone, &r.Tracked,
				&r.LeaksAddress, &r.ReadReceipt, &r.ClickLinks, &bits)
			r.Date, r.Exposes, r.Providers = timeOf(date), exposuresOf(bits), []string{}
			all[place[r.ID]] = r
			return err
		})
		if err != nil {
			return err
		}
		rows, err = tx.QueryContext(ctx, "SELECT message, name FROM message_services JOIN services ON services.id = service WHERE message IN (SELECT value FROM json_each(?)) ORDER BY message, name", string(list))
		return each(rows, err, func(rows *sql.Rows) error {
			var id int64
			var name string
			err := rows.Scan(&id, &name)
			r := &all[place[id]]
			r.Providers = append(r.Providers, name)
			return err
		})
	})
	return all, err
}
