package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"pixelwacht/detector"
)

// evidence is the history of senders as the database has it, in one transaction.
type evidence struct {
	*known
	*statements
	own detector.Overrides
}

// newEvidence begins with what is known already.
func newEvidence(s *statements, k *known) (*evidence, error) {
	own, err := readOverrides(s.ctx, s.tx)
	k.init()
	return &evidence{known: k, statements: s, own: own}, err
}

// prepare takes the URLs of results apart.
func prepare(messages []Message) []*detector.Comparable {
	all := make([]*detector.Comparable, len(messages))
	inParallel(len(messages), func(i int) { all[i] = detector.NewComparable(messages[i].Result) })
	return all
}

// loadAll reads what is known of all scopes of messages.
func (e *evidence) loadAll(all []*detector.Comparable) error {
	var scopes []int64
	for _, c := range all {
		for _, s := range c.Sightings {
			scopes = append(scopes, s.Scope)
		}
	}
	return e.load(e.ctx, e.tx, scopes...)
}

// inParallel calls f for 0 up to n, on all processors.
func inParallel(n int, f func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.NumCPU(), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	workers.Wait()
}

// add remembers what messages show. Where that is news for other messages of a sender, it notes that they are to be judged
// again.
func (e *evidence) add(messages []Message, all []*detector.Comparable) error {
	if err := e.loadAll(all); err != nil {
		return err
	}
	before := map[int64][]detector.Sighting{} // samples that have changed
	news := map[string]bool{}                 // correspondents
	for i, c := range all {
		for _, s := range c.Sightings {
			old := e.history.Sample(s.Scope)
			if _, changed := before[s.Scope]; !changed {
				old = slices.Clone(old)
			}
			if !e.history.Add(s) {
				continue
			}
			if _, changed := before[s.Scope]; !changed {
				before[s.Scope] = old
			}
			if len(e.history.Sample(s.Scope)) > 1 {
				news[messages[i].From.Correspondent()] = true
			}
		}
	}
	for _, scope := range slices.Sorted(maps.Keys(before)) {
		if err := e.save(scope, before[scope]); err != nil {
			return err
		}
	}
	for correspondent := range news {
		if err := compareLater(e.ctx, e.tx, correspondent); err != nil {
			return err
		}
	}
	return nil
}

// compareLater notes that the messages of a sender are to be judged again.
func compareLater(ctx context.Context, tx *sql.Tx, correspondent string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO comparisons (correspondent, changes) VALUES (?, 1)
		ON CONFLICT (correspondent) DO UPDATE SET changes = changes + 1`, correspondent)
	return err
}

// save writes the sample of a scope, where it differs from what it was before.
func (e *evidence) save(scope int64, before []detector.Sighting) error {
	after := e.history.Sample(scope)
	for _, old := range before {
		if slices.ContainsFunc(after, func(s detector.Sighting) bool { return s.Message == old.Message }) {
			continue
		}
		if err := e.exec("DELETE FROM sightings WHERE scope = ? AND message = ?", scope, old.Message); err != nil {
			return err
		}
	}
	for _, s := range after {
		if slices.ContainsFunc(before, func(old detector.Sighting) bool { return isSameSighting(&old, &s) }) {
			continue
		}
		hashes := make([]byte, 0, 4*len(s.Values))
		for _, v := range s.Values {
			hashes = binary.LittleEndian.AppendUint32(hashes, v)
		}
		err := e.exec("INSERT OR REPLACE INTO sightings (scope, message, recipient, day, positions, hashes) VALUES (?, ?, ?, ?, ?, ?)",
			scope, s.Message, s.Recipient, s.Day, s.Positions, hashes)
		if err != nil {
			return err
		}
	}
	return nil
}

func isSameSighting(a, b *detector.Sighting) bool {
	return a.Message == b.Message && a.Recipient == b.Recipient && a.Day == b.Day && slices.Equal(a.Values, b.Values)
}

// judge gives messages the verdicts that the evidence allows, and the user's own.
func (e *evidence) judge(messages []Message, all []*detector.Comparable) error {
	if err := e.loadAll(all); err != nil {
		return err
	}
	inParallel(len(messages), func(i int) {
		messages[i].Result = e.own.Apply(e.history.JudgeComparable(all[i]))
	})
	return nil
}

// The bounds of what is judged again in one transaction.
const (
	comparePage    = 200 // messages
	compareSenders = 100
)

// Compare judges the messages again for which those that were saved later are evidence. It returns how many results have
// changed. What is not done when ctx ends, the next call does.
func (s *Store) Compare(ctx context.Context) (changed int, err error) {
	for {
		c, err := s.nextComparison(ctx)
		if err != nil || len(c.changes) == 0 {
			return changed, err
		}
		var k known // not for the next ones, which can be there because of what was added meanwhile
		for page := range slices.Chunk(c.messages, comparePage) {
			n, err := s.compare(ctx, &k, page)
			changed += n
			if err != nil {
				return changed, err
			}
		}
		if err := s.compared(ctx, c.changes); err != nil {
			return changed, err
		}
	}
}

// comparison is which messages are to be judged again.
type comparison struct {
	changes  map[string]int64 // by correspondent: how much news there was
	messages []int64          // IDs, ascending
}

// nextComparison takes some senders of those whose messages are to be judged again.
func (s *Store) nextComparison(ctx context.Context) (comparison, error) {
	c := comparison{changes: map[string]int64{}}
	err := s.view(ctx, "read what to compare from", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT correspondent, changes FROM comparisons LIMIT ?", compareSenders)
		err = each(rows, err, func(rows *sql.Rows) error {
			var correspondent string
			var changes int64
			err := rows.Scan(&correspondent, &changes)
			c.changes[correspondent] = changes
			return err
		})
		if err != nil {
			return err
		}
		var addresses, organisations []string
		for correspondent := range c.changes {
			if strings.Contains(correspondent, "@") {
				addresses = append(addresses, correspondent)
			} else {
				organisations = append(organisations, correspondent)
			}
		}
		lists, err := json.Marshal([][]string{addresses, organisations})
		if err != nil {
			return err
		}
		rows, err = tx.QueryContext(ctx, `SELECT messages.id FROM authors CROSS JOIN messages ON author = authors.id
			WHERE authors.id IN (SELECT id FROM authors WHERE address IN (SELECT value FROM json_each(?1, '$[0]'))
				UNION SELECT id FROM authors WHERE organisation IN (SELECT value FROM json_each(?1, '$[1]')))
			ORDER BY messages.id`, string(lists))
		return each(rows, err, func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			c.messages = append(c.messages, id)
			return err
		})
	})
	return c, err
}

// compared notes that the messages of senders were judged again. When there was news meanwhile, the sender stays to be
// compared.
func (s *Store) compared(ctx context.Context, changes map[string]int64) error {
	return s.update(ctx, "compare messages in", func(tx *sql.Tx) error {
		statements := newStatements(ctx, tx)
		for correspondent, n := range changes {
			if err := statements.exec("DELETE FROM comparisons WHERE correspondent = ? AND changes = ?", correspondent, n); err != nil {
				return err
			}
		}
		return nil
	})
}

// compare judges messages again, and returns how many results have changed.
func (s *Store) compare(ctx context.Context, k *known, ids []int64) (changed int, err error) {
	k.bound()
	err = s.update(ctx, "compare messages in", func(tx *sql.Tx) error {
		before, stored, err := messagesByID(ctx, tx, ids)
		if err != nil {
			return err
		}
		statements := newStatements(ctx, tx)
		e, err := newEvidence(statements, k)
		if err != nil {
			return err
		}
		w, err := newWriter(statements)
		if err != nil {
			return err
		}
		after := slices.Clone(before)
		if err := e.judge(after, prepare(after)); err != nil {
			return err
		}
		for i, encoded := range encodeAll(after) {
			if bytes.Equal(stored[i], encoded) {
				continue
			}
			if err := w.replace(before[i].Result, &after[i], encoded); err != nil {
				return err
			}
			changed++
		}
		return nil
	})
	return changed, err
}

// messagesByID returns messages, those of them that are there, and their results as they are stored.
func messagesByID(ctx context.Context, tx *sql.Tx, ids []int64) (all []Message, results [][]byte, err error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, nil, err
	}
	rows, err := tx.QueryContext(ctx, selectMessage+"WHERE messages.id IN (SELECT value FROM json_each(?))", string(list))
	err = each(rows, err, func(rows *sql.Rows) error {
		m, result, err := scanMessage(rows)
		all, results = append(all, m), append(results, result)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	failed := make([]error, len(all))
	inParallel(len(all), func(i int) {
		if failed[i] = all[i].decode(results[i]); failed[i] == nil && results[i][0] != plainForm {
			results[i] = encode(all[i].Result) // as it would be stored today
		}
	})
	return all, results, errors.Join(failed...)
}

// replace writes the result of a message that was judged again.
func (w *writer) replace(before detector.Result, m *Message, encoded []byte) error {
	if f := factsOf(m.Result); f != factsOf(before) {
		err := w.exec(`UPDATE messages SET tracked = ?, leaks = ?, read_receipt = ?, click_links = ?, exposes = ? WHERE id = ?`,
			f.tracked, f.leaks, f.readReceipt, f.clickLinks, f.exposes, m.ID)
		if err != nil {
			return err
		}
	}
	if !slices.Equal(m.Providers(), before.Providers()) {
		if err := w.behind(m.ID, m.Result, false); err != nil {
			return err
		}
	}
	return w.result(m.ID, encoded)
}
