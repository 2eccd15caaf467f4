package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// migrations returns the steps from an empty file to the schema of today. A database says in user_version how many
// it has taken. Steps are added at the end and never changed.
func migrations() []string {
	return []string{`
CREATE TABLE accounts (
	id   INTEGER PRIMARY KEY,
	kind TEXT NOT NULL,
	name TEXT NOT NULL,
	UNIQUE (kind, name)
);
CREATE TABLE mailboxes (
	id          INTEGER PRIMARY KEY,
	account     INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
	name        TEXT NOT NULL,
	uidvalidity INTEGER NOT NULL,
	UNIQUE (account, name)
);
-- One row for each place where a message was seen. The columns before result are what queries aggregate;
-- result is the whole detector.Result as JSON, and comes last so that scans need not read it.
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
	identity     TEXT NOT NULL,    -- the digest: equal for copies of a message
	date         INTEGER,          -- seconds since 1970, NULL when the message has none
	sender       TEXT NOT NULL,    -- From address, lower case
	sender_name  TEXT NOT NULL,
	organisation TEXT NOT NULL,
	tracked      INTEGER NOT NULL,
	leaks        INTEGER NOT NULL, -- passes the recipient's address on
	read_receipt INTEGER NOT NULL, -- asks for a read receipt
	click_links  INTEGER NOT NULL, -- has links that report clicks
	exposes      INTEGER NOT NULL, -- bit set, see exposureBits
	result       TEXT NOT NULL
);
CREATE UNIQUE INDEX messages_by_uid ON messages (mailbox, uidvalidity, uid) WHERE mailbox IS NOT NULL;
CREATE UNIQUE INDEX messages_by_file ON messages (account, file, file_offset) WHERE mailbox IS NULL;
CREATE INDEX messages_by_sender ON messages (sender, identity, account, date, gone, tracked, leaks, read_receipt, click_links, exposes, sender_name, organisation);
CREATE INDEX messages_by_date ON messages (date, id);
-- The services behind the findings that make a message tracked.
CREATE TABLE message_providers (
	message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
	name    TEXT NOT NULL,
	company TEXT NOT NULL,
	PRIMARY KEY (message, name)
) WITHOUT ROWID;
CREATE INDEX message_providers_by_name ON message_providers (name, message, company);
`, `
-- How the messages of single senders are blocked.
CREATE TABLE sender_rules (
	sender TEXT PRIMARY KEY, -- an address, or "@" and a domain, lower case
	mode   TEXT NOT NULL     -- all, trackers, trust
) WITHOUT ROWID;
`, `
-- What messages show of the URLs in them (detector.Sighting), to compare the messages of a sender. There are hashes only,
-- and at most detector.MaxSample messages of a scope.
CREATE TABLE sightings (
	scope     INTEGER NOT NULL,
	message   INTEGER NOT NULL,
	recipient INTEGER NOT NULL,
	day       INTEGER NOT NULL,
	positions INTEGER NOT NULL,
	hashes    BLOB NOT NULL, -- 4 octets each, the lowest first
	PRIMARY KEY (scope, message)
) WITHOUT ROWID;
-- The senders whose messages are to be judged again, because there is new evidence.
CREATE TABLE comparisons (
	correspondent TEXT PRIMARY KEY,
	changes       INTEGER NOT NULL -- how often there was
) WITHOUT ROWID;
CREATE INDEX messages_by_organisation ON messages (organisation);
`, `
-- When the user gave consent to the senders that may send.
CREATE TABLE consents (
	sender TEXT PRIMARY KEY, -- an address, lower case
	date   INTEGER NOT NULL  -- seconds since 1970
) WITHOUT ROWID;
-- The user's own verdicts (detector.Overrides).
CREATE TABLE overrides (
	correspondent TEXT NOT NULL,
	template      TEXT NOT NULL,
	verdict       TEXT NOT NULL,
	PRIMARY KEY (correspondent, template)
) WITHOUT ROWID;
CREATE TABLE settings (
	name  TEXT PRIMARY KEY,
	value TEXT NOT NULL
) WITHOUT ROWID;
-- How much was blocked.
CREATE TABLE blocked (
	day      INTEGER PRIMARY KEY, -- since 1970, UTC
	messages INTEGER NOT NULL,    -- blocked copies that were made
	places   INTEGER NOT NULL     -- that were overwritten in them
);
`, `
-- How to reach an account that the user has added, as JSON that the package account understands; no secrets. NULL for
-- accounts that were only scanned.
ALTER TABLE accounts ADD COLUMN settings TEXT;
`, compactSchema, `
-- The UIDNEXT of the mailbox when all messages in it had been scanned, 0 while they have not.
ALTER TABLE mailboxes ADD COLUMN uidnext INTEGER NOT NULL DEFAULT 0;
`, `
-- Who adds messages counts them, and adds their subjects: for many together that is much faster than one by one.
DROP TRIGGER subject_added;
DROP TRIGGER message_added;
DROP TABLE stale;
-- What has changed since messages.shown and senders were made; empty outside of transactions.
CREATE TABLE stale (
	identity BLOB NOT NULL,
	author   INTEGER NOT NULL,
	account  INTEGER NOT NULL
);
DROP TRIGGER message_changed;
CREATE TRIGGER message_changed AFTER UPDATE OF gone, identity, date, author, tracked, leaks, read_receipt, click_links, exposes ON messages BEGIN
	INSERT INTO stale VALUES (old.identity, old.author, old.account), (new.identity, new.author, new.account);
END;
DROP TRIGGER message_removed;
CREATE TRIGGER message_removed AFTER DELETE ON messages BEGIN
	INSERT INTO stale VALUES (old.identity, old.author, old.account);
END;
`, `
-- How many octets were read from the server of an account, for providers that limit it. Hours of before yesterday are removed.
CREATE TABLE traffic (
	account INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
	hour    INTEGER NOT NULL, -- since 1970
	octets  INTEGER NOT NULL,
	PRIMARY KEY (account, hour)
) WITHOUT ROWID;
`, `
-- Texts are searched in memory.
DROP TRIGGER subject_changed;
DROP TRIGGER subject_removed;
DROP TABLE subjects;
`}
}

// migrate brings the database up to date, each step in a transaction of its own. It waits as long for other programs
// as a writer does, and not at all where there is nothing to do.
func (s *Store) migrate(ctx context.Context) error {
	steps := migrations()
	giveUp := time.Now().Add(busyTimeout)
	for {
		done, err := s.step(ctx, steps)
		// Two programs that create the database at the same time meet here: changing the journal mode does not
		// wait like a transaction does.
		var e *sqlite.Error
		if errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY && time.Now().Before(giveUp) {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(10 * time.Millisecond):
				continue
			}
		}
		if err != nil || done {
			return err
		}
	}
}

// step takes the next missing step; done says that there is none.
func (s *Store) step(ctx context.Context, steps []string) (done bool, err error) {
	if version, err := userVersion(ctx, s.write); err == nil && version == len(steps) {
		return true, nil
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreDone(tx.Rollback()))
		}
	}()
	version, err := userVersion(ctx, tx)
	if err != nil {
		return false, err
	}
	if version > len(steps) {
		return false, fmt.Errorf("%w (its version is %d, this program knows %d): update the program", ErrNewer, version, len(steps))
	}
	if version == len(steps) {
		return true, tx.Rollback()
	}
	if _, err := tx.ExecContext(ctx, steps[version]); err != nil {
		return false, fmt.Errorf("migration %d: %w", version+1, err)
	}
	if version+1 == compactVersion {
		if err := compact(ctx, tx); err != nil {
			return false, fmt.Errorf("migration %d: %w", version+1, err)
		}
		if err := refresh(ctx, tx); err != nil {
			return false, fmt.Errorf("migration %d: %w", version+1, err)
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version+1)); err != nil {
		return false, err
	}
	return false, tx.Commit()
}

func userVersion(ctx context.Context, db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (int, error) {
	var version int
	err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}
