-- The database of version 7, with results in the first form, as the program of that time wrote it.
CREATE TABLE accounts (
	id   INTEGER PRIMARY KEY,
	kind TEXT NOT NULL,
	name TEXT NOT NULL, settings TEXT,
	UNIQUE (kind, name)
);
CREATE TABLE mailboxes (
	id          INTEGER PRIMARY KEY,
	account     INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,
	name        TEXT NOT NULL,
	uidvalidity INTEGER NOT NULL, uidnext INTEGER NOT NULL DEFAULT 0,
	UNIQUE (account, name)
);
CREATE TABLE sender_rules (
	sender TEXT PRIMARY KEY, -- an address, or "@" and a domain, lower case
	mode   TEXT NOT NULL     -- all, trackers, trust
) WITHOUT ROWID;
CREATE TABLE sightings (
	scope     INTEGER NOT NULL,
	message   INTEGER NOT NULL,
	recipient INTEGER NOT NULL,
	day       INTEGER NOT NULL,
	positions INTEGER NOT NULL,
	hashes    BLOB NOT NULL, -- 4 octets each, the lowest first
	PRIMARY KEY (scope, message)
) WITHOUT ROWID;
CREATE TABLE comparisons (
	correspondent TEXT PRIMARY KEY,
	changes       INTEGER NOT NULL -- how often there was
) WITHOUT ROWID;
CREATE TABLE consents (
	sender TEXT PRIMARY KEY, -- an address, lower case
	date   INTEGER NOT NULL  -- seconds since 1970
) WITHOUT ROWID;
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
CREATE TABLE blocked (
	day      INTEGER PRIMARY KEY, -- since 1970, UTC
	messages INTEGER NOT NULL,    -- blocked copies that were made
	places   INTEGER NOT NULL     -- that were overwritten in them
);
CREATE TABLE authors (
	id           INTEGER PRIMARY KEY,
	address      TEXT NOT NULL, -- lower case
	name         TEXT NOT NULL,
	organisation TEXT NOT NULL,
	folded       TEXT NOT NULL, -- all three as they are searched
	UNIQUE (address, name)
);
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
CREATE TABLE message_services (
	message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
	service INTEGER NOT NULL REFERENCES services,
	PRIMARY KEY (message, service)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE subjects USING fts5(folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram');
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
CREATE TABLE stale (
	identity BLOB NOT NULL,
	author   INTEGER NOT NULL,
	account  INTEGER NOT NULL,
	message  INTEGER           -- that is new; NULL for all other changes
);
INSERT INTO accounts VALUES (1, 'imap', 'me@reader.example', NULL);
INSERT INTO mailboxes VALUES (1, 1, 'INBOX', 7, 0);
INSERT INTO sender_rules VALUES ('news@shop.example', 'all');
INSERT INTO authors VALUES (1, 'news@shop.example', 'Shop', 'shop.example', 'shop news@shop.example shop.example');
INSERT INTO messages VALUES (1, 1, 1, 7, 1, '', 0, 0, 0, 0, 7, X'64696765737431', 1772366400, 1, 1, 0, 0, 0, 1, 'Offer', NULL);
INSERT INTO messages VALUES (2, 1, 1, 7, 2, '', 0, 0, 0, 0, 7, X'64696765737432', 1772452800, 1, 1, 0, 0, 0, 1, 'Offer', NULL);
INSERT INTO results VALUES (1, X'01C2EA744387E28CFC02BDD48AC4DC829CD48170796EAA03A8299B5A047304215F102E8B4AF4903DA59FAF6F92669E689064986C94629C6A92666A88C826A84AA95F0B800A2DC20D68ECCD5332CA100C8FE2C902F01C60487C0E80300C956A01010000FFFF');
INSERT INTO results VALUES (2, X'01C2EA742387E28CFC02BDD48AC4DC829CD48170796EAA03A8299B5A047304215F102E8B4AF4903DA59FAF6F92669E689064986C94629C6A92666A84C826A84AA95F0B800A2DC20D68ECCD5332CA100C8FE2C902F01C60487C0E80308C946A01010000FFFF');
INSERT INTO services VALUES (1, 'shop.example', '');
INSERT INTO message_services VALUES (1, 1);
INSERT INTO message_services VALUES (2, 1);
INSERT INTO senders VALUES (0, 'news@shop.example', 'Shop', 1772452800, 'shop.example', 2, 2, 0, 0, 0, 1, 1772366400, 1772452800, '["shop.example"]');
INSERT INTO senders VALUES (1, 'news@shop.example', 'Shop', 1772452800, 'shop.example', 2, 2, 0, 0, 0, 1, 1772366400, 1772452800, '["shop.example"]');
INSERT INTO subjects (rowid, folded) SELECT id, coalesce(folded, subject) FROM messages;
CREATE INDEX authors_by_organisation ON authors (organisation);
CREATE UNIQUE INDEX messages_by_uid ON messages (mailbox, uidvalidity, uid) WHERE mailbox IS NOT NULL;
CREATE UNIQUE INDEX messages_by_file ON messages (account, file, file_offset) WHERE mailbox IS NULL;
CREATE INDEX messages_by_identity ON messages (identity);
CREATE INDEX messages_by_date ON messages (date, shown, account, mailbox, tracked, leaks);
CREATE INDEX messages_by_author ON messages (author, shown, account, date, tracked, leaks, read_receipt, click_links, exposes);
CREATE INDEX message_services_by_service ON message_services (service, message);
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
CREATE TRIGGER message_added AFTER INSERT ON messages BEGIN
	INSERT INTO stale VALUES (new.identity, new.author, new.account, new.id);
END;
CREATE TRIGGER message_changed AFTER UPDATE OF gone, identity, date, author, tracked, leaks, read_receipt, click_links, exposes ON messages BEGIN
	INSERT INTO stale VALUES (old.identity, old.author, old.account, NULL), (new.identity, new.author, new.account, NULL);
END;
CREATE TRIGGER message_removed AFTER DELETE ON messages BEGIN
	INSERT INTO stale VALUES (old.identity, old.author, old.account, NULL);
END;
PRAGMA user_version = 7;
