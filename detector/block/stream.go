package block

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"slices"
	"sync"

	"pixelwacht/detector/message"
)

// Message returns the blocked copy of the message raw, which it does not change. The addresses of own are the
// recipient's, in addition to those in the header; they matter for the mode Trackers.
func (b Blocker) Message(raw []byte, own ...string) Copy {
	var out bytes.Buffer
	out.Grow(len(raw))
	c, _ := b.copy(&out, message.Parse(raw), bytes.NewReader(raw), int64(len(raw)), true, own) // nothing fails in memory
	c.Bytes = out.Bytes()
	return c
}

// Stream writes the blocked copy of the message of size octets in r to w, and returns it without its bytes. It is the
// copy that Message makes. Attachments are never held in memory, so what is needed of it depends on the text of the
// message, and on what is overwritten, alone. r is read twice, and must not change meanwhile; nothing is written before
// it is known what is overwritten. The undo record costs as much again as the copy; without undo there is none. Errors are
// those of r and w.
func (b Blocker) Stream(w io.Writer, r io.ReaderAt, size int64, undo bool, own ...string) (Copy, error) {
	m, err := message.ParseFile(r, size)
	if err != nil {
		return Copy{}, err
	}
	return b.copy(w, m, r, size, undo, own)
}

func (b Blocker) copy(w io.Writer, m *message.Message, r io.ReaderAt, size int64, undo bool, own []string) (Copy, error) {
	var rule string
	b.Mode, rule = b.Rules.For(m.Header(), b.Mode)
	p, err := b.settle(m, r, size, own)
	if err != nil {
		return Copy{}, err
	}
	c := Copy{
		Mode: b.Mode, Rule: rule, Blocked: p.blocked, Links: p.links, Closed: p.closed,
		Encrypted: m.Encrypted, Signed: m.Signed, Errors: m.Errors,
	}
	if undo {
		c.Undo, err = copyRecorded(w, r, size, p.edited)
	} else {
		err = copyThrough(r, size, p.edited, func(p piece) error {
			_, err := w.Write(p.after)
			return err
		})
	}
	return c, err
}

// pieceSize is how much is copied at a time, in octets: little enough to stay in the processor's cache.
const pieceSize = 256 << 10

// piece is a stretch of a message, before and after the edits.
type piece struct{ before, after []byte }

// copyThrough calls yield with the size octets of r, piece by piece, before and after the edits, which are sorted and do
// not overlap. It reads ahead meanwhile. A piece is valid until the call after the next.
func copyThrough(r io.ReaderAt, size int64, edits []message.Edit, yield func(piece) error) error {
	var buffers [3]piece
	read := func(offset int64) (piece, error) {
		buffer := &buffers[offset/pieceSize%int64(len(buffers))]
		if buffer.before == nil {
			buffer.before = make([]byte, min(size, pieceSize))
		}
		before := buffer.before[:min(size-offset, pieceSize)]
		if n, err := r.ReadAt(before, offset); n < len(before) {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return piece{}, err
		}
		edits = behind(edits, int(offset))
		if len(edits) == 0 || int64(edits[0].Start) >= offset+int64(len(before)) {
			return piece{before, before}, nil
		}
		buffer.after = append(buffer.after[:0], before...)
		apply(buffer.after, int(offset), edits)
		return piece{before, buffer.after}, nil
	}
	if size == 0 {
		return nil
	}
	now, err := read(0)
	for offset := int64(pieceSize); err == nil; offset += pieceSize {
		if offset >= size {
			return yield(now)
		}
		var ahead sync.WaitGroup
		var next piece
		var failed error
		ahead.Go(func() { next, failed = read(offset) })
		err = yield(now)
		ahead.Wait()
		if err == nil {
			now, err = next, failed
		}
	}
	return err
}

// copyRecorded writes the size octets of r to w with the edits, and returns what is needed to undo that.
func copyRecorded(w io.Writer, r io.ReaderAt, size int64, edits []message.Edit) (Undo, error) {
	undo := Undo{Version: UndoVersion, Length: size, Patches: ranges(edits)}
	sums := [2]hash.Hash{sha256.New(), sha256.New()}
	patches, offset := undo.Patches, int64(0)
	var hashing sync.WaitGroup // of the piece before, while the next is read and written
	defer hashing.Wait()
	err := copyThrough(r, size, edits, func(p piece) error {
		patches = keep(p.before, offset, patches)
		offset += int64(len(p.before))
		hashing.Wait()
		hashing.Go(func() { sums[0].Write(p.before) })
		if len(undo.Patches) > 0 {
			hashing.Go(func() { sums[1].Write(p.after) })
		}
		_, err := w.Write(p.after)
		return err
	})
	hashing.Wait()
	undo.Before = hex.EncodeToString(sums[0].Sum(nil))
	undo.After = undo.Before
	if len(undo.Patches) > 0 {
		undo.After = hex.EncodeToString(sums[1].Sum(nil))
	}
	return undo, err
}

// patched is a message as edits make it.
type patched struct {
	io.ReaderAt
	edits []message.Edit
}

// ReadAt reads from the patched message.
func (p patched) ReadAt(b []byte, offset int64) (int, error) {
	n, err := p.ReaderAt.ReadAt(b, offset)
	apply(b[:n], int(offset), behind(p.edits, int(offset)))
	return n, err
}

// behind are the edits, sorted and not overlapping, that do not end before an offset.
func behind(edits []message.Edit, offset int) []message.Edit {
	i, _ := slices.BinarySearchFunc(edits, offset, func(e message.Edit, offset int) int {
		return cmp.Compare(e.Start+len(e.Text), offset)
	})
	return edits[i:]
}

// follow returns the edits that do what first does, and then second.
func follow(first, second []message.Edit) []message.Edit {
	all := make([]message.Edit, 0, len(first)+len(second))
	for _, e := range first {
		text := bytes.Clone(e.Text)
		apply(text, e.Start, behind(second, e.Start))
		all = append(all, message.Edit{Start: e.Start, Text: text})
	}
	return merge(append(all, second...))
}

// apply overwrites what of the edits lies in b, which stands at offset; none of them ends before it.
func apply(b []byte, offset int, edits []message.Edit) {
	for _, e := range edits {
		if e.Start >= offset+len(b) {
			return
		}
		skip := max(0, offset-e.Start)
		copy(b[e.Start+skip-offset:], e.Text[skip:])
	}
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
