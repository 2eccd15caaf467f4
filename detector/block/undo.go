package block

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"pixelwacht/detector/message"
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

	length int // of Original, before it is read
}

// Errors of Restore; the error that it returns says more.
var (
	ErrVersion  = errors.New("undo record of an unknown version")
	ErrMismatch = errors.New("undo record does not belong to this message")
	ErrDamaged  = errors.New("undo record is damaged")
)

// Restore returns the original of blocked, which it does not change. It refuses with ErrVersion, ErrMismatch or
// ErrDamaged when u does not belong to blocked, or does not lead to the original.
func (u Undo) Restore(blocked []byte) ([]byte, error) {
	var original bytes.Buffer
	if err := u.RestoreStream(&original, bytes.NewReader(blocked), int64(len(blocked))); err != nil {
		return nil, err
	}
	return original.Bytes(), nil
}

// RestoreStream writes the original of the blocked copy of size octets in r to w. It reads r twice: nothing is written
// before Check has found no error.
func (u Undo) RestoreStream(w io.Writer, r io.ReaderAt, size int64) error {
	if err := u.Check(r, size); err != nil {
		return err
	}
	return u.Apply(w, r)
}

// Apply writes the original of the blocked copy in r to w, without another check: Check has to have found no error.
func (u Undo) Apply(w io.Writer, r io.ReaderAt) error {
	return copyThrough(r, u.Length, u.edits(), func(p piece) error {
		_, err := w.Write(p.after)
		return err
	})
}

// Check says whether u leads from the blocked copy of size octets in r to the original: nil, ErrVersion, ErrMismatch,
// ErrDamaged, or an error of r.
func (u Undo) Check(r io.ReaderAt, size int64) error {
	if u.Version != UndoVersion {
		return fmt.Errorf("%w: %d (this program knows version %d)", ErrVersion, u.Version, UndoVersion)
	}
	if size != u.Length {
		return fmt.Errorf("%w: it was made for a message of %d octets, this one has %d", ErrMismatch, u.Length, size)
	}
	for _, p := range u.Patches {
		if p.Offset < 0 || p.Offset > u.Length || int64(len(p.Original)) > u.Length-p.Offset {
			return fmt.Errorf("%w: a patch at offset %d is outside of the message", ErrDamaged, p.Offset)
		}
	}
	restored, err := copyRecorded(io.Discard, r, size, u.edits())
	switch {
	case err != nil:
		return err
	case restored.Before != u.After:
		return fmt.Errorf("%w: it was made for the blocked copy with SHA-256 %.12s…, this one has %.12s…", ErrMismatch, u.After, restored.Before)
	case restored.After != u.Before:
		return fmt.Errorf("%w: it leads to SHA-256 %.12s…, the original had %.12s…", ErrDamaged, restored.After, u.Before)
	}
	return nil
}

// edits are what makes the original of the blocked copy.
func (u Undo) edits() []message.Edit {
	edits := make([]message.Edit, len(u.Patches))
	for i, p := range u.Patches {
		edits[i] = message.Edit{Start: int(p.Offset), Text: p.Original}
	}
	return merge(edits)
}
