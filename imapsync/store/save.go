package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pixelwacht/detector"
)

// ErrRenumbered is the error of saving messages of a mailbox whose UIDVALIDITY has changed meanwhile.
var ErrRenumbered = errors.New("the server has renumbered the mailbox")

// A message that has no copies is shown everywhere; of those with copies, refresh finds out which one is.
const saveMessage = `
INSERT INTO messages (account, mailbox, uidvalidity, uid, file, file_index, file_offset, file_length, gone,
	identity, date, author, tracked, leaks, read_receipt, click_links, exposes, subject, folded, shown)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?10, ?, ?, ?, ?, ?, ?, ?, ?, ?,
	CASE WHEN EXISTS (SELECT 1 FROM messages WHERE identity = ?10) THEN 0 ELSE ?20 END)
ON CONFLICT (mailbox, uidvalidity, uid) WHERE mailbox IS NOT NULL DO UPDATE SET ` + replaceMessage + `
ON CONFLICT (account, file, file_offset) WHERE mailbox IS NULL DO UPDATE SET ` + replaceMessage + `
RETURNING id, shown`

const replaceMessage = `
	file_index = excluded.file_index, file_length = excluded.file_length, gone = excluded.gone,
	identity = excluded.identity, date = excluded.date, author = excluded.author, tracked = excluded.tracked, leaks = excluded.leaks,
	read_receipt = excluded.read_receipt, click_links = excluded.click_links, exposes = excluded.exposes,
	subject = excluded.subject, folded = excluded.folded`

// Saver saves messages. What it has read of the evidence on their senders it keeps for the next ones. What other savers
// and programs add to that meanwhile it does not see, but [Store.Compare] does: each message that is evidence beside
// another one has the messages of its sender judged again. It is for one goroutine.
type Saver struct {
	store *Store
	known known
}

// Saver returns a saver for a run of many batches.
func (s *Store) Saver() *Saver { return &Saver{store: s} }

// Save stores messages of one mailbox, or of files where mailbox is 0, in one transaction, and sets their ID, Account
// and Mailbox. A message that is known already is replaced under its old ID. For a mailbox, each message's UIDValidity
// must be the mailbox's own, else nothing is saved and the error is [ErrRenumbered].
//
// The messages are compared with those of their senders that were saved before: the results that are stored, and stand
// in batch afterwards, can differ from those that were given. What they mean for the messages of before, [Store.Compare]
// finds out.
func (s *Saver) Save(ctx context.Context, account Account, mailbox int64, batch []Message) error {
	if len(batch) == 0 {
		return nil
	}
	prepared := prepare(batch) // others can write meanwhile
	s.known.bound()
	err := s.store.update(ctx, "save messages in", func(tx *sql.Tx) error {
		var name string
		if mailbox != 0 {
			var validity UIDValidity
			err := tx.QueryRowContext(ctx, "SELECT name, uidvalidity FROM mailboxes WHERE id = ? AND account = ?", mailbox, account.ID).Scan(&name, &validity)
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("mailbox %d: %w", mailbox, ErrNotFound)
			} else if err != nil {
				return err
			}
			if slices.ContainsFunc(batch, func(m Message) bool { return m.UIDValidity != validity }) {
				return ErrRenumbered
			}
		}
		statements := newStatements(ctx, tx)
		e, err := newEvidence(statements, &s.known)
		if err != nil {
			return err
		}
		if err := e.add(batch, prepared); err != nil {
			return err
		}
		if err := e.judge(batch, prepared); err != nil {
			return err
		}
		w, err := newWriter(statements)
		if err != nil {
			return err
		}
		for i, encoded := range encodeAll(batch) {
			m := &batch[i]
			m.Account, m.Mailbox = account.ID, name
			if err := w.save(m, mailbox, encoded); err != nil {
				return err
			}
		}
		return w.addSenders()
	})
	if err != nil {
		s.known = known{} // there is more in it than was saved
	}
	return err
}

// encodeAll returns the results of messages as they are stored.
func encodeAll(messages []Message) [][]byte {
	all := make([][]byte, len(messages))
	inParallel(len(messages), func(i int) { all[i] = encode(messages[i].Result) })
	return all
}

// statements are the queries of a transaction, each of which is prepared once.
type statements struct {
	ctx      context.Context
	tx       *sql.Tx
	prepared map[string]*sql.Stmt
}

func newStatements(ctx context.Context, tx *sql.Tx) *statements {
	return &statements{ctx: ctx, tx: tx, prepared: map[string]*sql.Stmt{}}
}

// get returns a prepared query. It ends with the transaction.
func (s *statements) get(query string) (*sql.Stmt, error) {
	if p := s.prepared[query]; p != nil {
		return p, nil
	}
	p, err := s.tx.PrepareContext(s.ctx, query)
	if err == nil {
		s.prepared[query] = p
	}
	return p, err
}

func (s *statements) exec(query string, args ...any) error {
	p, err := s.get(query)
	if err != nil {
		return err
	}
	_, err = p.ExecContext(s.ctx, args...)
	return err
}

// row runs a query with one row, and reads its columns into into.
func (s *statements) row(into []any, query string, args ...any) error {
	p, err := s.get(query)
	if err != nil {
		return err
	}
	return p.QueryRowContext(s.ctx, args...).Scan(into...)
}

// id runs a query that returns an ID.
func (s *statements) id(query string, args ...any) (id int64, err error) {
	err = s.row([]any{&id}, query, args...)
	return id, err
}

// writer writes messages in one transaction.
type writer struct {
	*statements
	known    int64                      // the highest ID of a message of before
	authors  map[detector.Address]int64 // that were written already
	services map[[2]string]int64        // by name and company
	senders  map[senderKey]*tally       // what the new messages add to them
}

func newWriter(s *statements) (*writer, error) {
	known, err := s.id("SELECT coalesce(max(id), 0) FROM messages")
	return &writer{
		statements: s, known: known,
		authors: map[detector.Address]int64{}, services: map[[2]string]int64{}, senders: map[senderKey]*tally{},
	}, err
}

// save writes a message, whose result is encoded already, and sets its ID.
func (w *writer) save(m *Message, mailbox int64, encoded []byte) error {
	author, err := w.author(m.From)
	if err != nil {
		return err
	}
	place := sql.NullInt64{Int64: mailbox, Valid: mailbox != 0}
	date := sql.NullInt64{Int64: m.Date.Unix(), Valid: !m.Date.IsZero()}
	f := factsOf(m.Result)
	identity := m.identity(mailbox)
	var shown int
	err = w.row([]any{&m.ID, &shown}, saveMessage, m.Account, place, m.UIDValidity, m.UID, m.File, m.Index, m.Offset, m.Length, m.Gone,
		identity, date, author, f.tracked, f.leaks, f.readReceipt, f.clickLinks, f.exposes, m.Subject, foldedSubject(m.Subject),
		inMailbox|inAccount|everywhere)
	if err != nil {
		return err
	}
	isNew := m.ID > w.known
	switch {
	case isNew && shown != 0:
		w.tally(m, f)
	case isNew: // what is known of its sender, and which copy is shown, is found out anew
		if err := w.exec("INSERT INTO stale (identity, author, account) VALUES (?, ?, ?)", identity, author, m.Account); err != nil {
			return err
		}
	}
	if err := w.result(m.ID, encoded); err != nil {
		return err
	}
	return w.behind(m.ID, m.Result, isNew)
}

// result writes the encoded result of a message whose row is there.
func (w *writer) result(message int64, encoded []byte) error {
	return w.exec("INSERT INTO results (message, result) VALUES (?1, ?2) ON CONFLICT (message) DO UPDATE SET result = ?2", message, encoded)
}

// behind writes which services are behind a message whose row is there.
func (w *writer) behind(message int64, r detector.Result, isNew bool) error {
	if !isNew {
		if err := w.exec("DELETE FROM message_services WHERE message = ?", message); err != nil {
			return err
		}
	}
	for _, name := range r.Providers() {
		service, err := w.service(name, company(r, name))
		if err != nil {
			return err
		}
		if err := w.exec("INSERT INTO message_services (message, service) VALUES (?, ?)", message, service); err != nil {
			return err
		}
	}
	return nil
}

// service returns the ID of a service.
func (w *writer) service(name, company string) (int64, error) {
	key := [2]string{name, company}
	if id, known := w.services[key]; known {
		return id, nil
	}
	id, err := w.id("INSERT INTO services (name, company) VALUES (?1, ?2) ON CONFLICT (name, company) DO UPDATE SET name = ?1 RETURNING id", name, company)
	w.services[key] = id
	return id, err
}

// author returns the ID of what stands in a From field.
func (w *writer) author(a detector.Address) (int64, error) {
	id, known := w.authors[a]
	if known {
		return id, nil
	}
	id, err := w.id(`INSERT INTO authors (address, name, organisation, folded) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (address, name) DO UPDATE SET organisation = ?3, folded = ?4 RETURNING id`,
		strings.ToLower(a.Address), a.Name, a.Organisation, foldedAuthor(a))
	w.authors[a] = id
	return id, err
}

// foldedAuthor is what stands in a From field as it is searched and sorted.
func foldedAuthor(a detector.Address) string {
	return fold(strings.TrimSpace(a.Name + " " + a.Address + " " + a.Organisation))
}

// foldedSubject is a subject as it is searched, NULL where SQLite makes the same of it.
func foldedSubject(subject string) sql.NullString {
	return sql.NullString{String: fold(subject), Valid: !isASCII(subject)}
}

// identity is equal for copies of a message. A message without a digest has no copies.
func (m *Message) identity(mailbox int64) []byte {
	digest, ok := digestOf(m.Digest)
	switch {
	case ok:
		return digest
	case m.Digest != "":
		return []byte(m.Digest)
	case mailbox != 0:
		return fmt.Appendf(nil, "uid %d %d %d", mailbox, m.UIDValidity, m.UID)
	}
	return fmt.Appendf(nil, "file %d %d %s", m.Account, m.Offset, m.File)
}

// facts are what a sender's counts are made of.
type facts struct {
	tracked, leaks, readReceipt, clickLinks bool
	exposes                                 int64 // bit set
}

func factsOf(r detector.Result) facts {
	f := facts{tracked: r.Tracked, exposes: exposureBits(r.Exposes())}
	for _, finding := range r.Findings {
		f.readReceipt = f.readReceipt || finding.Kind == detector.ReadReceipt
		f.clickLinks = f.clickLinks || finding.Kind == detector.ClickLink
		f.leaks = f.leaks || finding.Tracks() && slices.Contains(finding.Exposes, detector.AddressLeaked)
	}
	return f
}

// exposures are the bits of the column exposes, lowest first. Bits are added at the end and never change.
func exposures() []detector.Exposure {
	return []detector.Exposure{
		detector.OpenTime, detector.OpenCount, detector.IPAddress, detector.Location,
		detector.Device, detector.AddressLeaked, detector.Click, detector.Forwarded,
	}
}

func exposureBits(all []detector.Exposure) int64 {
	var bits int64
	for i, e := range exposures() {
		if slices.Contains(all, e) {
			bits |= 1 << i
		}
	}
	return bits
}

func exposuresOf(bits int64) []detector.Exposure {
	all := []detector.Exposure{}
	for i, e := range exposures() {
		if bits&(1<<i) != 0 {
			all = append(all, e)
		}
	}
	return all
}

// company is who runs the service that a message's findings name, "" when they do not say.
func company(r detector.Result, provider string) string {
	for _, f := range r.Findings {
		if f.Provider == provider && f.Tracks() {
			return f.Company
		}
	}
	return ""
}
