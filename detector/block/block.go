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
// base64 that readers decode differently, and nesting beyond what is followed. What is encrypted cannot be inspected,
// and stays.
package block

import (
	"bytes"
	"slices"
	"strings"

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
)

// Blocker makes blocked copies. It may be used from many goroutines.
type Blocker struct {
	Mode     Mode               // the zero value is All
	Detector *detector.Detector // may be nil for All
	Links    *redirect.Cleaner  // takes the detours out of links; nil leaves links as they are
}

// Copy is a blocked copy.
type Copy struct {
	Bytes     []byte // as long as the original
	Undo      Undo
	Blocked   int  // number of places that were overwritten: references and header fields
	Links     int  // number of links that lead to their destination without a detour now
	Closed    int  // number of parts made harmless as a whole
	Encrypted bool // there is a part that could not be inspected
	Signed    bool // there is a signature, which does not verify any more when Blocked or Closed is not 0
}

// Message returns the blocked copy of the message raw, which it does not change. The addresses of own are the
// recipient's, in addition to those in the header; they matter for the mode Trackers.
func (b Blocker) Message(raw []byte, own ...string) Copy {
	m := message.Parse(raw)
	p := plan{raw: raw, tracks: b.tracks(m, own), cleaner: b.Links}
	for _, part := range m.Parts {
		p.part(part)
	}
	for _, h := range m.Headers {
		p.receipts(h)
	}
	c := Copy{Bytes: p.apply(), Blocked: p.blocked, Links: p.links, Closed: p.closed, Encrypted: m.Encrypted, Signed: m.Signed}
	c.Undo = record(raw, c.Bytes)
	return c
}

// tracks returns the test for the URLs to be blocked, nil for all of them.
func (b Blocker) tracks(m *message.Message, own []string) func(url string) bool {
	if b.Mode != Trackers {
		return nil
	}
	urls := map[string]bool{}
	for _, f := range b.Detector.Scan(m, own...).Findings {
		if f.Tracks() {
			urls[f.URL] = true
		}
	}
	return func(url string) bool { return urls[strings.ToValidUTF8(url, "\ufffd")] }
}

// plan collects what is overwritten in one message.
type plan struct {
	raw     []byte
	tracks  func(url string) bool
	cleaner *redirect.Cleaner // may be nil
	patches []patch
	blocked int
	links   int
	closed  int
}

// patch replaces the bytes of the message from offset start on.
type patch struct {
	start int
	text  []byte
}

func (p *plan) apply() []byte {
	out := bytes.Clone(p.raw)
	for _, patch := range p.patches {
		copy(out[patch.start:], patch.text)
	}
	return out
}

// part plans what is overwritten in one part.
func (p *plan) part(part *message.Part) {
	raw := p.raw[part.Start:part.End]
	switch {
	case part.Opaque:
		if p.tracks == nil {
			p.close(part, raw)
		}
	case !part.IsHTML() && !part.IsStyleSheet():
	case !part.ASCIICompatible() || !part.Encoding.Regular(raw):
		if p.tracks == nil && !part.IsISO2022() || p.hasReference(part) {
			p.close(part, raw)
		}
	default:
		p.markup(part, raw)
	}
}

// hasReference reports whether there is anything to block in a part whose bytes cannot be patched one by one, whether it
// is read in its charset or not.
func (p *plan) hasReference(part *message.Part) bool {
	text, _ := p.edits(part, []byte(part.Text()))
	body, _ := p.edits(part, part.Decode())
	return len(text) > 0 || len(body) > 0
}

// markup plans the edits of a part that is markup. Overwriting can change how what is around is read, so the result is
// scanned again until nothing remains; a part that does not come to rest is closed.
func (p *plan) markup(part *message.Part, raw []byte) {
	const rounds = 8
	patched, body := raw, part.Encoding.Decode(raw)
	length, blocked, links := len(body), 0, 0
	for range rounds {
		edits, cleaned := p.edits(part, body)
		if len(edits)+len(cleaned) == 0 {
			p.blocked += blocked
			p.links += links
			p.replace(part, raw, patched)
			return
		}
		blocked += len(edits)
		links += len(cleaned)
		edits = merge(append(edits, cleaned...))
		patched = part.Encoding.Patch(patched, edits)
		body = part.Encoding.Decode(patched)
		if len(body) != length {
			break // a stray "=" of broken quoted-printable has become an escape together with what was written behind it
		}
	}
	p.close(part, raw)
}

// edits are what is to be overwritten in a decoded body, by offset and not overlapping: to block references, and to
// clean links.
func (p *plan) edits(part *message.Part, body []byte) (blocked, cleaned []message.Edit) {
	scan(part, body, func(r markup.Reference) {
		if isLink(r) {
			if edit, ok := p.clean(part, body, r); ok {
				cleaned = append(cleaned, edit)
			}
			return
		}
		if p.tracks != nil && !p.tracks(r.URL) || isInert(r) {
			return
		}
		edit := neutralise(body, r)
		if !bytes.Equal(body[edit.Start:edit.Start+len(edit.Text)], edit.Text) {
			blocked = append(blocked, edit)
		}
	})
	if len(blocked) == 0 && p.tracks == nil {
		blocked = remains(body, part.IsStyleSheet())
	}
	blocked = merge(blocked)
	return blocked, apart(cleaned, blocked)
}

// isLink reports whether r is followed and not loaded. Nobody can follow a link that only a naive reader sees, so it goes.
func isLink(r markup.Reference) bool {
	return r.Role == markup.Link && r.Reading != markup.Naive && !isDocument(r.URL)
}

// scan finds the references in the decoded body of a part.
func scan(part *message.Part, body []byte, emit func(markup.Reference)) {
	if part.IsStyleSheet() {
		markup.ScanStyle(body, emit)
		return
	}
	markup.Scan(body, emit)
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

// close overwrites a whole part.
func (p *plan) close(part *message.Part, raw []byte) {
	if closed := closePart(part.Encoding, raw); !bytes.Equal(closed, raw) {
		p.closed++
		p.replace(part, raw, closed)
	}
}

// replace records the bytes of part that change.
func (p *plan) replace(part *message.Part, before, after []byte) {
	for _, d := range differences(before, after) {
		p.patches = append(p.patches, patch{part.Start + d.start, after[d.start:d.end]})
	}
}

// receipts overwrites the names of header fields that ask for a receipt, so that their bodies stay as evidence.
func (p *plan) receipts(h message.Header) {
	for _, f := range h.Fields {
		if f.AsksForReceipt() {
			p.blocked++
			p.patches = append(p.patches, patch{f.Start, blockedFieldName(len(f.Name))})
		}
	}
}

// blockedFieldName is a field name of n characters that means nothing: "X-Blocked-xxxx".
func blockedFieldName(n int) []byte {
	name := bytes.Repeat([]byte{'x'}, n)
	copy(name, "X-Blocked-")
	return name
}

type byteRange struct{ start, end int }

// differences are the ranges in which two texts of the same length differ; those that are close together are one.
func differences(before, after []byte) []byteRange {
	const gap = 8
	var ranges []byteRange
	for i := range before {
		if before[i] == after[i] {
			continue
		}
		if n := len(ranges); n > 0 && i-ranges[n-1].end < gap {
			ranges[n-1].end = i + 1
		} else {
			ranges = append(ranges, byteRange{i, i + 1})
		}
	}
	return ranges
}
