package catalogue

import "strings"

// index finds the patterns that fit a URL without looking at the others.
type index struct {
	hosts    map[string]*hostEntry // by domain, # for each run of digits
	shapes   node                  // shapes on any host, from the first segment
	floating node                  // shapes on any host that may begin at any segment
}

// hostEntry is what is known of a domain.
type hostEntry struct {
	paths    node
	provider *Provider // who runs the domain; nil when several providers are there
	shared   bool
}

// node is a place in a tree of path segments. Its depth is the number of segments before it, so a look-up visits each
// node at most once.
type node struct {
	literal map[string]*node
	lengths uint64  // of the texts in literal, a bit each: most segments of a URL are of none of them
	other   []*edge // segments with placeholders, each distinct one once
	end     []*pattern
	rest    []*pattern // whatever follows
}

type edge struct {
	segment  segment
	key      string // the segment's pieces, to find the same one again
	shortest int    // octets of the shortest text that fits
	to       node
}

func (n *node) child(s segment) *node {
	if text, ok := s.isLiteral(); ok {
		if n.literal == nil {
			n.literal = map[string]*node{}
		}
		next := n.literal[text]
		if next == nil {
			next = &node{}
			n.literal[text] = next
			n.lengths |= lengthBit(text)
		}
		return next
	}
	key := s.key()
	for _, e := range n.other {
		if e.key == key {
			return &e.to
		}
	}
	e := &edge{segment: s, key: key, shortest: s.shortest()}
	n.other = append(n.other, e)
	return &e.to
}

func lengthBit(text string) uint64 { return 1 << min(len(text), 63) }

// key is the same for segments that mean the same.
func (s segment) key() string {
	var b strings.Builder
	for _, p := range s {
		b.WriteByte(byte(p.class))
		b.WriteByte(byte(p.min))
		b.WriteByte(byte(p.min >> 8))
		b.WriteString(p.literal)
		b.WriteByte('/') // cannot be in a literal
	}
	return b.String()
}

func (n *node) add(p *pattern) {
	for _, s := range p.path {
		n = n.child(s)
	}
	if p.rest {
		n.rest = append(n.rest, p)
	} else {
		n.end = append(n.end, p)
	}
}

func (x *index) add(p *pattern) {
	switch {
	case p.host != "":
		x.host(p.host, p.provider).paths.add(p)
	case p.floating:
		x.floating.add(p)
	default:
		x.shapes.add(p)
	}
}

// host returns the entry of a domain, and notes that p is there.
func (x *index) host(domain string, p *Provider) *hostEntry {
	h := x.hosts[domain]
	if h == nil {
		h = &hostEntry{provider: p}
		x.hosts[domain] = h
	}
	if h.provider != p {
		h.provider, h.shared = nil, true
	}
	return h
}

// locator is the part of a URL behind its host, split for matching.
type locator struct {
	segments [maxSegments]string
	count    int
	deeper   bool // there are more segments than fit
	query    string
}

func newLocator(path, query string) locator {
	u := locator{query: query}
	path = strings.TrimPrefix(path, "/")
	for more := true; more; {
		if u.count == maxSegments {
			u.deeper = true
			break
		}
		u.segments[u.count], path, more = strings.Cut(path, "/")
		u.count++
	}
	return u
}

// find calls found for every pattern under n whose path is the one of u from the segment at depth on.
func (n *node) find(u *locator, depth int, found func(*pattern)) {
	for _, p := range n.rest {
		found(p)
	}
	if depth == u.count {
		if !u.deeper {
			for _, p := range n.end {
				found(p)
			}
		}
		return
	}
	text := u.segments[depth]
	if n.lengths&lengthBit(text) != 0 {
		if next := n.literal[text]; next != nil {
			next.find(u, depth+1, found)
		}
	}
	for _, e := range n.other {
		if len(text) >= e.shortest && e.segment.match(text) {
			e.to.find(u, depth+1, found)
		}
	}
}

// byShape returns what is known of the path on any host.
func (x *index) byShape(host string, u *locator) []Match {
	var matches []Match
	first, parent, _ := strings.Cut(host, ".")
	found := func(p *pattern) {
		if p.first != "" && (p.first != first || !strings.Contains(parent, ".")) {
			return
		}
		if p.matchQuery(u.query) {
			matches = append(matches, p.match(false))
		}
	}
	x.shapes.find(u, 0, found)
	for depth := range u.count {
		x.floating.find(u, depth, found)
	}
	return matches
}

func (p *pattern) match(byHost bool) Match {
	return Match{Provider: p.provider, Form: p.form, Certainty: p.certainty, ByHost: byHost, Pattern: p.source, weight: p.weight}
}

// matchQuery reports whether every item that the pattern asks for is in the query.
func (p *pattern) matchQuery(query string) bool {
	for _, want := range p.query {
		if !want.in(query) {
			return false
		}
	}
	return true
}

func (q queryItem) in(query string) bool {
	for item := range strings.SplitSeq(query, "&") {
		name, value, hasValue := strings.Cut(item, "=")
		// QUIRK: senders that escape a URL twice leave "&amp;" between the items.
		name = strings.TrimPrefix(name, "amp;")
		if q.key.match(name) && (q.value == nil || hasValue && q.value.match(value)) {
			return true
		}
	}
	return false
}
