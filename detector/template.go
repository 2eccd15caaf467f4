package detector

import (
	"crypto/sha256"
	"encoding/binary"
	"path"
	"strings"
)

// template is a URL taken apart into what a sender's messages have in common and what can differ between them.
type template struct {
	shape  string     // scheme-less, with a "*" for every position
	values []position // what stands in the place of each "*"
}

// position is one place of a URL at which messages can differ.
type position struct {
	value    string // percent-decoded
	key      string // of a query value, else ""
	fileName bool   // the name of a picture file, without its extension
	inQuery  bool
}

// maxPositions bounds the positions of one template; what follows counts as one value with the last.
const maxPositions = 12

// maxRun is how many variable path segments in a row are positions of their own. Longer runs are one position: values
// with slashes in them (base64) do not always fall into the same number of segments.
const maxRun = 2

// newTemplate takes a URL apart. Host and path keep their words, but for the last one: codes can look like words there;
// numbers in the host do not count, since services number their servers. Names of query keys are kept, their values are
// positions.
func newTemplate(l *location) template {
	var room [256]byte // most are shorter
	shape := room[:0]
	t := template{values: make([]position, 0, 4)}
	shape = t.host(shape, l.host)
	var run []position
	inPath := true
	for p := range l.parameters() {
		if inPath && !p.inPath {
			shape, inPath = append(t.run(shape, run), '?'), false
		}
		if p.inPath {
			shape, run = t.segment(shape, run, p)
		} else {
			shape = t.pair(shape, p)
		}
	}
	if inPath {
		shape = append(t.run(shape, run), '?')
	}
	t.shape = string(shape)
	return t
}

// host adds the host. A first label that reads like a code is a position: any name can stand below a domain.
func (t *template) host(shape []byte, host string) []byte {
	first, rest, ok := strings.Cut(host, ".")
	if ok && strings.Contains(rest, ".") && measure(first) > noToken {
		t.add(position{value: first})
		host = rest
		shape = append(shape, "*."...)
	}
	inNumber := false
	for _, c := range []byte(host) {
		digit := '0' <= c && c <= '9'
		switch {
		case !digit:
			shape = append(shape, c)
		case !inNumber:
			shape = append(shape, '#')
		}
		inNumber = digit
	}
	return shape
}

// segment adds a segment of the path, to the run of variable ones before it where it is one of them.
func (t *template) segment(shape []byte, run []position, p parameter) (_ []byte, _ []position) {
	name, extension := p.value, ""
	if p.last && hasPictureExtension(name) {
		extension = path.Ext(name)
		name = strings.TrimSuffix(name, extension)
	}
	if !isVariable(name) && !(p.last && extension == "") {
		shape = append(append(t.run(shape, run), '/'), name...)
		return append(shape, extension...), run[:0]
	}
	run = append(run, position{value: name, fileName: extension != ""})
	if extension != "" {
		return append(t.run(shape, run), extension...), run[:0]
	}
	return shape, run
}

// run adds variable segments that follow each other.
func (t *template) run(shape []byte, run []position) []byte {
	if len(run) > maxRun {
		joined := run[len(run)-1]
		all := make([]string, len(run))
		for i, p := range run {
			all[i] = p.value
		}
		joined.value = strings.Join(all, "/")
		run = append(run[:0], joined)
	}
	for _, p := range run {
		shape = append(shape, "/*"...)
		t.add(p)
	}
	return shape
}

// pair adds a query item.
func (t *template) pair(shape []byte, p parameter) []byte {
	if measure(p.key) > noToken {
		t.add(position{value: p.key + "=" + p.value, inQuery: true})
		return append(shape, "&*"...)
	}
	t.add(position{value: p.value, key: p.key, inQuery: true})
	return append(append(append(shape, '&'), p.key...), "=*"...)
}

func (t *template) add(p position) {
	if len(t.values) < maxPositions {
		t.values = append(t.values, p)
		return
	}
	last := &t.values[maxPositions-1]
	last.value += "\x00" + p.value
}

// isVariable reports whether a path segment can differ between messages: it is long, or has more in it than a word. To
// take a word for variable does no harm, it is the same each time.
func isVariable(segment string) bool {
	if len(segment) > 12 {
		return true
	}
	lower, upper := false, false
	for _, c := range []byte(segment) {
		switch {
		case 'a' <= c && c <= 'z':
			lower = true
		case 'A' <= c && c <= 'Z':
			upper = true
		case c != '-' && c != '_' && c != '.':
			return true
		}
	}
	return lower && upper && measure(segment) > noToken || isMixedCode(segment)
}

// isMixedCode reports whether upper-case letters follow lower-case ones more often than in the words of a name in
// camel case.
func isMixedCode(s string) bool {
	changes := 0
	for i := 1; i < len(s); i++ {
		if isUpper(s[i-1]) != isUpper(s[i]) {
			changes++
		}
	}
	return changes > 2
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// fingerprint is a hash of texts, so that no values are remembered. It is cut from SHA-256: a sender who could choose
// values with equal hashes could make a tracker look like a picture that is the same for everybody.
func fingerprint(texts ...string) uint64 {
	var room [512]byte // most are shorter
	all := room[:0]
	for _, s := range texts {
		all = binary.BigEndian.AppendUint64(all, uint64(len(s)))
		all = append(all, s...)
	}
	sum := sha256.Sum256(all)
	return binary.BigEndian.Uint64(sum[:])
}
