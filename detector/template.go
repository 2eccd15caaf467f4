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

// newTemplate takes a URL apart. Host and path keep their words, but for the last one: codes can look like words there; numbers in the host do not count, since services
// number their servers. Names of query keys are kept, their values are positions.
func newTemplate(l *location) template {
	var t template
	var shape strings.Builder
	t.host(&shape, l.host)
	t.path(&shape, l)
	shape.WriteByte('?')
	for p := range l.parameters() {
		if p.inPath {
			continue
		}
		if key := p.key; measure(key) > noToken {
			t.add(position{value: key + "=" + p.value, inQuery: true})
			shape.WriteString("&*")
		} else {
			t.add(position{value: p.value, key: key, inQuery: true})
			shape.WriteString("&" + key + "=*")
		}
	}
	t.shape = shape.String()
	return t
}

// host adds the host. A first label that reads like a code is a position: any name can stand below a domain.
func (t *template) host(shape *strings.Builder, host string) {
	first, rest, ok := strings.Cut(host, ".")
	if ok && strings.Contains(rest, ".") && measure(first) > noToken {
		t.add(position{value: first})
		first, host = "*", rest
		shape.WriteString(first + ".")
	}
	inNumber := false
	for _, c := range []byte(host) {
		digit := '0' <= c && c <= '9'
		switch {
		case !digit:
			shape.WriteByte(c)
		case !inNumber:
			shape.WriteByte('#')
		}
		inNumber = digit
	}
}

// path adds the segments of the path.
func (t *template) path(shape *strings.Builder, l *location) {
	var run []position
	flush := func() {
		if len(run) > maxRun {
			joined := run[len(run)-1]
			var all []string
			for _, p := range run {
				all = append(all, p.value)
			}
			joined.value = strings.Join(all, "/")
			run = append(run[:0], joined)
		}
		for _, p := range run {
			shape.WriteString("/*")
			t.add(p)
		}
		run = run[:0]
	}
	for p := range l.parameters() {
		if !p.inPath {
			continue
		}
		name, extension := p.value, ""
		if p.last && hasPictureExtension(name) {
			extension = path.Ext(name)
			name = strings.TrimSuffix(name, extension)
		}
		if !isVariable(name) && !(p.last && extension == "") {
			flush()
			shape.WriteString("/" + name + extension)
			continue
		}
		run = append(run, position{value: name, fileName: extension != ""})
		if extension != "" {
			flush()
			shape.WriteString(extension)
		}
	}
	flush()
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
	h := sha256.New()
	for _, s := range texts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	var sum [sha256.Size]byte
	return binary.BigEndian.Uint64(h.Sum(sum[:0]))
}
