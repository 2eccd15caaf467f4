package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// Account returns the account of that kind and name, and creates it where it is new.
func (s *Store) Account(ctx context.Context, kind AccountKind, name string) (Account, error) {
	a := Account{Kind: kind, Name: name}
	err := s.update(ctx, "open account in", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT id FROM accounts WHERE kind = ? AND name = ?", kind, name).Scan(&a.ID)
		if errors.Is(err, sql.ErrNoRows) {
			err = tx.QueryRowContext(ctx, "INSERT INTO accounts (kind, name) VALUES (?, ?) RETURNING id", kind, name).Scan(&a.ID)
		}
		return err
	})
	return a, err
}

// Accounts returns all accounts, in the order in which they were created.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	var all []Account
	err := s.view(ctx, "read accounts from", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id, kind, name, coalesce(settings, ''),
			coalesce((SELECT min(uidnext) FROM mailboxes WHERE account = accounts.id), 0) > 0 FROM accounts ORDER BY id`)
		return each(rows, err, func(rows *sql.Rows) error {
			var a Account
			err := rows.Scan(&a.ID, &a.Kind, &a.Name, &a.Settings, &a.Scanned)
			all = append(all, a)
			return err
		})
	})
	return all, err
}

// SetSettings replaces the settings of an account; "" for one that is not known how to reach (any more).
func (s *Store) SetSettings(ctx context.Context, account int64, settings string) error {
	return s.update(ctx, "keep settings in", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE accounts SET settings = nullif(?, '') WHERE id = ?", settings, account)
		return err
	})
}

// Mailbox returns the state of a mailbox, and creates it where it is new. When its UIDVALIDITY has changed, the UIDs
// that were known say nothing any more (RFC 9051 section 2.3.1.1): its messages are marked gone, and it starts empty.
func (s *Store) Mailbox(ctx context.Context, account int64, name string, v UIDValidity) (MailboxState, error) {
	m := MailboxState{Account: account, Name: name, UIDValidity: v}
	err := s.update(ctx, "open mailbox in", func(tx *sql.Tx) error {
		var known UIDValidity
		err := tx.QueryRowContext(ctx, "SELECT id, uidvalidity FROM mailboxes WHERE account = ? AND name = ?", account, name).Scan(&m.ID, &known)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return tx.QueryRowContext(ctx, "INSERT INTO mailboxes (account, name, uidvalidity) VALUES (?, ?, ?) RETURNING id", account, name, v).Scan(&m.ID)
		case err != nil || known == v:
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE messages SET gone = 1 WHERE mailbox = ?", m.ID); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE mailboxes SET uidvalidity = ?, uidnext = 0 WHERE id = ?", v, m.ID)
		return err
	})
	return m, err
}

// KnownUIDs returns the UIDs of the messages of a mailbox that are not gone, ascending.
func (s *Store) KnownUIDs(ctx context.Context, mailbox int64) ([]UID, error) {
	var uids []UID
	err := s.view(ctx, "read UIDs from", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT uid FROM messages JOIN mailboxes ON mailboxes.id = messages.mailbox
			WHERE messages.mailbox = ? AND messages.uidvalidity = mailboxes.uidvalidity AND gone = 0 ORDER BY uid`, mailbox)
		return each(rows, err, func(rows *sql.Rows) error {
			var uid UID
			err := rows.Scan(&uid)
			uids = append(uids, uid)
			return err
		})
	})
	return uids, err
}

// MarkGone marks messages of a mailbox as no longer on the server. UIDs that are not known are ignored.
func (s *Store) MarkGone(ctx context.Context, mailbox int64, uids []UID) error {
	if len(uids) == 0 {
		return nil
	}
	list, err := json.Marshal(uids)
	if err != nil {
		return fmt.Errorf("mark messages gone: %w", err)
	}
	return s.update(ctx, "mark messages gone in", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE messages SET gone = 1 WHERE mailbox = ?1
			AND uidvalidity = (SELECT uidvalidity FROM mailboxes WHERE id = ?1)
			AND uid IN (SELECT value FROM json_each(?2))`, mailbox, string(list))
		return err
	})
}

// MailboxNames returns the names of the mailboxes of an account, of all accounts for 0, in order.
func (s *Store) MailboxNames(ctx context.Context, account int64) ([]string, error) {
	return s.names(ctx, "read mailboxes from", "SELECT DISTINCT name FROM mailboxes WHERE ?1 = 0 OR account = ?1 ORDER BY name", account)
}

// names returns the first column of a query.
func (s *Store) names(ctx context.Context, what, query string, args ...any) ([]string, error) {
	var names []string
	err := s.view(ctx, what, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, query, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			names = append(names, name)
			return err
		})
	})
	return names, err
}

// Extents returns what the mailboxes of an account held that were scanned to the end, by their names.
func (s *Store) Extents(ctx context.Context, account int64) (map[string]Extent, error) {
	all := map[string]Extent{}
	err := s.view(ctx, "read mailboxes from", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT name, uidvalidity, uidnext, (SELECT count(*) FROM messages
			WHERE messages.mailbox = mailboxes.id AND messages.uidvalidity = mailboxes.uidvalidity AND gone = 0)
			FROM mailboxes WHERE account = ? AND uidnext > 0`, account)
		return each(rows, err, func(rows *sql.Rows) error {
			var name string
			var e Extent
			err := rows.Scan(&name, &e.UIDValidity, &e.UIDNext, &e.Messages)
			all[name] = e
			return err
		})
	})
	return all, err
}

// SetUIDNext remembers that all messages of a mailbox below a UID were scanned.
func (s *Store) SetUIDNext(ctx context.Context, mailbox int64, next UID) error {
	return s.update(ctx, "update mailbox in", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE mailboxes SET uidnext = ? WHERE id = ?", next, mailbox)
		return err
	})
}

// TrackedUIDs returns the UIDs of the messages of a mailbox that are known and not gone, and of those of them that are
// tracked, ascending.
func (s *Store) TrackedUIDs(ctx context.Context, account int64, mailbox string, v UIDValidity) (known, tracked []UID, err error) {
	err = s.view(ctx, "read UIDs from", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT uid, tracked FROM messages JOIN mailboxes ON mailboxes.id = messages.mailbox
			WHERE mailboxes.account = ? AND name = ? AND messages.uidvalidity = ? AND gone = 0 ORDER BY uid`, account, mailbox, v)
		return each(rows, err, func(rows *sql.Rows) error {
			var uid UID
			var isTracked bool
			err := rows.Scan(&uid, &isTracked)
			known = append(known, uid)
			if isTracked {
				tracked = append(tracked, uid)
			}
			return err
		})
	})
	return known, tracked, err
}
