package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"sync"

	"pixelwacht/detector"
)

// Evidence judges messages by what the database knows of the other messages of their senders, and changes nothing. It may
// be used from many goroutines. The zero value knows nothing.
type Evidence struct {
	ctx   context.Context
	store *Store // nil where there is no database

	mu    sync.Mutex
	known known
	err   error
}

// Evidence is that of the store. It is read until ctx is done.
func (s *Store) Evidence(ctx context.Context) *Evidence {
	return &Evidence{ctx: ctx, store: s}
}

// OpenEvidence opens the evidence of the database in the folder dir, as [ReadRules] reads the rules. The caller closes it;
// beside an error, it knows nothing.
func OpenEvidence(ctx context.Context, dir string) (*Evidence, error) {
	s, err := openToRead(ctx, dir, "sightings")
	return &Evidence{ctx: ctx, store: s}, err
}

// Close closes what OpenEvidence has opened.
func (e *Evidence) Close() error {
	if e.store == nil {
		return nil
	}
	return e.store.explain("close", e.store.read.Close())
}

// Add adds what a message shows that is not in the database.
func (e *Evidence) Add(r detector.Result) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.known.init()
	for _, s := range detector.Sightings(r) {
		e.known.history.Add(s)
	}
}

// Judge returns r with the verdicts that r's own message and the others of its sender together allow. Where the database
// cannot be read, it says nothing; Err tells.
func (e *Evidence) Judge(r detector.Result) detector.Result {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.known.init()
	c := detector.NewComparable(r)
	if e.store != nil {
		var scopes []int64
		for _, s := range c.Sightings {
			scopes = append(scopes, s.Scope)
		}
		if err := e.known.load(e.ctx, e.store.read, scopes...); err != nil && e.err == nil {
			e.err = e.store.explain("read from", err)
		}
	}
	return e.known.history.JudgeComparable(c)
}

// Err is why the database could not be read, nil where it could.
func (e *Evidence) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

// known is a history with what was read from the database. Scopes are read when they are needed.
type known struct {
	history *detector.History
	read    map[int64]bool // the scopes that were read
}

func (k *known) init() {
	if k.history == nil {
		k.history, k.read = detector.NewHistory(), map[int64]bool{}
	}
}

// maxKnown is how many scopes are kept from one transaction for the next; they take some 3 KB each.
const maxKnown = 2000

// bound forgets all, where that is much.
func (k *known) bound() {
	if len(k.read) > maxKnown {
		*k = known{}
	}
}

// load reads what the database knows of scopes.
func (k *known) load(ctx context.Context, db queryer, scopes ...int64) error {
	var missing []int64
	for _, scope := range scopes {
		if !k.read[scope] {
			k.read[scope] = true
			missing = append(missing, scope)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	list, err := json.Marshal(missing)
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, "SELECT scope, message, recipient, day, positions, hashes FROM sightings WHERE scope IN (SELECT value FROM json_each(?))", string(list))
	return each(rows, err, func(rows *sql.Rows) error {
		var s detector.Sighting
		var hashes sql.RawBytes
		if err := rows.Scan(&s.Scope, &s.Message, &s.Recipient, &s.Day, &s.Positions, &hashes); err != nil {
			return err
		}
		s.Values = make([]uint32, 0, len(hashes)/4)
		for len(hashes) >= 4 {
			s.Values = append(s.Values, binary.LittleEndian.Uint32(hashes))
			hashes = hashes[4:]
		}
		k.history.Add(s)
		return nil
	})
}
