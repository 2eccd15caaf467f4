package redirect

import "strings"

// wrapper is a URL taken apart as browsers do it, as far as the rules need it. It is refused nothing that has a host.
type wrapper struct {
	url      string
	host     string // lower case, without user and port
	tail     string // what is behind the authority
	path     string // as it stands, with its leading slash
	query    string // as it stands, without "?"
	fragment string // as it stands, without "#"
	segments []string
}

// maxSegments bounds what is looked at of one path.
const maxSegments = 48

// parse takes url apart. ok is false when it is no URL with a host.
func (w *wrapper) parse(url string) (ok bool) {
	rest, ok := cutPrefixFold(url, "https:")
	if !ok {
		rest, ok = cutPrefixFold(url, "http:")
	}
	if !ok && !strings.HasPrefix(rest, "//") {
		return false
	}
	rest = strings.TrimLeft(rest, `/\`)
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, `/\?#`); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		authority = authority[:i]
	}
	w.url, w.host = url, strings.TrimSuffix(strings.ToLower(authority), ".")
	w.tail = tail
	tail, w.fragment, _ = strings.Cut(tail, "#")
	w.path, w.query, _ = strings.Cut(tail, "?")
	w.segments = strings.SplitN(strings.TrimPrefix(w.path, "/"), "/", min(strings.Count(w.path, "/")+1, maxSegments)) // SplitN makes room for as many
	return w.host != ""
}

// matches reports whether the path begins with the segments of pattern, "*" being any. An empty pattern is any path.
func (w *wrapper) matches(pattern string) bool {
	n := 0
	for want := range strings.SplitSeq(strings.TrimPrefix(pattern, "/"), "/") {
		if want == "" {
			return true
		}
		if n >= len(w.segments) || want != "*" && !strings.EqualFold(w.segments[n], want) {
			return false
		}
		n++
	}
	return true
}

// isPlain reports whether nothing beside the wrapped URL has a say in where the wrapper leads: browsers carry a fragment
// over to the destination of a redirect (Fetch standard 4.4, HTTP-redirect fetch).
func (w *wrapper) isPlain() bool { return w.fragment == "" }

// value returns the value of the first query parameter key, as it stands. The case of keys is ignored.
func (w *wrapper) value(key string) (string, bool) {
	for pair := range strings.SplitSeq(w.query, "&") {
		k, v, ok := strings.Cut(strings.TrimPrefix(pair, "amp;"), "=")
		if ok && strings.EqualFold(k, key) {
			return v, true
		}
	}
	return "", false
}

// segment returns segment n of the path as it stands, counted from the end when n is negative; "" where there is none.
func (w *wrapper) segment(n int) string {
	if n < 0 {
		n += len(w.segments)
	}
	if n < 0 || n >= len(w.segments) {
		return ""
	}
	return w.segments[n]
}
