package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pixelwacht/detector"
)

// ErrRenumbered is the error of saving messages of a mailbox whose UIDVALIDITY has changed meanwhile.
var ErrRenumbered = errors.New("the server has renumbered the mailbox")

const saveMessage = `
INSERT INTO messages (account, mailbox, uidvalidity, uid, file, file_index, file_offset, file_length, gone,
	identity, date, sender, sender_name, organisation, tracked, leaks, read_receipt, click_links, exposes, result)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (mailbox, uidvalidity, uid) WHERE mailbox IS NOT NULL DO UPDATE SET ` + replaceMessage + `
ON CONFLICT (account, file, file_offset) WHERE mailbox IS NULL DO UPDATE SET ` + replaceMessage + `
RETURNING id`

const replaceMessage = `
	file_index = excluded.file_index, file_length = excluded.file_length, gone = excluded.gone,
	identity = excluded.identity, date = excluded.date, sender = excluded.sender, sender_name = excluded.sender_name,
	organisation = excluded.organisation, tracked = excluded.tracked, leaks = excluded.leaks,
	read_receipt = excluded.read_receipt, click_links = excluded.click_links, exposes = excluded.exposes,
	result = excluded.result`

// Save stores messages of one mailbox, or of files where mailbox is 0, in one transaction, and sets their ID, Account
// and Mailbox. A message that is known already is replaced under its old ID. For a mailbox, each message's UIDValidity
// must be the mailbox's own, else nothing is saved and the error is [ErrRenumbered].
//
// The messages are compared with those of their senders that were saved before: the results that are stored, and stand
// in batch afterwards, can differ from those that were given. What they mean for the messages of before, [Store.Compare]
// finds out.
func (s *Store) Save(ctx context.Context, account Account, mailbox int64, batch []Message) error {
	if len(batch) == 0 {
		return nil
	}
	return s.update(ctx, "save messages in", func(tx *sql.Tx) error {
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
		save, err := tx.PrepareContext(ctx, saveMessage)
		if err != nil {
			return err
		}
		defer save.Close()
		e, err := newEvidence(ctx, tx)
		if err != nil {
			return err
		}
		for _, m := range batch {
			if err := e.add(m.Result); err != nil {
				return err
			}
		}
		for i := range batch {
			m := &batch[i]
			m.Account, m.Mailbox = account.ID, name
			if m.Result, err = e.judge(m.Result); err != nil {
				return err
			}
			if err := m.save(ctx, tx, save, mailbox); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *Message) save(ctx context.Context, tx *sql.Tx, save *sql.Stmt, mailbox int64) error {
	result, err := json.Marshal(m.Result)
	if err != nil {
		return fmt.Errorf("encode a result: %w", err)
	}
	place := sql.NullInt64{Int64: mailbox, Valid: mailbox != 0}
	date := sql.NullInt64{Int64: m.Date.Unix(), Valid: !m.Date.IsZero()}
	f := factsOf(m.Result)
	err = save.QueryRowContext(ctx, m.Account, place, m.UIDValidity, m.UID, m.File, m.Index, m.Offset, m.Length, m.Gone,
		m.identity(mailbox), date, strings.ToLower(m.From.Address), m.From.Name, m.From.Organisation,
		m.Tracked, f.leaks, f.readReceipt, f.clickLinks, exposureBits(m.Exposes()), string(result)).Scan(&m.ID)
	if err != nil {
		return err
	}
	return m.saveProviders(ctx, tx)
}

// saveProviders replaces the services that are behind the message.
func (m *Message) saveProviders(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM message_providers WHERE message = ?", m.ID); err != nil {
		return err
	}
	for _, name := range m.Providers() {
		if _, err := tx.ExecContext(ctx, "INSERT INTO message_providers (message, name, company) VALUES (?, ?, ?)", m.ID, name, company(m.Result, name)); err != nil {
			return err
		}
	}
	return nil
}

// identity is equal for copies of a message. A message without a digest has no copies.
func (m *Message) identity(mailbox int64) string {
	switch {
	case m.Digest != "":
		return m.Digest
	case mailbox != 0:
		return fmt.Sprintf("uid %d %d %d", mailbox, m.UIDValidity, m.UID)
	}
	return fmt.Sprintf("file %d %d %s", m.Account, m.Offset, m.File)
}

// facts are what a sender's counts are made of.
type facts struct{ leaks, readReceipt, clickLinks bool }

func factsOf(r detector.Result) facts {
	var f facts
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
