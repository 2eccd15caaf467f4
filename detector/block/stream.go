package block

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"sync"

	"pixelwacht/detector/message"
)

// Message returns the blocked copy of the message raw, which it does not change. The addresses of own are the
// recipient's, in addition to those in the header; they matter for the mode Trackers.
func (b Blocker) Message(raw []byte, own ...string) Copy {
	var out bytes.Buffer
	out.Grow(len(raw))
	c, _ := b.copy(&out, message.Parse(raw), bytes.NewReader(raw), int64(len(raw)), own) // nothing fails in memory
	c.Bytes = out.Bytes()
	return c
}

// Stream writes the blocked copy of the message of size octets in r to w, and returns it without its bytes. It is the
// copy that Message makes. Attachments are never held in memory, so what is needed of it depends on the text of the
// message, and on what is overwritten, alone. r is read twice, and must not change meanwhile; nothing is written before
// it is known what is overwritten. Errors are those of r and w.
func (b Blocker) Stream(w io.Writer, r io.ReaderAt, size int64, own ...string) (Copy, error) {
	m, err := message.ParseFile(r, size)
	if err != nil {
		return Copy{}, err
	}
	return b.copy(w, m, r, size, own)
}

func (b Blocker) copy(w io.Writer, m *message.Message, r io.ReaderAt, size int64, own []string) (Copy, error) {
	var rule string
	b.Mode, rule = b.Rules.For(m.Header(), b.Mode)
	p := &plan{}
	if b.Mode != Trust {
		p = b.plan(m, own)
	}
	if err := m.Err(); err != nil {
		return Copy{}, err
	}
	undo, err := copyThrough(w, r, size, p.edited)
	return Copy{
		Undo: undo, Mode: b.Mode, Rule: rule, Blocked: p.blocked, Links: p.links, Closed: p.closed,
		Encrypted: m.Encrypted, Signed: m.Signed, Errors: m.Errors,
	}, err
}

// pieceSize is how much is copied at a time, in octets.
const pieceSize = 1 << 20

// copyThrough writes the size octets of r to w with the edits, which are sorted and do not overlap. It returns what is
// needed to undo that.
func copyThrough(w io.Writer, r io.ReaderAt, size int64, edits []message.Edit) (Undo, error) {
	undo := Undo{Version: UndoVersion, Length: size, Patches: ranges(edits)}
	before, after := sha256.New(), sha256.New()
	from := make([]byte, min(size, pieceSize))
	var edited []byte // a piece of the copy where it differs
	patches := undo.Patches
	for offset := int64(0); offset < size; {
		piece := from[:min(size-offset, pieceSize)]
		if n, err := r.ReadAt(piece, offset); n < len(piece) {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return undo, err
		}
		out := piece
		if len(edits) > 0 && int64(edits[0].Start) < offset+int64(len(piece)) {
			edited = append(edited[:0], piece...)
			out = edited
			edits = apply(out, int(offset), edits)
			patches = keep(piece, offset, patches)
		}
		sum(before, piece, after, out, len(undo.Patches) > 0)
		if _, err := w.Write(out); err != nil {
			return undo, err
		}
		offset += int64(len(piece))
	}
	undo.Before = hex.EncodeToString(before.Sum(nil))
	undo.After = undo.Before
	if len(undo.Patches) > 0 {
		undo.After = hex.EncodeToString(after.Sum(nil))
	}
	return undo, nil
}

// sum adds pieces of both versions to their hashes, at the same time when it is worth it.
func sum(before hash.Hash, piece []byte, after hash.Hash, out []byte, differ bool) {
	switch {
	case !differ:
		before.Write(piece)
	case len(piece) < pieceSize:
		before.Write(piece)
		after.Write(out)
	default:
		var running sync.WaitGroup
		running.Go(func() { before.Write(piece) })
		after.Write(out)
		running.Wait()
	}
}

// apply overwrites what of the edits lies in piece, which stands at offset, and returns those that go on behind it.
func apply(piece []byte, offset int, edits []message.Edit) []message.Edit {
	for len(edits) > 0 && edits[0].Start < offset+len(piece) {
		e := edits[0]
		skip := max(0, offset-e.Start)
		at := e.Start + skip - offset
		if n := copy(piece[at:], e.Text[skip:]); skip+n < len(e.Text) {
			return edits
		}
		edits = edits[1:]
	}
	return edits
}

// ranges are the byte ranges of edits as patches that hold no bytes yet, but have room for them; what is close together
// is one.
func ranges(edits []message.Edit) []Patch {
	const gap = 8
	patches := []Patch{}
	end := 0
	for _, e := range edits {
		if n := len(patches); n > 0 && e.Start-end < gap {
			patches[n-1].length += e.Start + len(e.Text) - end
		} else {
			patches = append(patches, Patch{Offset: int64(e.Start), length: len(e.Text)})
		}
		end = e.Start + len(e.Text)
	}
	return patches
}

// keep adds to the patches what of them lies in piece, which stands at offset, and returns those that go on behind it.
func keep(piece []byte, offset int64, patches []Patch) []Patch {
	for len(patches) > 0 && patches[0].Offset < offset+int64(len(piece)) {
		p := &patches[0]
		at := p.Offset + int64(len(p.Original)) - offset
		n := min(p.length-len(p.Original), len(piece)-int(at))
		p.Original = append(p.Original, piece[at:int(at)+n]...)
		if len(p.Original) < p.length {
			return patches
		}
		patches = patches[1:]
	}
	return patches
}
