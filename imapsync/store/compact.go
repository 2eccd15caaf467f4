package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"pixelwacht/detector"
)

// compactSchema is the schema after the migration to compact messages. Texts that repeat have tables of their own, the
// columns that lists need are together, and results are compressed (see codec.go).
const compactSchema = `
ALTER TABLE messages RENAME TO old_messages;
DROP INDEX messages_by_uid;
DROP INDEX messages_by_file;
DROP INDEX messages_by_sender;
DROP INDEX messages_by_date;
DROP INDEX messages_by_organisation;
DROP TABLE message_providers;
-- What stands in From fields.
CREATE TABLE authors (
	id           INTEGER PRIMARY KEY,
	address      TEXT NOT NULL, -- lower case
	name         TEXT NOT NULL,
	organisation TEXT NOT NULL,
	folded       TEXT NOT NULL, -- all three as they are searched
	UNIQUE (address, name)
);
CREATE INDEX authors_by_organisation ON authors (organisation);
-- One row for each place where a message was seen.
CREATE TABLE messages (
	id           INTEGER PRIMARY KEY,
	account      INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
	mailbox      INTEGER REFERENCES mailboxes ON DELETE CASCADE, -- NULL for files
	uidvalidity  INTEGER NOT NULL,
	uid          INTEGER NOT NULL,
	file         TEXT NOT NULL,
	file_index   INTEGER NOT NULL,
	file_offset  INTEGER NOT NULL,
	file_length  INTEGER NOT NULL,
	gone         INTEGER NOT NULL,
	shown        INTEGER NOT NULL DEFAULT 0, -- bit set: the copy of a message that counts, of those in its mailbox (1), account (2), everywhere (4)
	identity     BLOB NOT NULL,    -- the digest: equal for copies of a message
	date         INTEGER,          -- seconds since 1970, NULL when the message has none
	author       INTEGER NOT NULL REFERENCES authors,
	tracked      INTEGER NOT NULL,
	leaks        INTEGER NOT NULL, -- passes the recipient's address on
	read_receipt INTEGER NOT NULL, -- asks for a read receipt
	click_links  INTEGER NOT NULL, -- has links that report clicks
	exposes      INTEGER NOT NULL, -- bit set, see exposureBits
	subject      TEXT NOT NULL,
	folded       TEXT              -- the subject as it is searched, NULL where that is lower(subject)
);
CREATE UNIQUE INDEX messages_by_uid ON messages (mailbox, uidvalidity, uid) WHERE mailbox IS NOT NULL;
CREATE UNIQUE INDEX messages_by_file ON messages (account, file, file_offset) WHERE mailbox IS NULL;
CREATE INDEX messages_by_identity ON messages (identity);
CREATE INDEX messages_by_date ON messages (date, shown, account, mailbox, tracked, leaks);
CREATE INDEX messages_by_author ON messages (author, shown, account, date, tracked, leaks, read_receipt, click_links, exposes);
CREATE TABLE results (
	message INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
	result  BLOB NOT NULL -- see codec.go
);
CREATE TABLE services (
	id      INTEGER PRIMARY KEY,
	name    TEXT NOT NULL,
	company TEXT NOT NULL,
	UNIQUE (name, company)
);
-- The services behind the findings that make a message tracked.
CREATE TABLE message_services (
	message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
	service INTEGER NOT NULL REFERENCES services,
	PRIMARY KEY (message, service)
) WITHOUT ROWID;
CREATE INDEX message_services_by_service ON message_services (service, message);
-- The trigrams of subjects, to find those that may contain a word.
CREATE VIRTUAL TABLE subjects USING fts5(folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram');
CREATE TRIGGER subject_added AFTER INSERT ON messages BEGIN
	INSERT INTO subjects (rowid, folded) VALUES (new.id, coalesce(new.folded, new.subject));
END;
CREATE TRIGGER subject_changed AFTER UPDATE OF subject ON messages WHEN new.subject <> old.subject BEGIN
	DELETE FROM subjects WHERE rowid = old.id;
	INSERT INTO subjects (rowid, folded) VALUES (new.id, coalesce(new.folded, new.subject));
END;
CREATE TRIGGER subject_removed AFTER DELETE ON messages BEGIN
	DELETE FROM subjects WHERE rowid = old.id;
END;
-- What is known of each sender from the messages of an account, or of all accounts (0).
CREATE TABLE senders (
	account       INTEGER NOT NULL,
	address       TEXT NOT NULL,
	name          TEXT NOT NULL, -- that it used last
	named         INTEGER,       -- the date of that
	organisation  TEXT NOT NULL,
	messages      INTEGER NOT NULL,
	tracked       INTEGER NOT NULL,
	leaks         INTEGER NOT NULL,
	read_receipts INTEGER NOT NULL,
	click_links   INTEGER NOT NULL,
	exposes       INTEGER NOT NULL,
	first         INTEGER,
	last          INTEGER,
	services      TEXT NOT NULL, -- a JSON array of names, sorted
	PRIMARY KEY (account, address)
) WITHOUT ROWID;
-- What has changed since messages.shown and senders were made; empty outside of transactions.
CREATE TABLE stale (
	identity BLOB NOT NULL,
	author   INTEGER NOT NULL,
	account  INTEGER NOT NULL,
	message  INTEGER           -- that is new; NULL for all other changes
);
CREATE TRIGGER message_added AFTER INSERT ON messages BEGIN
	INSERT INTO stale VALUES (new.identity, new.author, new.account, new.id);
END;
CREATE TRIGGER message_changed AFTER UPDATE OF gone, identity, date, author, tracked, leaks, read_receipt, click_links, exposes ON messages BEGIN
	INSERT INTO stale VALUES (old.identity, old.author, old.account, NULL), (new.identity, new.author, new.account, NULL);
END;
CREATE TRIGGER message_removed AFTER DELETE ON messages BEGIN
	INSERT INTO stale VALUES (old.identity, old.author, old.account, NULL);
END;
`

// compactVersion is the version of the database from which on messages are compact.
const compactVersion = 6

// compact takes the messages into the compact schema. One whose result cannot be read is left behind: the next scan finds
// it again.
func compact(ctx context.Context, tx *sql.Tx) error {
	const page = 500
	w, err := newWriter(newStatements(ctx, tx))
	if err != nil {
		return err
	}
	for last, more := int64(0), true; more; {
		var old []oldMessage
		rows, err := tx.QueryContext(ctx, `SELECT id, account, mailbox, uidvalidity, uid, file, file_index, file_offset, file_length, gone,
			identity, date, tracked, leaks, read_receipt, click_links, exposes, result FROM old_messages WHERE id > ? ORDER BY id LIMIT ?`, last, page)
		err = each(rows, err, func(rows *sql.Rows) error {
			var m oldMessage
			err := rows.Scan(&m.id, &m.account, &m.mailbox, &m.uidvalidity, &m.uid, &m.file, &m.index, &m.offset, &m.length, &m.gone,
				&m.identity, &m.date, &m.tracked, &m.leaks, &m.readReceipt, &m.clickLinks, &m.exposes, &m.result)
			old = append(old, m)
			return err
		})
		if err != nil {
			return err
		}
		for _, m := range old {
			if err := m.compact(w); err != nil {
				return err
			}
			last = m.id
		}
		more = len(old) == page
	}
	_, err = tx.ExecContext(ctx, "DROP TABLE old_messages")
	return err
}

// oldMessage is a row of the table before.
type oldMessage struct {
	id, account                                            int64
	mailbox                                                sql.NullInt64
	uidvalidity, uid, index, offset, length                int64
	file, identity                                         string
	date                                                   sql.NullInt64
	gone, tracked, leaks, readReceipt, clickLinks, exposes int64
	result                                                 []byte
}

func (m *oldMessage) compact(w *writer) error {
	var r detector.Result
	if json.Unmarshal(m.result, &r) != nil {
		return nil
	}
	identity, ok := digestOf(m.identity)
	if !ok {
		identity = []byte(m.identity)
	}
	author, err := w.author(r.From)
	if err != nil {
		return err
	}
	err = w.exec(`INSERT INTO messages (id, account, mailbox, uidvalidity, uid, file, file_index, file_offset, file_length, gone,
			identity, date, author, tracked, leaks, read_receipt, click_links, exposes, subject, folded)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.id, m.account, m.mailbox, m.uidvalidity, m.uid, m.file, m.index, m.offset, m.length, m.gone,
		identity, m.date, author, m.tracked, m.leaks, m.readReceipt, m.clickLinks, m.exposes, r.Subject, foldedSubject(r.Subject))
	if err != nil {
		return err
	}
	if err := w.result(m.id, encode(r)); err != nil {
		return err
	}
	return w.behind(m.id, r, false)
}
