package detector

import (
	"encoding/base64"
	"net"
	"strings"
	"unicode/utf8"
)

// location is an http or https URL taken apart the way browsers do it. Unlike net/url it refuses nothing that has a
// host: URLs in real mail hold spaces, broken escapes and worse.
type location struct {
	host  string // lower case, percent-decoded, without port and user
	path  string // as requested, starts with "/"
	query string // as requested, without "?"
	frag  string
	parts []parameter // what can differ between messages; set by split
}

// locate takes an absolute or protocol-relative URL apart. ok is false for anything that is not http or https.
func locate(url string) (l location, ok bool) {
	rest := url
	if n := len("https:"); len(rest) >= n && strings.EqualFold(rest[:n], "https:") {
		rest = rest[n:]
	} else if n := len("http:"); len(rest) >= n && strings.EqualFold(rest[:n], "http:") {
		rest = rest[n:]
	} else if !strings.HasPrefix(rest, "//") && !strings.HasPrefix(rest, `\\`) {
		return l, false
	}
	rest = strings.TrimLeft(rest, `/\`)
	authority := rest
	if i := strings.IndexAny(rest, `/\?#`); i >= 0 {
		authority, rest = rest[:i], rest[i:]
	} else {
		rest = ""
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	l.host = strings.ToLower(percentDecode(authority))
	if h, _, err := net.SplitHostPort(l.host); err == nil {
		l.host = h
	}
	l.host = strings.TrimSuffix(strings.TrimSpace(l.host), ".")
	rest, l.frag, _ = strings.Cut(rest, "#")
	l.path, l.query, _ = strings.Cut(rest, "?")
	if l.path == "" {
		l.path = "/"
	}
	return l, l.host != ""
}

// parameter is one value of a URL that can differ between messages: a path segment, or a query value with its key.
type parameter struct {
	key    string // lower case, "" for a path segment
	value  string // percent-decoded
	inPath bool
	last   bool // the last segment of the path
}

// maxParameters bounds what is looked at of one URL.
const maxParameters = 64

// split takes path and query apart into l.parts.
func (l *location) split() {
	all := make([]parameter, 0, 8)
	defer func() { l.parts = all }()
	segments := strings.FieldsFunc(l.path, func(r rune) bool { return r == '/' || r == '\\' || r == ';' })
	for i, s := range segments {
		all = append(all, parameter{value: percentDecode(s), inPath: true, last: i == len(segments)-1})
		if len(all) == maxParameters {
			return
		}
	}
	for pair := range strings.FieldsFuncSeq(l.query, func(r rune) bool { return r == '&' || r == ';' }) {
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			key, value = "", pair
		}
		all = append(all, parameter{key: strings.ToLower(percentDecode(key)), value: percentDecode(value)})
		if len(all) == maxParameters {
			return
		}
	}
}

// percentDecode decodes what can be decoded and leaves the rest.
func percentDecode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHexDigit(s[i+1]) && isHexDigit(s[i+2]) {
			b.WriteByte(hexValue(s[i+1])<<4 | hexValue(s[i+2]))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isHexDigit(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

func hexValue(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// target returns the http URL that u wraps: behind the fragment sign (Gmail's picture proxy), or as a query value or
// path segment of its own, plain or in base64. "" when there is none.
func (l location) target() string {
	if isHTTP(l.frag) {
		return l.frag
	}
	for _, p := range l.parts {
		if isHTTP(p.value) {
			return p.value
		}
		if len(p.value) >= 16 {
			if plain := decodeBase64(p.value); isHTTP(plain) {
				return plain
			}
		}
	}
	return ""
}

func isHTTP(s string) bool {
	return len(s) > 10 && (strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")) && utf8.ValidString(s)
}

// decodeBase64 decodes either alphabet, with or without padding; "" when s is not base64.
func decodeBase64(s string) string {
	s = strings.TrimRight(s, "=.")
	if len(s)%4 == 1 {
		s = s[:len(s)-1]
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		encoding = base64.RawURLEncoding
	}
	b, err := encoding.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(b)
}
