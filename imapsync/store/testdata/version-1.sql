-- The database of version 1, as the program of that time wrote it.
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
INSERT INTO accounts VALUES (1, 'imap', 'me@reader.example');
INSERT INTO mailboxes VALUES (1, 1, 'INBOX', 7);
INSERT INTO messages VALUES (1, 1, 1, 7, 1, '', 0, 0, 0, 0, 'digest1', 1772366400, 'news@shop.example', 'Shop', 'shop.example', 1, 0, 0, 0, 1, '{"message_id":"<1@shop.example>","date":"2026-03-01T12:00:00Z","subject":"Offer","from":{"name":"Shop","address":"news@shop.example","organisation":"shop.example"},"recipients":["me@reader.example"],"tracked":true,"findings":[{"kind":"open-pixel","url":"https://t.shop.example/o/4f7a0b1c2d3e4f51","host":"t.shop.example","provider":"","company":"","confidence":"likely","reasons":["recipient-token","tiny"],"exposes":["open-time"],"part":"1","where":"img src","target":"","width":1,"height":1,"count":1,"token":"4f7a0b1c2d3e4f51"}],"remote":{"references":1,"hosts":1},"encrypted":false,"errors":[],"digest":"digest1"}');
INSERT INTO message_providers VALUES (1, 'shop.example', '');
INSERT INTO messages VALUES (2, 1, 1, 7, 2, '', 0, 0, 0, 0, 'digest2', 1772452800, 'news@shop.example', 'Shop', 'shop.example', 1, 0, 0, 0, 1, '{"message_id":"<2@shop.example>","date":"2026-03-02T12:00:00Z","subject":"Offer","from":{"name":"Shop","address":"news@shop.example","organisation":"shop.example"},"recipients":["me@reader.example"],"tracked":true,"findings":[{"kind":"open-pixel","url":"https://t.shop.example/o/4f7a0b1c2d3e4f52","host":"t.shop.example","provider":"","company":"","confidence":"likely","reasons":["recipient-token","tiny"],"exposes":["open-time"],"part":"1","where":"img src","target":"","width":1,"height":1,"count":1,"token":"4f7a0b1c2d3e4f52"}],"remote":{"references":1,"hosts":1},"encrypted":false,"errors":[],"digest":"digest2"}');
INSERT INTO message_providers VALUES (2, 'shop.example', '');
PRAGMA user_version = 1;
