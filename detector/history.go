package detector

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
)

// History is what the messages of senders show of the URLs in them: the evidence for [History.Judge].
//
// Of each template (see [Sighting]) it remembers the messages with the smallest hashes, at most [MaxSample]. So what it
// knows does not depend on the order in which messages are added, nor on how often, and its size has a bound. Adding is
// for one goroutine at a time, judging for any number of them after that.
type History struct {
	scopes map[int64][]Sighting // each in the order of Message
	size   int                  // what scopes take, in octets or so
	limit  int                  // of size
	refuse int64                // scopes from here on are not remembered
}

// MaxSample is how many messages are remembered for one template.
const MaxSample = 16

// maxHistory is how large a history may become, in octets or so. Some 700,000 sightings fit into it.
const maxHistory = 96 << 20

// NewHistory returns a history that knows nothing.
func NewHistory() *History {
	return &History{scopes: map[int64][]Sighting{}, limit: maxHistory, refuse: math.MaxInt64}
}

// Add remembers a sighting. It reports whether the history has changed, which is never the case for one that it knows.
func (h *History) Add(s Sighting) bool {
	if s.Scope >= h.refuse || !s.isWhole() {
		return false
	}
	known := h.scopes[s.Scope]
	i, found := slices.BinarySearchFunc(known, s.Message, func(k Sighting, id int64) int { return cmp.Compare(k.Message, id) })
	switch {
	case len(known) > 0 && known[0].Positions != s.Positions:
		return false // damaged: the scope decides how many there are
	case found && compareSightings(s, known[i]) >= 0:
		return false
	case found: // copies that differ: one of them counts
		h.size += s.octets() - known[i].octets()
		known[i] = s
		return true
	case i == MaxSample:
		return false
	}
	h.scopes[s.Scope] = slices.Insert(known, i, s)
	h.size += s.octets()
	if len(known) == MaxSample {
		h.size -= h.scopes[s.Scope][MaxSample].octets()
		h.scopes[s.Scope] = h.scopes[s.Scope][:MaxSample:MaxSample]
	}
	if h.size > h.limit {
		h.shrink()
	}
	return true
}

// isWhole reports whether s has as many values as it says: it may come from a damaged database.
func (s Sighting) isWhole() bool {
	return s.Positions >= 0 && s.Positions <= maxPositions && len(s.Values) > 0 && len(s.Values)%(s.Positions+2) == 0
}

func compareSightings(a, b Sighting) int {
	return cmp.Or(cmp.Compare(a.Recipient, b.Recipient), cmp.Compare(a.Day, b.Day), slices.Compare(a.Values, b.Values))
}

// octets is about what a sighting takes, with its share of the map.
func (s Sighting) octets() int { return 120 + 4*len(s.Values) }

// shrink forgets the scopes with the largest hashes, and remembers no such scopes from then on. Which ones these are
// has nothing to do with what they are.
func (h *History) shrink() {
	scopes := slices.Sorted(maps.Keys(h.scopes))
	for len(scopes) > 0 && h.size > h.limit*3/4 {
		last := scopes[len(scopes)-1]
		for _, s := range h.scopes[last] {
			h.size -= s.octets()
		}
		delete(h.scopes, last)
		h.refuse = last
		scopes = scopes[:len(scopes)-1]
	}
}

// Sample is what is remembered of a scope, in the order of Message. The caller must not change it.
func (h *History) Sample(scope int64) []Sighting { return h.scopes[scope] }

// The number of messages, with the one that is judged, from which on comparing counts.
//
// Two messages say little: pictures are made for a mailing, and so are their URLs. With three, whatever is taken from a
// small stock (one of four servers, one of ten banners) begins to repeat, and a mailing that was sent twice is
// outnumbered.
const leastMessages = 3

// Judge returns r with the verdicts that r's own message and the other messages of its sender together allow. It does
// not matter whether r was judged before, by whatever history.
//
// What no other message can change stays: a Certain finding, and what nobody else has sent something like.
func (h *History) Judge(r Result) Result { return h.JudgeComparable(NewComparable(r)) }

// JudgeComparable is [History.Judge] for a result that is prepared already.
func (h *History) JudgeComparable(c *Comparable) Result {
	r, all := c.result, c.alone()
	own := map[int64]Sighting{}
	for _, s := range c.Sightings {
		own[s.Scope] = s
	}
	others := map[int64][]Sighting{}   // by scope, like what follows: most URLs of a message share their template
	compared := map[int64]comparison{} // without what identical adds
	for _, s := range c.subjects {
		s.Finding = &all[s.index]
		o, ok := own[s.scope]
		if !ok {
			continue
		}
		if _, ok := compared[s.scope]; !ok {
			others[s.scope] = slices.DeleteFunc(slices.Clone(h.scopes[s.scope]), func(k Sighting) bool {
				return k.Message == o.Message || k.Positions != o.Positions
			})
			compared[s.scope] = compare(s, o, others[s.scope])
		}
		found := compared[s.scope]
		found.identical(s, o, others[s.scope])
		s.weigh(found)
	}
	r.Candidates = nil
	r.Findings = slices.DeleteFunc(all, func(f Finding) bool {
		if f.Confidence == "" {
			r.Candidates = append(r.Candidates, newCandidate(f))
		}
		return f.Confidence == ""
	})
	r.finish()
	return r
}

// comparison is what other messages say of one URL.
type comparison struct {
	messages  int   // that have such a URL, with the one that is judged
	differing []int // positions whose value is another one in each message
	personal  []int // positions whose value is the same in all messages for a recipient, and another one for each recipient
	same      int   // messages that have the very same URL, with the one that is judged
	days      int   // on which these were sent
	everybody bool  // these are for more than one recipient
	picture   bool  // it is the same one in all messages: nothing but query values differs, each in each message
}

// compare is what is the same for all URLs of a template in a message; identical adds what is not.
func compare(s subject, own Sighting, others []Sighting) comparison {
	c := comparison{messages: len(others) + 1, picture: true}
	sample := append(slices.Clip(others), own)
	for i := range s.template.values {
		values := make([]uint32, len(sample)) // 0 for messages in which it is not one value
		for k, m := range sample {
			values[k] = m.value(i)
		}
		switch {
		case slices.Contains(values, 0):
			c.picture = false
		case allDiffer(values) && len(values) > 1:
			c.differing = append(c.differing, i)
			c.picture = c.picture && s.template.values[i].inQuery
		case isPersonal(sample, values):
			c.personal = append(c.personal, i)
		case !allEqual(values):
			c.picture = false
		}
	}
	return c
}

// identical looks for messages with the very same URL.
func (c *comparison) identical(s subject, own Sighting, others []Sighting) {
	c.same = 1
	days, recipients := map[int32]bool{own.Day: true}, map[uint32]bool{own.Recipient: true}
	for _, m := range others {
		for row := range m.rows() {
			if slices.Equal(row, s.row) {
				c.same++
				days[m.Day], recipients[m.Recipient] = true, true
			}
		}
	}
	delete(recipients, 0)
	delete(days, 0)
	c.days = len(days)
	c.everybody = len(recipients) > 1
}

// rows yields a row for each URL.
func (s Sighting) rows() func(yield func([]uint32) bool) {
	return func(yield func([]uint32) bool) {
		for row := range slices.Chunk(s.Values, s.Positions+2) {
			if !yield(row) {
				return
			}
		}
	}
}

// value is the value that all URLs of the message have at a position, 0 when they have several.
func (s Sighting) value(position int) uint32 {
	v := uint32(0)
	for row := range s.rows() {
		if v != 0 && row[2+position] != v {
			return 0
		}
		v = row[2+position]
	}
	return v
}

func allDiffer(values []uint32) bool {
	sorted := slices.Sorted(slices.Values(values))
	return len(slices.Compact(sorted)) == len(values)
}

func allEqual(values []uint32) bool {
	return !slices.ContainsFunc(values, func(v uint32) bool { return v != values[0] })
}

// isPersonal reports whether a value is the same for a recipient in several messages, and another one for each of
// several recipients.
func isPersonal(sample []Sighting, values []uint32) bool {
	byRecipient := map[uint32]uint32{}
	repeated := false
	for i, m := range sample {
		if m.Recipient == 0 {
			return false
		}
		v, known := byRecipient[m.Recipient]
		if known && v != values[i] {
			return false
		}
		repeated = repeated || known
		byRecipient[m.Recipient] = values[i]
	}
	return repeated && len(byRecipient) > 1 && allDiffer(slices.Collect(maps.Values(byRecipient)))
}

// weigh lets the comparison speak for or against s.
func (s subject) weigh(c comparison) {
	before := s.Confidence
	switch {
	case c.isSame(s):
		s.lower()
	case !s.link && c.speaksFor(s) && (s.Confidence == "" || s.Confidence == Possible):
		s.Confidence = Likely
	}
	if s.Confidence != before {
		s.Alone = cmp.Or(before, unfounded)
	}
	s.explain(c)
}

// The number of messages from which on a URL with a code in it counts as layout, and a code in the path of a picture
// that may be seen as the message's: both are ordinary enough in a few messages.
const manyMessages = 5

// isSame reports whether the URL is the same often enough to say nothing of the recipient. One that is the same for two
// recipients is not made for either. For one recipient, a code in it can be that of the recipient; but trackers want to
// know which message was opened, so this becomes unlikely with each further message.
func (c comparison) isSame(s subject) bool {
	if s.link || s.Confidence == Certain || slices.ContainsFunc(s.Reasons, isAboutAddress) {
		return false
	}
	switch {
	case c.everybody:
		return true
	case c.days < 2:
		return false
	case slices.ContainsFunc(s.template.values, func(p position) bool { return measure(p.value) > noToken && !(p.fileName && s.static) }):
		return c.same >= manyMessages && !slices.Contains(s.Reasons, TrackingWord) && !slices.Contains(s.Reasons, PathShape)
	}
	return c.same >= leastMessages
}

// isAboutAddress reports whether a reason says that an address stands in the URL.
func isAboutAddress(r Reason) bool {
	return strings.HasPrefix(string(r), "address") || r == OtherAddress
}

// lower takes one level off the confidence.
func (s subject) lower() {
	if s.Confidence == Likely {
		s.Confidence = Possible
	} else {
		s.Confidence = ""
	}
}

// speaksFor reports whether a value that is another one in each message makes the picture a tracker. What can be seen
// is another picture in each mailing: only a code beside the same picture counts there.
func (c comparison) speaksFor(s subject) bool {
	if c.messages < leastMessages {
		return false
	}
	alone := slices.Contains(s.Reasons, OnlyImageOfHost)
	for _, i := range append(slices.Clone(c.differing), c.personal...) {
		p := s.template.values[i]
		if !s.tells(p) {
			continue
		}
		switch s.Visibility {
		case Unseen, Small:
			return true
		case Sizeless:
			if p.inQuery && p.isCode() && (c.picture || alone) || c.messages >= manyMessages && !s.asset {
				return true
			}
		case Layout:
			if c.messages >= manyMessages && p.isCode() {
				return true
			}
		case Seen:
			if p.isCode() && c.picture {
				return true
			}
		}
	}
	return false
}

// tells reports whether a value can stand for a recipient or message, where it stands in this URL.
func (s subject) tells(p position) bool {
	tiny, alone := slices.Contains(s.Reasons, Tiny), slices.Contains(s.Reasons, OnlyImageOfHost)
	switch {
	case isHTTP(p.value) || isTimestamp(p.value) || p.inQuery && isForm(p.key, p.value):
		return false
	case s.Visibility == Unseen && tiny:
		return true
	case p.fileName:
		return false
	case s.Visibility == Unseen || s.Visibility == Small:
		return !s.static || alone
	case s.Visibility == Layout:
		return p.isCode()
	case s.Visibility == Sizeless:
		return !s.static && p.isCode()
	}
	return !s.static && measure(p.value) > noToken
}

// isCode reports whether a value is more than a number, which mailings have as well, and more than a word.
func (p position) isCode() bool {
	if measure(p.value) == strongToken {
		return true
	}
	digits, letters := strings.ContainsAny(p.value, "0123456789"), strings.ContainsFunc(p.value, func(r rune) bool { return r < '0' || r > '9' })
	return len(p.value) >= 5 && letters && (digits || measure(p.value) > noToken)
}

// isTimestamp reports whether a value is a moment, in seconds or milliseconds since 1970, or a day (20260131): what is
// added to a URL so that no old picture is shown.
func isTimestamp(value string) bool {
	if strings.Trim(value, "0123456789") != "" {
		return false
	}
	switch len(value) {
	case 8:
		return strings.HasPrefix(value, "20") || strings.HasPrefix(value, "19")
	case 10, 13:
		return '1' <= value[0] && value[0] <= '2'
	case 12, 14:
		return strings.HasPrefix(value, "20")
	}
	return false
}

// explain adds what was found to the reasons.
func (s subject) explain(c comparison) {
	add := func(r Reason, messages int) {
		s.Reasons = append(slices.Clip(s.Reasons), r)
		s.Messages = messages
	}
	tells := func(i int) bool { return s.tells(s.template.values[i]) }
	switch {
	case c.isSame(s) && s.Alone != "":
		add(SameEverywhere, c.same)
	case c.messages >= leastMessages && slices.ContainsFunc(c.differing, tells):
		add(DiffersPerMessage, c.messages)
	case c.messages >= leastMessages && slices.ContainsFunc(c.personal, tells):
		add(SameForRecipient, c.messages)
	}
}

// uncompared is the finding as its message alone shows it.
func (f Finding) uncompared() Finding {
	if f.Messages != 0 {
		f.Reasons = slices.DeleteFunc(slices.Clone(f.Reasons), func(r Reason) bool {
			return r == DiffersPerMessage || r == SameForRecipient || r == SameEverywhere
		})
		f.Messages = 0
	}
	if f.Alone != "" {
		f.Confidence, f.Alone = f.Alone, ""
	}
	if f.Confidence == unfounded {
		f.Confidence = ""
	}
	return f
}
