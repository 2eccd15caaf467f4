package block

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// UndoVersion is the version of the undo records that this package writes, and the only one that it reads.
const UndoVersion = 1

// Undo is the undo record: what is needed to restore the original from the blocked copy. Its JSON form is documented in
// docs/undo.md.
type Undo struct {
	Version int     `json:"version"`
	Length  int64   `json:"length"`          // of both versions, in octets
	Before  string  `json:"original_sha256"` // hexadecimal
	After   string  `json:"blocked_sha256"`  // hexadecimal
	Patches []Patch `json:"patches"`         // by offset, not overlapping
}

// Patch is one changed byte range.
type Patch struct {
	Offset   int64  `json:"offset"` // in octets from the start of the message
	Original []byte `json:"original"`
}

// Errors of Restore; the error that it returns says more.
var (
	ErrVersion  = errors.New("undo record of an unknown version")
	ErrMismatch = errors.New("undo record does not belong to this message")
	ErrDamaged  = errors.New("undo record is damaged")
)

// record makes the undo record of a blocked copy.
func record(before, after []byte) Undo {
	u := Undo{Version: UndoVersion, Length: int64(len(before)), Before: sum(before), After: sum(after), Patches: []Patch{}}
	for _, d := range differences(before, after) {
		u.Patches = append(u.Patches, Patch{Offset: int64(d.start), Original: bytes.Clone(before[d.start:d.end])})
	}
	return u
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// Restore returns the original of blocked, which it does not change. It refuses with ErrVersion, ErrMismatch or
// ErrDamaged when u does not belong to blocked, or does not lead to the original.
func (u Undo) Restore(blocked []byte) ([]byte, error) {
	if u.Version != UndoVersion {
		return nil, fmt.Errorf("%w: %d (this program knows version %d)", ErrVersion, u.Version, UndoVersion)
	}
	if got := sum(blocked); int64(len(blocked)) != u.Length || got != u.After {
		return nil, fmt.Errorf("%w: it was made for the blocked copy with SHA-256 %.12s…, this one has %.12s…", ErrMismatch, u.After, got)
	}
	original := bytes.Clone(blocked)
	for _, p := range u.Patches {
		if p.Offset < 0 || p.Offset > u.Length || int64(len(p.Original)) > u.Length-p.Offset {
			return nil, fmt.Errorf("%w: a patch at offset %d is outside of the message", ErrDamaged, p.Offset)
		}
		copy(original[p.Offset:], p.Original)
	}
	if got := sum(original); got != u.Before {
		return nil, fmt.Errorf("%w: it leads to SHA-256 %.12s…, the original had %.12s…", ErrDamaged, got, u.Before)
	}
	return original, nil
}
