// Package message reads a message as a tree of parts over its raw bytes (RFC 5322, RFC 2045 to 2047).
//
// It differs from a MIME library in what it is for: each part knows the byte range it has in the message, so that the
// part can be patched in place, and nothing is an error. A message is read as mail programs read broken mail: a header
// without a separator ends at the first line that is no header field, a multipart without a boundary parameter takes
// its boundary from the body, text outside of parts is kept as a stray part, and a part whose media type says nothing
// is HTML when it starts like HTML. What was broken is told in Errors.
package message

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits beyond which a message is not followed: real mail stays far below, and reading stays linear.
const (
	maxDepth = 30   // levels of multiparts and nested messages
	maxParts = 2000 // parts that are looked into
)

// Message is a message, or what was fetched of one.
type Message struct {
	Headers   []Header // of the message, then of the messages nested in it; never empty
	Sections  []Header // all header sections, those of parts included
	Parts     []*Part  // the leaves, in order, nested messages included
	Encrypted bool     // has a part that cannot be inspected
	Signed    bool     // has a signature that covers a part
	Errors    []string // what was broken

	source *source
}

// Header is the header section of the message itself.
func (m *Message) Header() Header { return m.Headers[0] }

// Digest is the hexadecimal SHA-256 of what identifies the message wherever it was read from: author, recipients,
// subject, date, Message-ID and text parts, with LF line ends.
func (m *Message) Digest() string {
	hash := sha256.New()
	var line []byte
	for _, name := range []string{"From", "To", "Cc", "Subject", "Date", "Message-ID"} {
		for body := range m.Header().bodies(name) {
			line = append(append(append(append(line[:0], name...), ": "...), body...), "\r\n"...)
			hash.Write(line)
		}
	}
	for _, p := range m.Parts {
		if p.Stray || !p.IsText() || p.size() > MaxDocument {
			continue
		}
		hash.Write([]byte("\r\n"))
		writeLines(hash, trimBreaks(p.Decode()))
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// writeLines writes text with LF line ends in place of CRLF. A hash fails no write.
func writeLines(hash io.Writer, text []byte) {
	for start := 0; ; {
		i := bytes.Index(text[start:], []byte("\r\n"))
		if i < 0 {
			hash.Write(text)
			return
		}
		hash.Write(text[:start+i])
		text, start = text[start+i+1:], 1 // from the LF on, which goes with the next line
	}
}

// Parse reads a whole message. It never fails: what is broken is in Errors, and the rest was read. The message keeps
// raw, which must not change.
func Parse(raw []byte) *Message { return parseSource(&source{raw: raw, size: len(raw)}) }

// ParseFile reads a message of size octets in r. Only header sections and what is asked for of its parts are held in
// memory. What can be read is returned beside an error of r; r must stay readable as long as the message is used, and
// must not change.
func ParseFile(r io.ReaderAt, size int64) (*Message, error) {
	m := parseSource(&source{file: r, size: int(size), window: windowSize})
	return m, m.Err()
}

func parseSource(s *source) *Message {
	m := &Message{source: s}
	r := reader{source: s, m: m}
	r.entity(0, s.size, context{defaultType: "text/plain"})
	return m
}

// Err is the first error of reading the file that the message is in.
func (m *Message) Err() error { return m.source.err }

// Fetched is one part as an IMAP server gives it.
type Fetched struct {
	Section     string // section number, RFC 9051 section 6.4.5
	Type        string // media type: "text/html"
	Charset     string // charset parameter, as it stands
	Encoding    string // content-transfer-encoding, as it stands
	Disposition string // content-disposition without parameters, "" when there is none
	Filename    string
	Body        []byte // still transfer-encoded
}

// Assemble makes a message of a header section (complete, or only some fields) and some of its parts. The byte ranges
// of its parts are not those of the message: such a message can be scanned, not blocked.
func Assemble(header []byte, parts []Fetched, encrypted bool) *Message {
	m := &Message{Encrypted: encrypted, source: &source{}}
	h, _ := parseHeader(header)
	h.End = len(header)
	m.Headers, m.Sections = []Header{h}, []Header{h}
	for _, f := range parts {
		p := &Part{
			Section: f.Section, MediaType: strings.ToLower(f.Type), Charset: f.Charset,
			Encoding: parseEncoding(f.Encoding), Disposition: strings.ToLower(f.Disposition), Filename: f.Filename,
			source: &source{raw: f.Body, size: len(f.Body)}, bodyEnd: len(f.Body),
		}
		m.Parts = append(m.Parts, p)
	}
	return m
}

// reader walks the tree of one message.
type reader struct {
	*source
	m *Message
}

func (r *reader) errorf(format string, args ...any) {
	if e := fmt.Sprintf(format, args...); len(r.m.Errors) < 20 {
		r.m.Errors = append(r.m.Errors, e)
	}
}

// context is what an entity has from what it is in.
type context struct {
	section     string // "" for a message, else the section number; for a message in a part, that of the part and a dot
	depth       int
	defaultType string // the media type without a Content-Type field, RFC 2046 section 5.1.5
	base        string // what relative URLs are resolved against
}

func (c context) isMessage() bool { return c.section == "" || strings.HasSuffix(c.section, ".") }

// entity reads the header section and body from start to end.
func (r *reader) entity(start, end int, c context) {
	h, body := r.header(start, end)
	r.m.Sections = append(r.m.Sections, h)
	if c.isMessage() {
		r.m.Headers = append(r.m.Headers, h)
	}
	for _, s := range h.junk {
		r.stray(c.section, span{start + s.start, start + s.end})
	}
	p := r.part(body, end)
	p.Section, p.Header, p.Doubtful = leafSection(c.section), h, hasLoneCR(h.raw)
	p.readHeader(c.defaultType, c.base)
	switch p.MediaType { // what is any other is looked into as it is
	case "text/plain", "message/external-body":
		p.Doubtful = p.Doubtful || r.hasFields(body, end)
	case "text/rfc822-headers": // RFC 6522 section 3: fields are what it holds
		p.Doubtful = p.Doubtful || r.hasFields(body, end) && r.hasBody(body, end)
	}
	switch {
	case h.End-h.Start >= maxHeader:
		r.opaque(p, "a header section that is too long")
	case c.depth >= maxDepth || len(r.m.Parts) >= maxParts:
		r.opaque(p, "nested deeper, or in more parts, than is followed")
	case p.isContradictory():
		r.opaque(p, "a multipart to some readers, and something else to others")
	case strings.HasPrefix(p.MediaType, "multipart/"):
		r.multipart(p, c)
	case len(p.readings.types) == 0 && kindsByType[p.MediaType] == holdsMessage && p.Encoding == Identity:
		c.section, c.depth, c.defaultType, c.base = leafSection(c.section)+".", c.depth+1, "text/plain", ""
		r.entity(body, end, c)
	default:
		r.leaf(p)
	}
}

// part is a part with the body from start to end.
func (r *reader) part(start, end int) *Part {
	return &Part{Start: start, End: end, source: r.source, bodyStart: start, bodyEnd: end}
}

// opaque keeps a part that is not looked into.
func (r *reader) opaque(p *Part, why string) {
	r.errorf("part %s: %s", p.Section, why)
	p.Opaque = true
	r.m.Parts = append(r.m.Parts, p)
}

// leafSection is the section number of a body that is not a multipart: the only part of a message is its part 1.
func leafSection(section string) string {
	if section == "" || strings.HasSuffix(section, ".") {
		return section + "1"
	}
	return section
}

func (r *reader) leaf(p *Part) {
	switch p.MediaType {
	case "application/pgp-encrypted", "application/x-pgp-encrypted":
		r.m.Encrypted = true
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		r.cms(p)
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature":
		r.m.Signed = true
	case "text/plain":
		if bytes.HasPrefix(bytes.TrimLeft(p.start(), " \t\r\n"), []byte("-----BEGIN PGP MESSAGE-----")) {
			r.m.Encrypted = true
		}
	}
	if kindsByType[p.MediaType] == holdsMessage {
		// RFC 2046 section 5.2.1 forbids the encoding. Some programs undo it.
		r.errorf("part %s: nested message with a transfer encoding", p.Section)
	}
	if p.size() > MaxDocument && p.isDocument() {
		r.opaque(p, fmt.Sprintf("a document of more than %d MiB", MaxDocument>>20))
		return
	}
	r.m.Parts = append(r.m.Parts, p)
}

// cms tells signed from encrypted: by the structure, or where that cannot be read by the parameter (RFC 8551 section
// 3.2.2).
func (r *reader) cms(p *Part) {
	kind, _, _ := readCMS(p.head())
	if t := strings.ToLower(p.params["smime-type"]); kind == cmsUnknown && (t == "" || t == "enveloped-data" || t == "authenveloped-data") {
		kind = cmsEnveloped
	}
	switch kind {
	case cmsEnveloped:
		r.m.Encrypted = true
	case cmsCompressed:
	default:
		r.m.Signed = true
	}
}

// multipart reads the body parts of p, RFC 2046 section 5.1.
func (r *reader) multipart(p *Part, c context) {
	if p.Encoding != Identity {
		// QUIRK: RFC 2045 section 6.4 forbids an encoding here. Programs ignore it, so do we.
		r.errorf("part %s: multipart with a transfer encoding", c.section)
	}
	switch p.MediaType {
	case "multipart/encrypted":
		r.m.Encrypted = true
	case "multipart/signed":
		r.m.Signed = true
	}
	spans, stray, readings := r.bodyParts(p)
	switch {
	case readings > 1:
		r.opaque(p, "multipart with several boundaries")
		return
	case readings == 0:
		r.errorf("part %s: multipart with a missing or wrong boundary", c.section)
	}
	if len(spans) == 0 {
		// Nothing is delimited: the body is read as one part that may be anything.
		p.MediaType, p.readings.types, p.Doubtful = "text/plain", nil, true
		r.leaf(p)
		return
	}
	prefix := c.section
	if !c.isMessage() {
		prefix += "."
	}
	c.defaultType = "text/plain"
	if p.MediaType == "multipart/digest" {
		c.defaultType = "message/rfc822"
	}
	c.depth++
	c.base = p.base
	for i, s := range spans {
		c.section = prefix + strconv.Itoa(i+1)
		r.entity(s.start, s.end, c)
	}
	for _, s := range stray {
		r.stray(prefix, s)
	}
}

// bodyParts splits a multipart by the boundary that its header section names, whichever way that is read, or where none
// of them delimits anything, by what looks like one in the body. readings is the number of boundaries that delimit.
func (r *reader) bodyParts(p *Part) (parts, stray []span, readings int) {
	for _, b := range p.boundaries() {
		if spans, outside := r.split(p.Start, p.End, b); len(spans) > 0 {
			if readings++; readings == 1 {
				parts, stray = spans, outside
			}
		}
	}
	if readings == 0 {
		parts, stray = r.split(p.Start, p.End, guessBoundary(r.bytes(p.Start, min(p.End, p.Start+lookahead))))
	}
	return parts, stray, readings
}

// stray keeps text that belongs to no part. Some programs show it, as whatever it looks like.
func (r *reader) stray(prefix string, s span) {
	if s.start >= s.end || r.isBlank(s.start, s.end) {
		return
	}
	p := r.part(s.start, s.end)
	p.Section, p.Stray, p.MediaType = prefix+"0", true, "text/html"
	r.leaf(p)
}

// split returns the body parts of a multipart and what stands outside of them: preamble and epilogue. The line break
// before a delimiter belongs to the delimiter.
func (r *reader) split(start, end int, boundary string) (parts, stray []span) {
	if boundary == "" {
		return nil, nil
	}
	delimiter := []byte("--" + boundary)
	open, closed := -1, false // open is where the current part started
	outside := start          // where the current text outside of parts started
	r.lineStarts(start, end, delimiter, func(pos int) bool {
		next, last, ok := r.delimiter(pos, len(delimiter), end)
		if !ok {
			return true
		}
		contentEnd := r.beforeBreak(start, pos)
		if open >= 0 {
			parts = append(parts, span{open, max(open, contentEnd)})
		} else if contentEnd > outside {
			stray = append(stray, span{outside, contentEnd})
		}
		// QUIRK: some programs go on behind the closing delimiter, so a further delimiter opens a part.
		open, closed = next, last
		if last {
			open, outside = -1, next
		}
		return len(parts) < maxParts
	})
	if open >= 0 && open < end {
		parts = append(parts, span{open, end})
		if !closed {
			r.errorf("multipart without its closing delimiter")
		}
	} else if open < 0 && outside < end && len(parts) > 0 {
		stray = append(stray, span{outside, end})
	}
	return parts, stray
}

// delimiter reads the rest of a line that begins with a delimiter of n octets at pos. Behind it stands nothing but
// white space, or two dashes where it is the last. next is the offset of the next line.
func (r *reader) delimiter(pos, n, end int) (next int, last, ok bool) {
	const longest = 1000 // white space behind a delimiter, in octets
	line := r.bytes(pos, min(end, pos+n+longest))
	length := lineEnd(line, 0, len(line))
	rest := string(bytes.TrimRight(line[min(n, length):length], " \t\r\n"))
	return pos + length, rest == "--", rest == "--" || rest == ""
}

// beforeBreak returns pos without the line break that stands directly before it, but not less than start.
func (r *reader) beforeBreak(start, pos int) int {
	b := r.bytes(max(start, pos-2), pos)
	switch n := len(b); {
	case n > 1 && b[n-2] == '\r' && b[n-1] == '\n':
		return pos - 2
	case n > 0 && isBreak(b[n-1]):
		return pos - 1
	}
	return pos
}

// guessBoundary returns what looks like the first delimiter of a multipart body, without its dashes: a line of the
// characters that a boundary may have, but white space (RFC 2046 section 5.1.1).
func guessBoundary(body []byte) string {
	for pos, lines := 0, 0; pos < len(body) && lines < 50; lines++ {
		next := lineEnd(body, pos, len(body))
		line := bytes.TrimRight(body[pos:next], " \t\r\n")
		if len(line) > 4 && len(line) < 200 && bytes.HasPrefix(line, []byte("--")) && bytes.IndexFunc(line, isNoBoundary) < 0 {
			return string(line[2:])
		}
		pos = next
	}
	return ""
}

func isNoBoundary(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("'()+_,-./:=?", r)
}

// lineEnd returns the offset behind the line break of the line at pos: CRLF, LF, or (QUIRK: many readers take it for
// one) a lone CR.
func lineEnd(b []byte, pos, end int) int {
	for b = b[:end]; pos < len(b); pos++ {
		switch {
		case !isBreak(b[pos]):
		case b[pos] == '\r' && pos+1 < len(b) && b[pos+1] == '\n':
			return pos + 2
		default:
			return pos + 1
		}
	}
	return end
}

// hasFields reports whether the body from start to end begins with MIME header fields. QUIRK: some programs take them for the
// rest of the header section, whatever stands in between, or drop a NUL from the name of one.
func (r *reader) hasFields(start, end int) bool {
	return typeFollows(bytes.ReplaceAll(r.bytes(start, min(end, start+headSize)), []byte{0}, nil))
}

// hasBody reports whether something stands behind the header fields that the body from start to end begins with.
func (r *reader) hasBody(start, end int) bool {
	b := r.bytes(start, min(end, start+lookahead))
	_, n := parseHeader(b)
	return n == lookahead || len(bytes.TrimSpace(b[n:])) > 0
}

// hasLoneCR reports whether there is a CR in b that no LF follows.
func hasLoneCR(b []byte) bool {
	for i := 0; ; i++ {
		k := bytes.IndexByte(b[i:], '\r')
		if k < 0 {
			return false
		}
		if i += k; i+1 == len(b) || b[i+1] != '\n' {
			return true
		}
	}
}
