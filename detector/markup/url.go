package markup

import (
	"bytes"
	"strings"
)

// cleanURL removes what URL parsers ignore: control characters and spaces at the ends, line breaks and tabs anywhere
// (WHATWG URL section 4.4).
func cleanURL(s string) string {
	if s == "" {
		return ""
	}
	if mayBeBlank(s[0]) || mayBeBlank(s[len(s)-1]) {
		s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' || r == 0xa0 })
	}
	if strings.IndexByte(s, '\t') >= 0 || strings.IndexByte(s, '\n') >= 0 || strings.IndexByte(s, '\r') >= 0 {
		s = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(s)
	}
	return s
}

func mayBeBlank(c byte) bool { return c <= ' ' || c >= 0x80 }

// minRoom is how many octets of a base every document may copy into its URLs; longer ones may as many again as they have.
const minRoom = 1 << 16

// resolve is Resolve with the base of the document. A long base for many short URLs would multiply the document, so once
// as much was copied as it has octets, URLs stay as they are.
func (s *scanner) resolve(url string) string {
	if s.base == "" || s.room < len(s.base) {
		return url
	}
	resolved := Resolve(s.base, url)
	if len(resolved) > len(url) {
		s.room -= len(s.base)
	}
	return resolved
}

// Resolve returns the URL that is requested for url where base is in force. Fragments, and what has a scheme of its own,
// stay as they are.
func Resolve(base, url string) string {
	if base == "" || url == "" || url[0] == '#' || hasScheme(url) {
		return url
	}
	scheme, rest, ok := strings.Cut(base, ":")
	if !ok {
		if !strings.HasPrefix(base, "//") {
			return url
		}
		scheme, rest = "https", base
	}
	if len(url) > 1 && isSlash(url[0]) && isSlash(url[1]) {
		return scheme + ":" + url
	}
	authority := strings.TrimLeft(rest, `/\`)
	if authority == rest {
		return url // not a URL that others can be relative to
	}
	path := ""
	if i := strings.IndexAny(authority, `/\?#`); i >= 0 {
		authority, path = authority[:i], authority[i:]
	}
	if i := strings.IndexAny(path, "?#"); i >= 0 {
		path = path[:i]
	}
	switch {
	case isSlash(url[0]):
		path = ""
	case url[0] != '?':
		path = path[:strings.LastIndexAny(path, `/\`)+1]
		if path == "" {
			path = "/"
		}
	}
	resolved := scheme + "://" + authority + path + url
	start := len(resolved) - len(path) - len(url)
	if !strings.Contains(resolved[start:], "/.") {
		return resolved
	}
	return resolved[:start] + removeDots(resolved[start:])
}

// removeDots works out the segments "." and ".." of the path at the start of rest, RFC 3986 section 5.2.4.
func removeDots(rest string) string {
	path, tail := rest, ""
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		path, tail = rest[:i], rest[i:]
	}
	out := make([]byte, 0, len(path))
	for segment := range strings.SplitAfterSeq(path, "/") {
		switch strings.TrimSuffix(segment, "/") {
		case ".":
		case "..":
			if i := bytes.LastIndexByte(bytes.TrimSuffix(out, []byte("/")), '/'); i >= 0 {
				out = out[:i+1]
			}
		default:
			out = append(out, segment...)
		}
	}
	return string(out) + tail
}

func isSlash(c byte) bool { return c == '/' || c == '\\' }

// hasScheme reports whether url starts with a scheme, RFC 3986 section 3.1.
func hasScheme(url string) bool {
	for i := range len(url) {
		switch c := url[i]; {
		case c == ':':
			return i > 0
		case isLetter(c) || i > 0 && (isDigit(c) || c == '+' || c == '-' || c == '.'):
		default:
			return false
		}
	}
	return false
}

// isDocument reports whether following a URL runs or shows what stands in the URL itself.
func isDocument(url string) bool {
	i := strings.IndexByte(url, ':')
	if i < 0 || i > 64 {
		return false
	}
	scheme := strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, strings.ToLower(url[:i]))
	switch scheme {
	case "javascript", "vbscript", "livescript", "mocha", "data", "blob", "file", "mhtml", "jar", "view-source":
		return true
	}
	return false
}

// urlBytes are the bytes without which nothing is a URL.
var urlBytes = [256]bool{':': true, '/': true, '\\': true, '%': true, '&': true}

// holdsURL reports whether a reader could take something in b for an absolute URL: after undoing character references,
// percent-encoding and CSS escapes, and leaving out white space and control characters, as URL parsers do. With
// anyScheme, whatever stands before a colon is taken for a scheme, else only those that are known to load something.
func holdsURL(b []byte, anyScheme bool) bool {
	i := 0
	for i < len(b) && !urlBytes[b[i]] {
		i++
	}
	if i == len(b) {
		return false
	}
	return findURL(b, anyScheme)
}

func findURL(b []byte, anyScheme bool) bool {
	m := urlMatcher{anyScheme: anyScheme}
	for i := 0; i < len(b); {
		c, n := b[i], 1
		switch {
		case c == '&':
			var text string
			text, n = deepReference(b[i:])
			for k := range len(text) - 1 {
				if m.found(text[k]) {
					return true
				}
			}
			c = text[len(text)-1]
		case c == '%':
			c, n = percentDecode(b[i:])
		}
		if m.found(c) {
			return true
		}
		i += n
	}
	return false
}

// percentDecode decodes the escape at the start of b, also where its percent sign is escaped itself. It returns the byte
// and the length of what stands for it.
func percentDecode(b []byte) (byte, int) {
	i := 1
	for len(b) >= i+2 && b[i] == '2' && b[i+1] == '5' {
		i += 2
	}
	if len(b) >= i+2 && isHex(b[i]) && isHex(b[i+1]) {
		return hexDigit(b[i])<<4 | hexDigit(b[i+1]), i + 2
	}
	return '%', 1
}

func hexDigit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// urlMatcher recognises the start of a URL in a stream of bytes.
type urlMatcher struct {
	anyScheme bool
	last      byte     // the last byte that counts
	word      [10]byte // the letters before, in lower case
	n         int
	colon     bool // the last byte that counts ends a scheme
	authority bool // … is a slash that a host can follow
}

// schemes are those that programs load something from, or run.
var schemes = map[string]bool{
	"http": true, "https": true, "ftp": true, "file": true, "ws": true, "wss": true, "javascript": true, "vbscript": true, "data": true, "blob": true,
	"mhtml": true, "jar": true,
}

// found takes the next byte, and reports whether a URL has started.
func (m *urlMatcher) found(c byte) bool {
	if c < ' ' || c == 0x7f {
		return false
	}
	defer func() { m.last = c }()
	switch {
	case c == '\\':
		return true
	case c == '/':
		m.authority = m.authority || m.colon || m.last == '/'
		m.n, m.colon = 0, false
	case m.authority && strings.IndexByte(" \"'<>", c) < 0, m.colon && c != ' ':
		return true
	case c == ':':
		m.colon = m.n > 0 && (m.anyScheme || schemes[string(m.word[:min(m.n, len(m.word))])])
		m.n = 0
	case isLetter(c):
		if m.n < len(m.word) {
			m.word[m.n] = c | 0x20
		} else {
			copy(m.word[:], m.word[1:])
			m.word[len(m.word)-1] = c | 0x20
		}
		m.n++
	default:
		m.n, m.colon, m.authority = 0, false, false
	}
	return false
}

// urlWords returns the range from the first to the last word of b that holds a URL. In a document type declaration, the
// names of document types hold two slashes and are no URLs; changing them changes the layout.
func urlWords(b []byte, doctype bool) (from, to int, ok bool) {
	if !holdsURL(b, false) {
		return 0, 0, false
	}
	any := false
	for i := 0; i < len(b); {
		for i < len(b) && endsWord(b[i]) {
			i++
		}
		start := i
		for i < len(b) && !endsWord(b[i]) {
			i++
		}
		word := b[start:i]
		if start > to && ok && isDropped(b[to:start]) {
			to = i // URL parsers drop what stands between
			continue
		}
		if !holdsURL(word, false) {
			continue
		}
		any = true
		if isNamespace(word) || doctype && !startsLikeURL(word) {
			continue
		}
		if !ok {
			from, ok = start, true
		}
		to = i
	}
	if !any { // white space stands in the middle of it
		return 0, len(b), true
	}
	return from, to, ok
}

func endsWord(c byte) bool {
	return isSpace(c) || c == '"' || c == '\'' || c == '<' || c == '>'
}

// isDropped reports whether URL parsers leave out all of b.
func isDropped(b []byte) bool { return len(bytes.Trim(b, "\t\r\n")) == 0 }

func startsLikeURL(word []byte) bool {
	return isSlash(word[0]) || bytes.ContainsAny(word, `:\&%`)
}

// isNamespace reports whether b is one of the names that documents made by ordinary programs bear, that look like URLs
// and that nobody requests.
func isNamespace(b []byte) bool {
	for _, prefix := range []string{"http://www.w3.org/", "https://www.w3.org/", "urn:schemas-microsoft-com:", "http://schemas.microsoft.com/", "http://schemas.openxmlformats.org/"} {
		if rest, ok := bytes.CutPrefix(b, []byte(prefix)); ok && !holdsURL(rest, true) {
			return true
		}
	}
	return false
}
