package catalogue

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// A pattern is one line of the catalogue, HOST/PATH?QUERY, after its alternatives in braces were expanded.
// docs/catalogue.md explains the syntax to contributors.
type pattern struct {
	provider  *Provider
	form      Form
	source    string // as written in the catalogue
	certainty Certainty
	weight    int

	host     string    // domain in lower case, # for a run of digits; empty for a shape on any host
	below    bool      // the hosts below host too
	first    string    // for a shape: the host's first label must be this one; empty for any
	floating bool      // the path may begin at any segment: /**/…
	path     []segment // nil together with rest for any path
	rest     bool      // more segments may follow
	query    []queryItem
}

// queryItem is a piece of the query that must be there, in any order.
type queryItem struct {
	key   segment
	value segment // nil for any
}

// A segment is what one segment of a path, or the key or value of a query item, has to look like.
type segment []piece

// piece is a literal, * or a placeholder.
type piece struct {
	class   class
	literal string // when class is literal
	min     int    // bytes, for the other classes
}

// class says which characters a piece takes.
type class uint8

const (
	literal  class = iota
	anything       // *
	number
	hexadecimal
	letters
	identifier
	token
	classes // how many there are
)

// placeholder returns the placeholder of a name, with the length it needs unless the pattern says otherwise.
func placeholder(name string) (p piece, ok bool) {
	switch name {
	case "num":
		return piece{class: number, min: 1}, true
	case "hex":
		return piece{class: hexadecimal, min: 8}, true
	case "alpha":
		return piece{class: letters, min: 1}, true
	case "id":
		return piece{class: identifier, min: 1}, true
	case "token":
		return piece{class: token, min: 16}, true
	}
	return piece{}, false
}

const (
	maxAlternatives = 64  // patterns that one line may expand to
	maxSegments     = 16  // of a path, what lies deeper is matched by ** only
	maxHost         = 253 // octets of a domain name in text form (RFC 1035 section 2.3.4)
)

// appendPatterns reads one line of the catalogue.
func appendPatterns(all []pattern, line string) ([]pattern, error) {
	text, certainty := cutCertainty(line)
	if _, end := alternatives(text); end < 0 {
		return appendPattern(all, line, text, certainty)
	}
	expanded, err := expand(text)
	for i := 0; i < len(expanded) && err == nil; i++ {
		all, err = appendPattern(all, line, expanded[i], certainty)
	}
	return all, err
}

func appendPattern(all []pattern, line, text string, certainty *Certainty) ([]pattern, error) {
	p, err := parsePattern(text)
	if err != nil {
		return all, err
	}
	p.source, p.certainty = line, Certain
	if p.host == "" {
		p.certainty = Likely
	}
	if certainty != nil {
		if p.host == "" && *certainty == Certain {
			return all, errors.New("a shape on any host is never certain")
		}
		p.certainty = *certainty
	}
	return append(all, p), nil
}

// cutCertainty takes the certainty off the beginning of a line, nil where it has none of its own.
func cutCertainty(line string) (text string, c *Certainty) {
	word, text, ok := strings.Cut(line, " ")
	if at := slices.Index([]string{Possible: "possible", Likely: "likely", Certain: "certain"}, word); ok && at >= 0 {
		own := Certainty(at)
		return text, &own
	}
	return line, nil
}

// expand writes out alternatives: a{b,c}d is abd and acd.
func expand(line string) ([]string, error) {
	done, open := []string{}, []string{line}
	for len(open) > 0 {
		text := open[0]
		open = open[1:]
		start, end := alternatives(text)
		if start < 0 {
			done = append(done, text)
			continue
		}
		for choice := range strings.SplitSeq(text[start+1:end], ",") {
			open = append(open, text[:start]+choice+text[end+1:])
		}
		if len(done)+len(open) > maxAlternatives {
			return nil, fmt.Errorf("more than %d alternatives", maxAlternatives)
		}
	}
	return done, nil
}

// alternatives finds the first pair of braces with a comma inside, start < 0 when there is none.
func alternatives(text string) (start, end int) {
	for from := 0; ; {
		open := strings.IndexByte(text[from:], '{')
		if open < 0 {
			return -1, -1
		}
		open += from
		length := strings.IndexByte(text[open:], '}')
		if length < 0 {
			return -1, -1
		}
		if strings.Contains(text[open:open+length], ",") {
			return open, open + length
		}
		from = open + length
	}
}

func parsePattern(text string) (pattern, error) {
	var p pattern
	text, query, hasQuery := strings.Cut(text, "?")
	host, path := text, ""
	if slash := strings.IndexByte(text, '/'); slash >= 0 {
		host, path = text[:slash], text[slash:]
	}
	if err := p.parseHost(host); err != nil {
		return p, err
	}
	if err := p.parsePath(path); err != nil {
		return p, err
	}
	if hasQuery {
		if err := p.parseQuery(query); err != nil {
			return p, err
		}
	}
	if p.host == "" && p.points() < minPoints {
		return p, errors.New("a shape on any host needs more that is particular to it: a {token} or {hex}, more literal segments or query keys")
	}
	p.weight = p.points() + len(p.host)
	return p, nil
}

func (p *pattern) parseHost(host string) error {
	if host == "*" {
		return nil
	}
	if first, ok := strings.CutSuffix(host, ".*"); ok {
		p.first, host = first, first
	} else {
		host, p.below = strings.CutPrefix(host, "*.")
		p.host = host
	}
	if len(host) > maxHost {
		return fmt.Errorf("host longer than %d octets", maxHost)
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_#") != "" {
			return fmt.Errorf("host %q: want lower-case labels, * alone, *.domain or label.*", host)
		}
	}
	if strings.Contains(host, "#") && strings.ContainsAny(host, "0123456789") {
		return errors.New("digits beside # in a host: write # for every run of digits")
	}
	if p.host == "" {
		if strings.ContainsAny(p.first, ".#") {
			return errors.New("want one label without # before .*")
		}
		return nil
	}
	if _, err := publicsuffix.EffectiveTLDPlusOne(strings.ReplaceAll(host, "#", "1")); err != nil {
		return fmt.Errorf("host %q is a public suffix: everyone could be there", host)
	}
	return nil
}

func (p *pattern) parsePath(path string) error {
	if path == "" || path == "/**" {
		p.rest = true
		return nil
	}
	path, p.floating = strings.CutPrefix(path, "/**")
	if p.floating && (p.host != "" || !strings.HasPrefix(path, "/")) {
		return errors.New("/**/ at the beginning is for shapes on any host")
	}
	path, p.rest = strings.CutSuffix(path, "/**")
	for text := range strings.SplitSeq(path[1:], "/") {
		s, err := parseSegment(text)
		if err != nil {
			return err
		}
		p.path = append(p.path, s)
	}
	if len(p.path) > maxSegments {
		return fmt.Errorf("more than %d segments", maxSegments)
	}
	return nil
}

func (p *pattern) parseQuery(query string) error {
	for item := range strings.SplitSeq(query, "&") {
		name, value, hasValue := strings.Cut(item, "=")
		key, err := parseSegment(name)
		if err != nil {
			return err
		}
		if len(key) == 0 {
			return errors.New("empty query key")
		}
		q := queryItem{key: key}
		if hasValue {
			if q.value, err = parseSegment(value); err != nil {
				return err
			}
			if q.value == nil {
				q.value = segment{} // key= wants an empty value
			}
		}
		p.query = append(p.query, q)
	}
	return nil
}

func parseSegment(text string) (segment, error) {
	if !strings.ContainsAny(text, "*{}") { // nearly all of them
		if text == "" {
			return nil, nil
		}
		return segment{{class: literal, literal: text}}, nil
	}
	var s segment
	for text != "" {
		n := strings.IndexAny(text, "*{}")
		switch {
		case n < 0:
			n = len(text)
			fallthrough
		case n > 0:
			s = append(s, piece{class: literal, literal: text[:n]})
			text = text[n:]
		case text[0] == '*':
			if strings.HasPrefix(text, "**") {
				return nil, errors.New("** must be a whole segment, first or last")
			}
			s = append(s, piece{class: anything})
			text = text[1:]
		default:
			inner, after, ok := strings.Cut(text[1:], "}")
			if text[0] == '}' || !ok {
				return nil, errors.New("brace without its partner")
			}
			p, err := parsePlaceholder(inner)
			if err != nil {
				return nil, err
			}
			s = append(s, p)
			text = after
		}
	}
	return s, s.check()
}

// check refuses what could never match, because a placeholder takes as much as it can.
func (s segment) check() error {
	for i := 1; i < len(s); i++ {
		before, p := s[i-1].class, s[i]
		switch {
		case before == literal:
		case p.class == literal && (before == anything || i == len(s)-1): // a literal at the end is taken first
		case p.class == literal && before.has(p.literal[0]):
			return fmt.Errorf("a placeholder takes as much as it can, so %q would never follow it", p.literal)
		case p.class != literal && p.class != anything && !before.excludes(p.class):
			return errors.New("two placeholders without something between them that tells them apart")
		}
	}
	return nil
}

// excludes reports whether the two classes have no character in common.
func (c class) excludes(other class) bool {
	return c == number && other == letters || c == letters && other == number
}

func parsePlaceholder(inner string) (piece, error) {
	name, length, hasLength := strings.Cut(inner, ":")
	p, ok := placeholder(name)
	if !ok {
		return p, fmt.Errorf("unknown placeholder {%s}: want num, hex, alpha, id or token", inner)
	}
	if hasLength {
		n, err := strconv.Atoi(length)
		if err != nil || n < 1 || n > 1000 {
			return p, fmt.Errorf("placeholder {%s}: want a length from 1 to 1000", inner)
		}
		p.min = n
	}
	return p, nil
}

// minPoints is what a shape on any host must fix of a URL.
const minPoints = 5

// points measures how much of a URL's path and query the pattern fixes.
func (p *pattern) points() int {
	n := 0
	if p.first != "" {
		n++
	}
	numbers := 0
	for _, s := range p.path {
		n += s.points()
		if len(s) == 1 && s[0].class == number {
			numbers++
		}
	}
	n += max(numbers-2, 0) // dates and numbers of pages are shorter
	for _, q := range p.query {
		n += 1 + max(q.key.points(), 1) + q.value.points()
	}
	return n
}

func (s segment) points() int {
	n := 0
	for _, p := range s {
		switch p.class {
		case literal:
			n += 1 + len(p.literal)/4
		case hexadecimal, token:
			n += 1 + min(p.min, 40)/8
		case number, letters, identifier:
			n += min(p.min, 12) / 4
		}
	}
	return n
}
