// Package redirect says which URL is inside a URL, without any network.
//
// Mail gateways and picture proxies wrap the URLs of a message on its way to the reader, and services that count clicks
// wrap them before it is sent. Many of them write the destination into the URL: plain, percent-encoded, in base64, in
// JSON, compressed. This package takes it out again. What only the service knows stays hidden: nothing is ever asked.
//
// There are two strengths. Reading: this URL is in there, which is enough to explain and to judge. Exact: whoever
// follows the wrapper ends at precisely this URL, so a link may be replaced by it. A rule is exact only where the form
// of the service's URLs is known, and only for a value that every reader decodes alike.
package redirect

import (
	"strings"
	"unicode/utf8"
)

// Kind says who wraps, and what for.
type Kind uint8

// The kinds.
const (
	Generic Kind = iota // unknown: a URL stands in the URL
	Gateway             // a mail gateway or program, on the reader's side, that checks links
	Proxy               // a picture proxy, on the reader's side or of the sender's pictures
	Click               // a service that counts clicks, on the sender's side
)

// Target is a URL that was inside another.
type Target struct {
	URL     string // absolute, http or https
	Service string // who wrapped it, "" when only the form of the URL tells
	Kind    Kind
	Exact   bool // following the wrapper leads to URL, and nowhere else
}

const (
	maxURL    = 32 << 10 // longer URLs hold nothing that a mail program would follow
	maxLayers = 6        // a list that forwards what two gateways wrapped around a click is 4 deep
)

// Next returns the URL that is directly inside of url, which is absolute or protocol-relative. ok is false when there
// is none. url is as a browser would request it; the surrounding syntax (entities, transfer encoding) is undone.
func Next(url string) (t Target, ok bool) {
	r, t := new(wrapper).match(url)
	return t, r != nil
}

// match returns what Next does, and the rule that said so. It uses w to take url apart.
func (w *wrapper) match(url string) (found *rule, t Target) {
	if len(url) > maxURL || !w.parse(url) {
		return nil, Target{}
	}
	candidates(w, func(r *rule) bool {
		if !w.matches(r.path) {
			return false
		}
		fragment := w.fragment
		inside, exact := r.read(w)
		if inside = clean(inside); inside == "" || inside == url {
			w.fragment = fragment
			return false
		}
		found = r
		t = Target{URL: inside, Service: r.service, Kind: r.kind, Exact: r.exact && exact && w.isPlain() && isPlain(inside)}
		return true
	})
	return found, t
}

// Layers returns what Next finds in url, what it finds in that, and so on, outermost first, to a fixed depth.
func Layers(url string) []Target {
	var layers []Target
	for w := new(wrapper); len(layers) < maxLayers; {
		r, t := w.match(url)
		if r == nil {
			break
		}
		layers = append(layers, t)
		url = t.URL
	}
	return layers
}

// Last returns the innermost URL of Layers. Its Service and Kind are those of the outermost layer; Exact means that
// every layer is.
func Last(url string) (t Target, ok bool) {
	layers := Layers(url)
	if len(layers) == 0 {
		return Target{}, false
	}
	t = layers[0]
	for _, l := range layers[1:] {
		t.URL, t.Exact = l.URL, t.Exact && l.Exact
	}
	return t, true
}

// clean returns s where it is an http or https URL with a host, "" otherwise.
func clean(s string) string {
	s = strings.Trim(s, " \t\r\n")
	if len(s) > maxURL || !isURL(s) || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return s
}

// isURL reports whether s begins like an absolute http or https URL, with something that can be a host.
func isURL(s string) bool {
	rest, ok := cutPrefixFold(s, "https://")
	if !ok {
		rest, ok = cutPrefixFold(s, "http://")
	}
	if !ok || rest == "" {
		return false
	}
	c := rest[0]
	return c == '[' || c == '%' || c >= 0x80 || isAlphanumeric(c)
}

// isPlain reports whether s has no character that programs escape in different ways.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"'<>\\^`{|}", c) >= 0 {
			return false
		}
	}
	return true
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}
