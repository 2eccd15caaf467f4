// Package block makes a message harmless in place, and restores it.
package block

import (
	"pixelwacht/detector"
)

// Mode says what is blocked.
type Mode string

// The modes.
const (
	All      Mode = "all"      // every remote reference
	Trackers Mode = "trackers" // only references that are certain or likely trackers
)

// Blocker makes blocked copies. It may be used from many goroutines.
type Blocker struct {
	Mode     Mode               // the zero value is All
	Detector *detector.Detector // may be nil for All
}

// Copy is a blocked copy.
type Copy struct {
	Bytes     []byte // as long as the original
	Undo      Undo
	Blocked   int  // number of references and header fields made harmless
	Encrypted bool // there is a part that could not be inspected
	Signed    bool // there was a signature, which no longer verifies
}

// Message returns the blocked copy of the message raw, which it does not change.
func (b Blocker) Message(raw []byte, own ...string) Copy { return Copy{} }

// Undo is the undo record: what is needed to restore the original from the blocked copy.
type Undo struct {
	Version int     `json:"version"`
	Length  int64   `json:"length"`
	Before  string  `json:"original_sha256"`
	After   string  `json:"blocked_sha256"`
	Patches []Patch `json:"patches"`
}

// Patch is one changed byte range.
type Patch struct {
	Offset   int64  `json:"offset"` // in octets from the start of the message
	Original []byte `json:"original"`
}

// Restore returns the original of blocked. It refuses, and says why, when u does not belong to blocked.
func (u Undo) Restore(blocked []byte) ([]byte, error) { return nil, nil }
