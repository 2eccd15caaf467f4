package block

import (
	"io"
	"strings"

	"pixelwacht/detector"
	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
)

// trackers are the URLs that are blocked; nil stands for all of them.
type trackers map[string]bool

// trackers are the URLs of m that are certain or likely to track.
func (b Blocker) trackers(m *message.Message, own []string) trackers {
	if b.Mode != Trackers {
		return nil
	}
	urls := trackers{}
	r := b.Detector.Scan(m, own...)
	if b.Evidence != nil {
		r = b.Detector.Overrides().Apply(b.Evidence.Judge(r))
	}
	for _, f := range r.Findings {
		if f.Tracks() {
			urls[f.URL] = true
		}
	}
	return urls
}

// in reports whether the reference r in body is a tracker, or holds a document that loads one.
func (t trackers) in(r markup.Reference, body []byte, nesting *detector.Nesting) bool {
	if t == nil {
		return true
	}
	found := t[strings.ToValidUTF8(r.URL, "\ufffd")]
	nesting.References(r, body, func(inner markup.Reference) {
		found = found || t[strings.ToValidUTF8(inner.URL, "\ufffd")]
	})
	return found
}

// settle says what is to be overwritten in the message m of size octets in r.
//
// A verdict weighs a picture against the others of its message, so one can become a tracker because another was blocked.
// What is left is judged again until it has none: whoever blocks the copy finds nothing more to do. A message that goes on
// like that was made for it, and is blocked in full.
func (b Blocker) settle(m *message.Message, r io.ReaderAt, size int64, own []string) (*plan, error) {
	const rounds = 8
	all := &plan{}
	if b.Mode == Trust {
		return all, nil
	}
	for n := 1; ; n++ {
		p := b.plan(m, own)
		if err := m.Err(); err != nil {
			return nil, err
		}
		all.add(p.count)
		all.edited = follow(all.edited, p.edited)
		if b.Mode != Trackers || len(p.edited) == 0 {
			return all, nil
		}
		if n == rounds {
			b.Mode = All
		}
		var err error
		if m, err = message.ParseFile(patched{r, all.edited}, size); err != nil {
			return nil, err
		}
	}
}
