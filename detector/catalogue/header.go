package catalogue

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// headerIndex knows what providers write into the header of the messages they send.
type headerIndex struct {
	fields  []fieldHint            // by field name
	senders map[string][]*Provider // by domain
}

// fieldHint is a header field that betrays a provider.
type fieldHint struct {
	name     string
	body     segment // nil for any body
	provider *Provider
}

// hints are the header fields and domains of one provider.
type hints struct {
	fields  []fieldHint
	senders []string
}

func newHeaderIndex() headerIndex { return headerIndex{senders: map[string][]*Provider{}} }

func (h hints) empty() bool { return len(h.fields) == 0 && len(h.senders) == 0 }

// parseHints reads the keys headers ("X-SG-EID", "X-Mailer: ELAINE*") and senders ("mcsv.net").
func parseHints(headers, senders []string) (hints, error) {
	var h hints
	for _, text := range headers {
		name, body, hasBody := strings.Cut(text, ":")
		if name == "" || strings.ContainsAny(name, " \t*{") {
			return h, fmt.Errorf("header field %q: want a name, or name: body", text)
		}
		field := fieldHint{name: name}
		if hasBody {
			s, err := parseSegment(strings.TrimSpace(body))
			if err != nil {
				return h, fmt.Errorf("header field %q: %w", text, err)
			}
			if len(s) == 0 {
				return h, fmt.Errorf("header field %q: empty body", text)
			}
			field.body = s
		}
		h.fields = append(h.fields, field)
	}
	for _, domain := range senders {
		if domain != strings.ToLower(domain) || strings.ContainsAny(domain, "*#/ ") || strings.Trim(domain, ".") != domain || !strings.Contains(domain, ".") {
			return h, errors.New("senders takes domains in lower case: " + domain)
		}
		h.senders = append(h.senders, domain)
	}
	return h, nil
}

func (x *headerIndex) add(p *Provider, h hints) {
	for _, f := range h.fields {
		f.provider = p
		x.fields = append(x.fields, f)
	}
	for _, domain := range h.senders {
		x.senders[domain] = append(x.senders[domain], p)
	}
}

// ByHeader returns the providers that the message's own header fields speak of, best attested first. fields returns the
// bodies of all header fields of a name, unfolded, none when there is none. Anyone can write a header field, so it may
// name a tracker that other evidence has found, and is no evidence of tracking.
func (c *Catalogue) ByHeader(fields func(name string) []string) []*Provider {
	score := map[*Provider]int{}
	for _, hint := range c.headers.fields {
		for _, body := range fields(hint.name) {
			if hint.body == nil || hint.body.match(strings.TrimSpace(body)) {
				score[hint.provider] += 2 // a field of its own says more than a shared domain
				break
			}
		}
	}
	for _, domain := range sendingDomains(fields) {
		for _, p := range c.headers.above(domain) {
			score[p]++
		}
	}
	found := make([]*Provider, 0, len(score))
	for p := range score {
		found = append(found, p)
	}
	slices.SortFunc(found, func(a, b *Provider) int {
		return cmp.Or(cmp.Compare(score[b], score[a]), strings.Compare(a.ID, b.ID))
	})
	return found
}

// HeaderFields are the names of all header fields that ByHeader asks for, sorted.
func (c *Catalogue) HeaderFields() []string {
	names := []string{"Return-Path", "DKIM-Signature", "List-Unsubscribe"}
	for _, hint := range c.headers.fields {
		names = append(names, hint.name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// above returns the providers of a domain or of the nearest one above it.
func (x *headerIndex) above(domain string) []*Provider {
	for domain != "" && len(domain) <= maxHost {
		if p := x.senders[domain]; p != nil {
			return p
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return nil
}

// sendingDomains are the domains in lower case that a sending service leaves in a header: of the bounce address, of
// the DKIM signatures and of the unsubscribe links (RFC 5321 section 4.4, RFC 6376 section 3.5, RFC 2369 section 3.2).
func sendingDomains(fields func(name string) []string) []string {
	var domains []string
	add := func(domain string) {
		domain = strings.ToLower(strings.Trim(domain, " \t<>."))
		if domain != "" && !slices.Contains(domains, domain) && len(domains) < maxDomains {
			domains = append(domains, domain)
		}
	}
	for _, body := range fields("Return-Path") {
		if at := strings.LastIndexByte(body, '@'); at >= 0 {
			add(body[at+1:])
		}
	}
	for _, body := range fields("DKIM-Signature") {
		for tag := range strings.SplitSeq(body, ";") {
			if name, value, ok := strings.Cut(tag, "="); ok && strings.TrimSpace(name) == "d" {
				add(value)
			}
		}
	}
	for _, body := range fields("List-Unsubscribe") {
		for link := range strings.SplitSeq(body, ",") {
			link = strings.Trim(link, " \t<>")
			if address, ok := strings.CutPrefix(link, "mailto:"); ok {
				address, _, _ = strings.Cut(address, "?")
				add(address[strings.LastIndexByte(address, '@')+1:])
			} else if u, err := url.Parse(link); err == nil {
				add(u.Hostname())
			}
		}
	}
	return domains
}

// maxDomains bounds the work for a header that repeats its fields without end.
const maxDomains = 32
