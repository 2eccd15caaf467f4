// Package block makes a message harmless in place, and restores it.
//
// A blocked reference is overwritten in the raw bytes of the message with inert text of the same length, in base64 and
// quoted-printable by patching the encoded characters. So the length of the message, its line breaks, the length and
// offset of every part, and every byte outside of what is blocked stay as they were, and the original can be restored
// bit for bit.
//
// These laws hold for every input, and are tested as such:
//
//	len(block(m)) == len(m)           block(block(m)) == block(m)         restore(block(m)) == m
//	bytes differ only in the patches  line breaks never move              decoded lengths never change
//
// What cannot be patched with certainty is closed as a whole: a part in a charset whose bytes are not ASCII-compatible,
// unless it is UTF-16 or ISO-2022-JP, base64 that readers decode differently, and nesting beyond what is followed. What
// is encrypted cannot be inspected, and stays.
package block

import (
	"bytes"
	"slices"

	"pixelwacht/detector"
	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
	"pixelwacht/detector/redirect"
)

// Mode says what is blocked.
type Mode string

// The modes.
const (
	All      Mode = "all"      // every remote reference
	Trackers Mode = "trackers" // only references that are certain or likely trackers
	Trust    Mode = "trust"    // nothing: the message stays as it is, read receipts and links included
)

// Blocker makes blocked copies. It may be used from many goroutines.
type Blocker struct {
	Mode     Mode               // the zero value is All
	Detector *detector.Detector // may be nil where Mode and Rules never say Trackers
	Evidence Evidence           // what the sender's other messages say; nil where each message is judged by itself
	Rules    Rules              // how the messages of single senders are blocked, instead of Mode; may be nil
	Links    *redirect.Cleaner  // takes the detours out of links; nil leaves links as they are
}

// Evidence is what is known of many messages, as a [detector.History] is. It may be asked from many goroutines.
type Evidence interface {
	// Judge returns r with the verdicts that r's own message and the others of its sender together allow.
	Judge(r detector.Result) detector.Result
}

// Copy is a blocked copy.
type Copy struct {
	Bytes     []byte // as long as the original; nil from Stream
	Undo      Undo
	Mode      Mode     // how the message was blocked
	Rule      string   // the key of the rule that said so, "" when none did
	Blocked   int      // number of places that were overwritten: references and header fields
	Links     int      // number of links that lead to their destination without a detour now
	Closed    int      // number of parts made harmless as a whole
	Encrypted bool     // there is a part that could not be inspected
	Signed    bool     // there is a signature, which does not verify any more where the copy is changed
	Errors    []string // what was broken in the message, and why a part of it was closed unread
}

// Changed reports whether the copy differs from the original.
func (c Copy) Changed() bool { return c.Blocked+c.Links+c.Closed > 0 }

// plan collects what is overwritten in one message. The offsets of its edits are those in the message.
type plan struct {
	trackers trackers          // nil in the mode All
	cleaner  *redirect.Cleaner // may be nil
	edited   []message.Edit
	count
}

// count is what was done to a message: places that were overwritten, links that were cleaned, and bodies that were
// closed as a whole.
type count struct{ blocked, links, closed int }

func (c *count) add(more count) {
	c.blocked += more.blocked
	c.links += more.links
	c.closed += more.closed
}

// plan says what is to be overwritten in m.
func (b Blocker) plan(m *message.Message, own []string) *plan {
	p := &plan{trackers: b.trackers(m, own), cleaner: b.Links}
	for _, part := range m.Parts {
		switch {
		case part.Opaque:
			if p.trackers == nil {
				p.opaque(part)
			}
		case part.HasDocuments():
			p.region(part.Start, part)
		}
	}
	for _, section := range m.Sections {
		if section.HasDocuments() {
			p.region(section.Start, section)
		}
	}
	p.edited = merge(p.edited)
	return p
}

// opaque closes a part that is not looked into, piece by piece: it may be large.
func (p *plan) opaque(part *message.Part) {
	changed := false
	part.Pieces(func(start int, raw []byte) {
		if closed := part.Whole().Close(raw, closeBody); !bytes.Equal(closed, raw) {
			p.edited = append(p.edited, message.Edit{Start: part.Start + start, Text: closed})
			changed = true
		}
	})
	if changed {
		p.closed++
	}
}

// region is a byte range of the message with documents in it: the body of a part, or a header section.
type region interface {
	// Raw is the bytes of the region.
	Raw() []byte
	// Documents returns the documents in raw, the bytes of the region or a patched copy.
	Documents(raw []byte) []message.Document
	// Keeps reports whether a patched copy of the bytes of the region still decodes to as many octets.
	Keeps(raw []byte) bool
	// Whole is the region as a document that is not looked into.
	Whole() message.Document
}

// region plans what is overwritten in one region. Overwriting can change how what is around is read, so the result is
// read again until nothing remains; a region that does not come to rest is closed.
func (p *plan) region(start int, in region) {
	const rounds = 8
	raw := in.Raw()
	patched, total := raw, count{}
	for range rounds {
		done := count{}
		for _, d := range in.Documents(patched) {
			patched = p.document(d, patched, &done)
		}
		if !in.Keeps(patched) {
			break // a stray "=" of broken quoted-printable has become an escape together with what was written behind it
		}
		if done == (count{}) {
			p.count.add(total)
			p.replace(start, raw, patched)
			return
		}
		total.add(done)
	}
	if closed := in.Whole().Close(raw, closeBody); !bytes.Equal(closed, raw) {
		p.closed++
		p.replace(start, raw, closed)
	}
}

// document returns the region with what is to be overwritten in one of its documents.
func (p *plan) document(d message.Document, patched []byte, done *count) []byte {
	body := d.Decode(patched)
	if !d.Mapped {
		if p.trackers == nil && !d.IsISO2022() || p.hasReference(d, body) {
			if closed := d.Close(patched, closeBody); !bytes.Equal(closed, patched) {
				done.closed++
				return closed
			}
		}
		return patched
	}
	edits, cleaned := p.edits(d, body)
	if len(edits)+len(cleaned) == 0 {
		return patched
	}
	done.blocked += len(edits)
	done.links += len(cleaned)
	return d.Patch(patched, merge(append(edits, cleaned...)))
}

// hasReference reports whether there is anything to block in a document whose bytes cannot be patched one by one,
// whether it is read in its charset or not.
func (p *plan) hasReference(d message.Document, body []byte) bool {
	text, _ := p.edits(d, []byte(d.Text(body)))
	edits, _ := p.edits(d, body)
	return len(text) > 0 || len(edits) > 0
}

// edits are what is to be overwritten in a decoded body, by offset and not overlapping: to block references, and to
// clean links.
func (p *plan) edits(d message.Document, body []byte) (blocked, cleaned []message.Edit) {
	var nesting detector.Nesting
	d.Scan(body, func(r markup.Reference) {
		if isLink(r) {
			if edit, ok := p.clean(d, body, r); ok {
				cleaned = append(cleaned, edit)
			}
			return
		}
		if r.Role != markup.Receipt && (isInert(r) || isFilled(body, r) || !p.trackers.in(r, body, &nesting)) {
			return
		}
		if d.Mistaken && r.IsImagined() {
			return
		}
		edit := neutralise(body, r)
		if !bytes.Equal(body[edit.Start:edit.Start+len(edit.Text)], edit.Text) {
			blocked = append(blocked, edit)
		}
	})
	if len(blocked) == 0 && p.trackers == nil && !d.Mistaken && (d.Kind == message.HTML || d.Kind == message.StyleSheet || d.Kind == message.Data) {
		blocked = remains(body, d.Kind == message.HTML)
	}
	blocked = merge(blocked)
	return blocked, apart(cleaned, blocked)
}

// isLink reports whether r is followed and not loaded. Nobody can follow a link that only a naive reader sees, so it goes.
func isLink(r markup.Reference) bool {
	return r.Role == markup.Link && r.Reading != markup.Naive && !isDocument(r.URL)
}

// merge sorts edits and lets the first of overlapping ones win where they do: two readings of the same bytes.
func merge(edits []message.Edit) []message.Edit {
	slices.SortStableFunc(edits, byStart)
	var merged []message.Edit
	end := 0
	for _, e := range edits {
		if e.Start < end {
			if cut := end - e.Start; cut < len(e.Text) {
				e = message.Edit{Start: end, Text: e.Text[cut:]}
			} else {
				continue
			}
		}
		merged = append(merged, e)
		end = e.Start + len(e.Text)
	}
	return merged
}

// replace records the bytes that change from offset start on.
func (p *plan) replace(start int, before, after []byte) {
	for i := 0; i < len(before); i++ {
		if before[i] == after[i] {
			continue
		}
		first := i
		for i < len(before) && before[i] != after[i] {
			i++
		}
		p.edited = append(p.edited, message.Edit{Start: start + first, Text: bytes.Clone(after[first:i])})
	}
}

// blockedFieldName is a field name of n characters that means nothing: "X-Blocked-xxxx".
func blockedFieldName(n int) []byte {
	name := bytes.Repeat([]byte{'x'}, n)
	copy(name, "X-Blocked-")
	return name
}
