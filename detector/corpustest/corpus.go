// Package corpustest writes mail whose truth is known: thousands of messages from templates, and for every reference and
// link in them whether it reports on the reader. The tests and benchmarks of the detector measure it by them.
//
// The truth comes from the template that wrote a reference, never from a detector. A template is written from what is
// known of mail: the URL shapes that services document or that any newsletter shows, the tricks that the literature
// and users report, and, for each trick, a harmless twin that looks alike. The same seed gives the same bytes on every
// machine. Senders and recipients live under .example and .test; hosts of services and of picture stores are the real
// ones, since that is what a catalogue is about, but every token is made up.
package corpustest

import (
	"fmt"
	"iter"
	"math/rand/v2"
)

// Label says what a reference does.
type Label uint8

// The labels.
const (
	Clean   Label = iota // the same for everybody, or nobody's business but the reader's
	Tracker              // reports on the reader when it is loaded, or followed
	Unsure               // a fair judge could say either; it is not counted
)

// Reference is what is true of one URL of a message.
type Reference struct {
	URL      string // absolute, as a client requests it, without fragment
	Label    Label
	Unique   bool   // a visible picture that reports, not a pixel
	Provider string // the service behind a tracker, as the trade calls it; "" when it is the sender's own
	Leak     bool   // an address of the recipient stands in it, in whatever form
	Link     bool   // only followed on a click
	Target   string // where a link leads in the end, when its URL says so; "" otherwise
}

// Message is a message with its truth.
type Message struct {
	Name       string // "family/number"
	Family     string
	Class      Class
	Raw        []byte
	References []Reference // distinct by URL and Link
	Receipt    bool        // its header asks for a read receipt
}

// Tracked reports whether opening the message reports to somebody. What nobody can tell leaves ok false.
func (m Message) Tracked() (tracked, ok bool) {
	ok = true
	for _, r := range m.References {
		if r.Link {
			continue
		}
		if r.Label == Tracker {
			return true, true
		}
		ok = ok && r.Label != Unsure
	}
	return false, ok
}

// Class groups families by what they try.
type Class string

// The classes.
const (
	Newsletters Class = "newsletter services"
	OwnSoftware Class = "own software" // services on the sender's own host: only the path tells
	OneToOne    Class = "one to one"   // sales and read-receipt trackers
	Platforms   Class = "platforms"
	Nameless    Class = "nameless"  // trackers of services that nobody listed
	Disguises   Class = "disguises" // size, visibility and names that lie
	Places      Class = "places"    // where in a message a URL can stand
	Spellings   Class = "spellings" // how a URL can be written
	Leaks       Class = "leaks"     // addresses in URLs
	Wrapped     Class = "wrapped"   // URLs inside URLs of proxies and filters
	Links       Class = "links"
	Harmless    Class = "harmless"  // nothing to find
	InMailbox   Class = "mailboxes" // what only the messages together tell
)

// family is a kind of message.
type family struct {
	name  string
	class Class
	write func(*mail)
}

// families are all families, in a fixed order.
func families() []family {
	var all []family
	for _, s := range services {
		all = append(all, family{name: s.family(), class: s.class, write: s.write})
	}
	for _, more := range [][]family{nameless, disguises, places, spellings, leaks, wrapped, links, harmless} {
		all = append(all, more...)
	}
	return all
}

// PerFamily is how many messages of a family make the corpus that the tests use.
const PerFamily = 12

// Messages yields perFamily messages of each family.
func Messages(seed uint64, perFamily int) iter.Seq[Message] {
	return func(yield func(Message) bool) {
		for _, f := range families() {
			for i := range perFamily {
				if !yield(f.message(seed, i)) {
					return
				}
			}
		}
	}
}

// message writes message number i of a family. Senders repeat only within mailboxes.
func (f family) message(seed uint64, i int) Message {
	name := fmt.Sprintf("%s/%d", f.name, i)
	m := newMail(newSender(seed, name), 0, i)
	f.write(m)
	return m.finish(name, f)
}

// source is a stream of random numbers that depends on nothing but what it is made from.
func source(seed uint64, parts ...any) *rand.Rand {
	return rand.New(rand.NewPCG(seed, digest(fmt.Sprint(parts...))))
}

// digest is the 64-bit FNV-1a hash.
func digest(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
