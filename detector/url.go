package detector

import (
	"iter"
	"net"
	"strings"
)

// location is an http or https URL taken apart the way browsers do it. Unlike net/url it refuses nothing that has a
// host: URLs in real mail hold spaces, broken escapes and worse.
type location struct {
	host  string // lower case, percent-decoded, without port and user
	path  string // as requested, starts with "/"
	query string // as requested, without "?"

	codes    tokens // what tokens returned
	hasCodes bool
}

// locate takes an absolute or protocol-relative URL apart. ok is false for anything that is not http or https.
func locate(url string) (l location, ok bool) {
	rest := url
	if n := len("https:"); len(rest) >= n && strings.EqualFold(rest[:n], "https:") {
		rest = rest[n:]
	} else if n := len("http:"); len(rest) >= n && strings.EqualFold(rest[:n], "http:") {
		rest = rest[n:]
	} else if len(rest) < 2 || !isSlash(rest[0]) || !isSlash(rest[1]) {
		return l, false
	}
	for rest != "" && isSlash(rest[0]) {
		rest = rest[1:]
	}
	end := 0
	for end < len(rest) && !isSlash(rest[end]) && rest[end] != '?' && rest[end] != '#' {
		end++
	}
	authority, rest := rest[:end], rest[end:]
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	l.host = strings.ToLower(percentDecode(authority))
	if strings.IndexByte(l.host, ':') >= 0 {
		if h, _, err := net.SplitHostPort(l.host); err == nil {
			l.host = h
		}
	}
	l.host = strings.TrimSuffix(strings.TrimSpace(l.host), ".")
	rest, _, _ = strings.Cut(rest, "#")
	l.path, l.query, _ = strings.Cut(rest, "?")
	if l.path == "" {
		l.path = "/"
	}
	return l, l.host != ""
}

func isSlash(c byte) bool { return c == '/' || c == '\\' }

// parameter is one value of a URL that can differ between messages: a path segment, or a query value with its key.
type parameter struct {
	key    string // lower case, "" for a path segment
	value  string // percent-decoded
	inPath bool
	last   bool // the last segment of the path
}

// maxParameters bounds what is looked at of one URL.
const maxParameters = 64

// parameters yields the segments of the path and the values of the query, in order.
func (l *location) parameters() iter.Seq[parameter] {
	return func(yield func(parameter) bool) {
		n, decode := 0, asItIs
		if strings.IndexByte(l.path, '%') >= 0 || strings.IndexByte(l.query, '%') >= 0 {
			decode = percentDecode
		}
		for rest := l.path; rest != "" && n < maxParameters; {
			var s string
			s, rest = cutSegment(rest)
			if s == "" {
				continue
			}
			n++
			if !yield(parameter{value: decode(s), inPath: true, last: isLast(rest)}) {
				return
			}
		}
		for rest := l.query; rest != "" && n < maxParameters; {
			var pair string
			pair, rest = cutPair(rest)
			if pair == "" {
				continue
			}
			n++
			key, value, ok := strings.Cut(pair, "=")
			if !ok || len(key) >= minCode && strings.Trim(value, "=") == "" { // a code without a key, with its padding
				key, value = "", pair
			}
			if !yield(parameter{key: strings.ToLower(decode(key)), value: decode(value)}) {
				return
			}
		}
	}
}

func asItIs(s string) string { return s }

// isLast reports whether there are no further segments in the rest of a path.
func isLast(rest string) bool {
	for i := range len(rest) {
		if !endsSegment(rest[i]) {
			return false
		}
	}
	return true
}

// cutSegment cuts a path behind its first segment.
func cutSegment(path string) (segment, rest string) {
	for i := range len(path) {
		if endsSegment(path[i]) {
			return path[:i], path[i+1:]
		}
	}
	return path, ""
}

func endsSegment(c byte) bool { return c == '/' || c == '\\' || c == ';' }

// cutPair cuts a query behind its first key and value.
func cutPair(query string) (pair, rest string) {
	for i := range len(query) {
		if c := query[i]; c == '&' || c == ';' {
			return query[:i], query[i+1:]
		}
	}
	return query, ""
}

// percentDecode decodes what can be decoded and leaves the rest.
func percentDecode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(max(0, len(s)-2*strings.Count(s, "%"))) // enough where each begins a code
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

// isHTTP reports whether s begins like an absolute http or https URL.
func isHTTP(s string) bool {
	return len(s) > 10 && (strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://"))
}

// appendHex appends what s, pairs of hexadecimal digits, decodes to.
func appendHex(buf []byte, s string) []byte {
	for i := 0; i+1 < len(s); i += 2 {
		buf = append(buf, hexValue(s[i])<<4|hexValue(s[i+1]))
	}
	return buf
}

// appendBase64 appends what s decodes to, in either alphabet, with or without padding. ok is false when s is no base64.
// Unlike encoding/base64 it takes a mix of the alphabets and bits left over at the end, which readers take, too.
func appendBase64[S string | []byte](buf []byte, s S) (_ []byte, ok bool) {
	for len(s) > 0 && (s[len(s)-1] == '=' || s[len(s)-1] == '.') {
		s = s[:len(s)-1]
	}
	bits, n := uint32(0), 0
	for i := range len(s) {
		v := base64Values[s[i]]
		if v < 0 {
			return buf, false
		}
		bits = bits<<6 | uint32(v)
		if n += 6; n >= 8 {
			n -= 8
			buf = append(buf, byte(bits>>n))
		}
	}
	return buf, true
}

// base64Values are the values of the characters of both alphabets (RFC 4648), -1 for others.
var base64Values = func() (values [256]int8) {
	for i := range values {
		values[i] = -1
	}
	for _, alphabet := range []string{"+/", "-_"} {
		for i, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + alphabet {
			values[c] = int8(i)
		}
	}
	return values
}()
