package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"pixelwacht/detector"
)

// evidence is the history of senders as the database has it, in one transaction.
type evidence struct {
	known
	ctx context.Context
	tx  *sql.Tx
	own detector.Overrides
}

func newEvidence(ctx context.Context, tx *sql.Tx) (*evidence, error) {
	own, err := readOverrides(ctx, tx)
	e := &evidence{ctx: ctx, tx: tx, own: own}
	e.init()
	return e, err
}

// inParallel calls f for 0 up to n, on all processors.
func inParallel(n int, f func(i int) error) error {
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		workers.Go(func() error { return f(i) })
	}
	return workers.Wait()
}

// prepare takes the URLs of results apart.
func prepare(messages []Message) []*detector.Comparable {
	all := make([]*detector.Comparable, len(messages))
	_ = inParallel(len(messages), func(i int) error {
		all[i] = detector.NewComparable(messages[i].Result)
		return nil
	})
	return all
}

// add remembers what a result shows. Where that is news for other messages of the sender, it notes that they are to be
// judged again.
func (e *evidence) add(correspondent string, c *detector.Comparable) error {
	news := false
	for _, s := range c.Sightings() {
		if err := e.load(e.ctx, e.tx, s.Scope); err != nil {
			return err
		}
		before := slices.Clone(e.history.Sample(s.Scope))
		if !e.history.Add(s) {
			continue
		}
		after := e.history.Sample(s.Scope)
		news = news || len(after) > 1
		if err := e.save(s); err != nil {
			return err
		}
		for _, old := range before {
			if slices.ContainsFunc(after, func(s detector.Sighting) bool { return s.Message == old.Message }) {
				continue
			}
			if _, err := e.tx.ExecContext(e.ctx, "DELETE FROM sightings WHERE scope = ? AND message = ?", old.Scope, old.Message); err != nil {
				return err
			}
		}
	}
	if !news {
		return nil
	}
	return compareLater(e.ctx, e.tx, correspondent)
}

// compareLater notes that the messages of a sender are to be judged again.
func compareLater(ctx context.Context, tx *sql.Tx, correspondent string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO comparisons (correspondent, changes) VALUES (?, 1)
		ON CONFLICT (correspondent) DO UPDATE SET changes = changes + 1`, correspondent)
	return err
}

func (e *evidence) save(s detector.Sighting) error {
	hashes := make([]byte, 0, 4*len(s.Values))
	for _, v := range s.Values {
		hashes = binary.LittleEndian.AppendUint32(hashes, v)
	}
	_, err := e.tx.ExecContext(e.ctx, "INSERT OR REPLACE INTO sightings (scope, message, recipient, day, positions, hashes) VALUES (?, ?, ?, ?, ?, ?)",
		s.Scope, s.Message, s.Recipient, s.Day, s.Positions, hashes)
	return err
}

// judge gives messages the verdicts that the evidence allows, and the user's own.
func (e *evidence) judge(messages []Message, prepared []*detector.Comparable) error {
	for _, c := range prepared {
		for _, s := range c.Sightings() {
			if err := e.load(e.ctx, e.tx, s.Scope); err != nil {
				return err
			}
		}
	}
	return inParallel(len(messages), func(i int) error {
		messages[i].Result = e.own.Apply(e.history.JudgeComparable(prepared[i]))
		return nil
	})
}

// differing reports for each message whether what is stored of its result differs between before and after.
func differing(before, after []Message) ([]bool, error) {
	all := make([]bool, len(after))
	return all, inParallel(len(after), func(i int) error {
		old, err := json.Marshal(before[i].Result)
		if err != nil {
			return fmt.Errorf("encode a result: %w", err)
		}
		result, err := json.Marshal(after[i].Result)
		if err != nil {
			return fmt.Errorf("encode a result: %w", err)
		}
		all[i] = !bytes.Equal(old, result)
		return nil
	})
}

// comparePage is how many messages are judged again in one transaction.
const comparePage = 200

// Compare judges the messages again for which those that were saved later are evidence. It returns how many results have
// changed. What is not done when ctx ends, the next call does.
func (s *Store) Compare(ctx context.Context) (changed int, err error) {
	for {
		var correspondent string
		var changes int64
		err := s.view(ctx, "read what to compare from", func(tx *sql.Tx) error {
			return tx.QueryRowContext(ctx, "SELECT correspondent, changes FROM comparisons LIMIT 1").Scan(&correspondent, &changes)
		})
		if errors.Is(err, sql.ErrNoRows) {
			return changed, nil
		}
		if err != nil {
			return changed, err
		}
		n, err := s.compare(ctx, correspondent, changes)
		changed += n
		if err != nil {
			return changed, err
		}
	}
}

// compare judges the messages of one sender again. When there is news meanwhile, the sender stays to be compared.
func (s *Store) compare(ctx context.Context, correspondent string, changes int64) (changed int, err error) {
	for last := int64(0); last >= 0; {
		err := s.update(ctx, "compare messages in", func(tx *sql.Tx) error {
			page, err := messagesOf(ctx, tx, correspondent, last)
			if err != nil {
				return err
			}
			e, err := newEvidence(ctx, tx)
			if err != nil {
				return err
			}
			w, err := newWriter(ctx, tx)
			if err != nil {
				return err
			}
			before := slices.Clone(page)
			if err := e.judge(page, prepare(page)); err != nil {
				return err
			}
			different, err := differing(before, page)
			if err != nil {
				return err
			}
			for i := range page {
				if !different[i] {
					continue
				}
				if err := w.replaceResult(&page[i]); err != nil {
					return err
				}
				changed++
			}
			if len(page) == comparePage {
				last = page[len(page)-1].ID
				return nil
			}
			last = -1
			_, err = tx.ExecContext(ctx, "DELETE FROM comparisons WHERE correspondent = ? AND changes = ?", correspondent, changes)
			return err
		})
		if err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// messagesOf returns a page of the messages of a sender, after the one with the ID last.
func messagesOf(ctx context.Context, tx *sql.Tx, correspondent string, last int64) ([]Message, error) {
	column := "organisation"
	if strings.Contains(correspondent, "@") {
		column = "address"
	}
	var page []Message
	var d decoder
	rows, err := tx.QueryContext(ctx, selectMessage+"WHERE author IN (SELECT id FROM authors WHERE "+column+" = ?) AND messages.id > ? ORDER BY messages.id LIMIT ?",
		correspondent, last, comparePage)
	err = each(rows, err, func(rows *sql.Rows) error {
		m, err := scanMessage(rows, &d)
		page = append(page, m)
		return err
	})
	return page, err
}

// replaceResult writes the result of a message that was judged again.
func (w *writer) replaceResult(m *Message) error {
	f := factsOf(m.Result)
	err := w.exec(`UPDATE messages SET tracked = ?, leaks = ?, read_receipt = ?, click_links = ?, exposes = ? WHERE id = ?`,
		m.Tracked, f.leaks, f.readReceipt, f.clickLinks, exposureBits(m.Exposes()), m.ID)
	if err != nil {
		return err
	}
	return w.result(m.ID, m.Result)
}
