package store

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pixelwacht/detector"
)

// The forms of stored results; the first octet says which one it is. Whatever is written has the last one.
const (
	deflatedForm = 1 // see inflate
	plainForm    = 2 // see coder
)

// digestSize is the size of a digest, SHA-256, in octets.
const digestSize = 32

// maxStoredResult bounds what a damaged database can make of a result, in octets.
const maxStoredResult = 64 << 20

// encode is r as it is stored. What the columns of a message say is not in it.
func encode(r detector.Result) []byte {
	r.Date, r.Subject, r.From = time.Time{}, "", detector.Address{}
	if _, ok := digestOf(r.Digest); ok {
		r.Digest = "" // the identity
	}
	c := coder{data: make([]byte, 1, 256+64*(len(r.Findings)+len(r.Candidates))), numbers: map[string]int{}}
	c.data[0] = plainForm
	c.result(&r)
	return c.data
}

// decode fills r with what is stored.
func decode(stored []byte, r *detector.Result) error {
	if len(stored) == 0 {
		return errors.New("decode a result: there is none")
	}
	var err error
	switch stored[0] {
	case plainForm:
		c := coder{reading: true, rest: string(stored[1:])}
		c.result(r)
		if c.damaged || c.rest != "" {
			err = errors.New("it is damaged")
		}
	case deflatedForm:
		err = inflate(stored[1:], r)
	default:
		err = errors.New("it is in a form that is not known")
	}
	if err != nil {
		return fmt.Errorf("decode a result: %w", err)
	}
	return nil
}

// coder writes a result, which it does not touch (findings share their lists), or reads one: as each field is named once
// for both, they cannot differ. There is nothing but numbers (base 128, binary.AppendVarint) and texts; a text that stood
// there before is only a number, and so is a word of the detector. URLs leave out what they begin with in common with the
// one before.
type coder struct {
	reading bool
	data    []byte // what was written
	rest    string // what is still to be read
	damaged bool

	texts   []string       // that were new, while reading
	numbers map[string]int // of these, while writing
	octets  int            // that URLs have in common with those before
}

func (c *coder) result(r *detector.Result) {
	c.text(&r.MessageID)
	texts(c, &r.Recipients)
	c.text(&r.Recipient)
	c.flag(&r.Tracked)
	c.flag(&r.Encrypted)
	c.number(&r.Remote.References)
	c.number(&r.Remote.Hosts)
	texts(c, &r.Errors)
	c.text(&r.Digest)

	var before detector.Finding
	list(c, &r.Findings, func(f *detector.Finding) {
		c.finding(f, &before)
	})
	list(c, &r.Candidates, func(candidate *detector.Candidate) {
		f := detector.Finding(*candidate)
		c.finding(&f, &before)
		*candidate = detector.Candidate(f)
	})
}

// finding is f, which comes after before; f is before then. Most findings are links, of which only the URLs differ.
func (c *coder) finding(f, before *detector.Finding) {
	c.url(&f.URL, before.URL)
	c.url(&f.Target, before.Target)
	c.within(&f.Host, f.URL)
	c.within(&f.Token, f.URL)
	alike := !c.reading && isAlike(f, before)
	c.flag(&alike)
	switch {
	case alike && c.reading:
		own := *f
		*f = *before
		f.URL, f.Target, f.Host, f.Token = own.URL, own.Target, own.Host, own.Token
	case !alike:
		word(c, &f.Kind)
		c.text(&f.Provider)
		c.text(&f.Company)
		word(c, &f.Confidence)
		texts(c, &f.Reasons)
		texts(c, &f.Exposes)
		c.text(&f.Part)
		c.text(&f.Where)
		c.number(&f.Width)
		c.number(&f.Height)
		c.number(&f.Count)
		word(c, &f.Visibility)
		c.number(&f.Messages)
		word(c, &f.Alone)
		word(c, &f.Overruled)
	}
	*before = *f
}

// isAlike reports whether two findings differ in nothing but the URL and what is in it.
func isAlike(f, g *detector.Finding) bool {
	return f.Kind == g.Kind && f.Provider == g.Provider && f.Company == g.Company && f.Confidence == g.Confidence &&
		isSameList(f.Reasons, g.Reasons) && isSameList(f.Exposes, g.Exposes) && f.Part == g.Part && f.Where == g.Where &&
		f.Width == g.Width && f.Height == g.Height && f.Count == g.Count && f.Visibility == g.Visibility &&
		f.Messages == g.Messages && f.Alone == g.Alone && f.Overruled == g.Overruled
}

// isSameList is [slices.Equal] where nil is no empty list.
func isSameList[T comparable](a, b []T) bool { return slices.Equal(a, b) && (a == nil) == (b == nil) }

func (c *coder) number(n *int) {
	if !c.reading {
		c.data = binary.AppendVarint(c.data, int64(*n))
		return
	}
	var octets [binary.MaxVarintLen64]byte
	value, size := binary.Varint(octets[:copy(octets[:], c.rest)])
	if size <= 0 || int64(int(value)) != value {
		*n = 0
		c.fail()
		return
	}
	*n, c.rest = int(value), c.rest[size:]
}

func (c *coder) fail() { c.damaged, c.rest = true, "" }

func (c *coder) flag(b *bool) {
	n := 0
	if *b {
		n = 1
	}
	c.number(&n)
	*b = n == 1
}

// raw is n octets.
func (c *coder) raw(s *string, n int) {
	switch {
	case !c.reading:
		c.data = append(c.data, *s...)
	case n < 0 || n > len(c.rest):
		*s = ""
		c.fail()
	default:
		*s, c.rest = c.rest[:n], c.rest[n:]
	}
}

// maxWords is the number of the first text that is none of the words of the detector.
const maxWords = 64

// wordsOfDetector are texts that stand in many results. Words are added at the end and never change.
var wordsOfDetector = [...]string{
	string(detector.OpenPixel), string(detector.UniqueImage), string(detector.ReadReceipt), string(detector.ClickLink),
	string(detector.Certain), string(detector.Likely), string(detector.Possible), "none",
	string(detector.OpenTime), string(detector.OpenCount), string(detector.IPAddress), string(detector.Location),
	string(detector.Device), string(detector.AddressLeaked), string(detector.Click), string(detector.Forwarded),
	string(detector.Unseen), string(detector.Small), string(detector.Sizeless), string(detector.Layout), string(detector.Seen),
	string(detector.KnownProvider), string(detector.PathShape), string(detector.Tiny), string(detector.Hidden), string(detector.DeclaredSize),
	string(detector.RecipientToken), string(detector.AddressPlain), string(detector.OnlyImageOfHost), string(detector.TrackingWord),
	string(detector.Redirector), string(detector.DiffersPerMessage), string(detector.SameForRecipient), string(detector.SameEverywhere),
	"1", "2", "1.1", "1.2", "img src", "a href",
}

// numberOfWord is the number of each word.
var numberOfWord = func() map[string]int {
	numbers := map[string]int{}
	for i, word := range wordsOfDetector {
		numbers[word] = i
	}
	return numbers
}()

// text is the length of a text that is new, and the text; or -1 - the number of one that is known.
func (c *coder) text(s *string) {
	n := len(*s)
	if number, ok := c.numberOf(*s); ok {
		n = -1 - number
	}
	c.number(&n)
	number := -1 - n
	switch {
	case n >= 0:
		if c.raw(s, n); n > 0 {
			c.remember(*s)
		}
	case !c.reading:
	case number < len(wordsOfDetector):
		*s = wordsOfDetector[number]
	case number >= maxWords && number-maxWords < len(c.texts):
		*s = c.texts[number-maxWords]
	default:
		c.fail()
	}
}

func (c *coder) numberOf(s string) (int, bool) {
	if c.reading {
		return 0, false
	}
	if number, ok := numberOfWord[s]; ok {
		return number, true
	}
	number, ok := c.numbers[s]
	return number, ok
}

func (c *coder) remember(s string) {
	if c.reading {
		c.texts = append(c.texts, s)
	} else {
		c.numbers[s] = maxWords + len(c.numbers)
	}
}

// url is how many octets a URL has in common with the one before, and the rest.
func (c *coder) url(s *string, before string) {
	shared := 0
	for !c.reading && shared < min(len(*s), len(before)) && (*s)[shared] == before[shared] {
		shared++
	}
	c.number(&shared)
	if c.octets += shared; shared < 0 || shared > len(before) || c.octets > maxStoredResult {
		c.fail()
		return
	}
	rest := (*s)[min(shared, len(*s)):]
	n := len(rest)
	c.number(&n)
	c.raw(&rest, n)
	if c.reading {
		*s = before[:shared] + rest
	}
}

// within is a text that most often stands in another one: where, plus one, and its length; or 0, and the text.
func (c *coder) within(s *string, whole string) {
	at := 0
	if *s != "" && !c.reading {
		at = strings.Index(whole, *s) + 1
	}
	if c.number(&at); at == 0 {
		c.text(s)
		return
	}
	n := len(*s)
	c.number(&n)
	if at < 0 || n < 0 || at-1 > len(whole) || n > len(whole)-(at-1) {
		c.fail()
		return
	}
	*s = whole[at-1 : at-1+n]
}

// list is a number of items, each by itself; -1 where the list is nil.
func list[T any](c *coder, all *[]T, item func(*T)) {
	n := len(*all)
	if *all == nil {
		n = -1
	}
	c.number(&n)
	if !c.reading {
		for i := range *all {
			item(&(*all)[i])
		}
		return
	}
	*all = nil
	if n >= 0 {
		*all = make([]T, 0, min(n, 128)) // it may be damaged
	}
	for range n {
		if c.damaged {
			return
		}
		*all = append(*all, *new(T))
		item(&(*all)[len(*all)-1])
	}
}

// texts is a list of texts.
func texts[T ~string](c *coder, all *[]T) {
	list(c, all, func(t *T) { word(c, t) })
}

// word is a text of a type of its own.
func word[T ~string](c *coder, t *T) {
	s := string(*t)
	c.text(&s)
	if c.reading {
		*t = T(s)
	}
}

// digestOf is a digest as it is stored; ok is false for what is none.
func digestOf(digest string) (raw []byte, ok bool) {
	raw, err := hex.DecodeString(digest)
	return raw, err == nil && len(raw) == digestSize && hex.EncodeToString(raw) == digest
}
