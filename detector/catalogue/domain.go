package catalogue

import (
	"cmp"
	"slices"
	"strings"
)

// Domain is what the catalogue has of a host and of the domains above it: looked up once, it serves all URLs of the host.
type Domain struct {
	name    string
	entries []*hostEntry // from the longest domain to the shortest
	exact   int          // how many of entries are for the host itself: as it is, and with # for its digits
	index   *index
}

// Domain looks up a host, which is in lower case and without port.
func (c *Catalogue) Domain(name string) Domain {
	d := Domain{name: name, index: &c.index}
	domain := strings.TrimSuffix(name, ".")
	if len(domain) > maxHost {
		return d
	}
	var buffer [maxHost]byte
	folded := foldDigits(buffer[:0], domain)
	hasDigits := slices.Contains(folded, '#')
	for exact, more := true, true; more; {
		if e := c.index.hosts[domain]; e != nil {
			d.entries = append(d.entries, e)
		}
		if hasDigits {
			if e := c.index.hosts[string(folded)]; e != nil && string(folded) != domain {
				d.entries = append(d.entries, e)
			}
		}
		if exact {
			d.exact, exact = len(d.entries), false
		}
		_, domain, more = strings.Cut(domain, ".")
		folded = folded[min(slices.Index(folded, '.')+1, len(folded)):]
	}
	return d
}

// foldDigits appends domain to buffer, with # for each run of digits.
func foldDigits(buffer []byte, domain string) []byte {
	for i := range len(domain) {
		switch b := domain[i]; {
		case b < '0' || b > '9':
			buffer = append(buffer, b)
		case len(buffer) == 0 || buffer[len(buffer)-1] != '#':
			buffer = append(buffer, '#')
		}
	}
	return buffer
}

// Match returns the providers that a URL of the host belongs to, best match first and each provider once, none when
// unknown. Path and query are as requested (path starts with "/", query without "?"). Shapes on any host are considered
// only when no pattern that is bound to the host fits. Some services have one path for pixels and redirectors: a link
// that matches goes through the provider whatever the form says.
func (d Domain) Match(path, query string) []Match {
	u := newLocator(path, query)
	matches := d.bound(&u)
	if len(matches) == 0 {
		matches = d.index.byShape(d.name, &u)
	}
	if len(matches) < 2 {
		return matches
	}
	slices.SortStableFunc(matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Certainty, a.Certainty), cmp.Compare(b.weight, a.weight), strings.Compare(a.Provider.ID, b.Provider.ID))
	})
	var unique []Match
	for _, m := range matches {
		if !slices.ContainsFunc(unique, func(u Match) bool { return u.Provider == m.Provider }) {
			unique = append(unique, m)
		}
	}
	return unique
}

// bound returns what is bound to the host or to a domain above it.
func (d Domain) bound(u *locator) []Match {
	var matches []Match
	for i, e := range d.entries {
		e.paths.find(u, 0, func(p *pattern) {
			if (i < d.exact || p.below) && p.matchQuery(u.query) {
				matches = append(matches, p.match(true))
			}
		})
	}
	return matches
}

// Owner returns the provider that runs the host, whatever a URL there is for. It names a tracker that was found by other
// evidence and is no evidence itself: many hosts of providers serve plain pictures too.
func (d Domain) Owner() (p *Provider, ok bool) {
	for _, e := range d.entries {
		if e.provider != nil || e.shared {
			return e.provider, e.provider != nil
		}
	}
	return nil, false
}
