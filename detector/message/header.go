package message

import (
	"bytes"
	"iter"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
)

// Header is a header section: the fields before the empty line, RFC 5322 section 2.2.
type Header struct {
	Fields []Field
	// Start and End are the byte range of the header section in the message, in octets.
	Start, End int
	raw        []byte
	junk       []span // lines between the fields that are none
}

// Field is one header field. The offsets are octets from the start of the header section.
type Field struct {
	Name  string // lower case
	Start int    // of the name
	Body  int    // behind the colon
	End   int    // behind the last line break
}

// maxFields bounds the header fields that are looked at; real mail has fewer than 200.
const maxFields = 5000

// parseHeader reads the header section at the start of raw and returns the offset of the body. A header section ends at
// an empty line, or (QUIRK: mail without the separator) before the first line that can be no field.
func parseHeader(raw []byte) (Header, int) {
	var room [24]Field // most have fewer, and are kept without the room for more
	h := Header{raw: raw}
	fields, body := h.appendFields(room[:0])
	h.Fields = slices.Clone(fields)
	return h, body
}

// appendFields appends the fields of h to fields, and returns the offset of the body with them.
func (h *Header) appendFields(fields []Field) (_ []Field, body int) {
	raw := h.raw
	pos := afterLeadingBreaks(raw)
	for pos < len(raw) {
		next := lineEnd(raw, pos, len(raw))
		line := raw[pos:next]
		trimmed := trimBreaks(line)
		if len(trimmed) == 0 {
			return fields, next
		}
		switch {
		case trimmed[0] == ' ' || trimmed[0] == '\t':
			if n := len(fields); n > 0 {
				fields[n-1].End = next
			}
		default:
			name, ok := fieldName(trimmed)
			if !ok {
				// The "From " line of an mbox file, and its quoted form, are no field and no end.
				if pos == 0 && (bytes.HasPrefix(trimmed, []byte("From ")) || bytes.HasPrefix(trimmed, []byte(">From "))) {
					break
				}
				// QUIRK: some programs skip junk between fields and still find the type of the part, others see its body here.
				if !typeFollows(raw[next:]) {
					return fields, pos
				}
				h.junk = append(h.junk, span{pos, next})
			}
			if len(fields) < maxFields {
				fields = append(fields, Field{
					Name: lowerName(name), Start: pos, Body: pos + bytes.IndexByte(line, ':') + 1, End: next,
				})
			}
		}
		pos = next
	}
	return fields, len(raw)
}

// typeFollows reports whether one of the first lines of raw, before an empty one, is a MIME header field.
func typeFollows(raw []byte) bool {
	const lines = 20
	raw = raw[:min(len(raw), lookahead)]
	for range lines {
		next := lineEnd(raw, 0, len(raw))
		line := trimBreaks(raw[:next])
		if len(line) == 0 {
			return false
		}
		if name, ok := fieldName(line); ok && strings.HasPrefix(lowerName(name), "content-") {
			return true
		}
		raw = raw[next:]
	}
	return false
}

// afterLeadingBreaks skips empty lines before the first field. QUIRK: some programs do, others see a message without
// fields; the fields say more.
func afterLeadingBreaks(raw []byte) int {
	pos := 0
	for pos < len(raw) && isBreak(raw[pos]) {
		pos++
	}
	if pos > 0 && typeFollows(raw[pos:]) {
		return pos
	}
	return 0
}

// fieldName returns the name of the field that line starts. QUIRK: white space before the colon is tolerated
// (obsolete syntax, RFC 5322 section 4.5.8); a name with characters that only markup has is no name.
func fieldName(line []byte) (name []byte, ok bool) {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || colon > 200 {
		return nil, false
	}
	name = bytes.TrimRight(line[:colon], " \t")
	for _, c := range name {
		if !nameBytes[c] {
			return nil, false
		}
	}
	return name, len(name) > 0
}

// nameBytes are the bytes that a field name may have.
var nameBytes = func() (table [256]bool) {
	for c := '!'; c < 0x7f; c++ {
		table[c] = !strings.ContainsRune("<>\"'=()/", c)
	}
	return table
}()

// lowerName is a field name in lower case.
func lowerName(name []byte) string {
	var buffer [64]byte
	if len(name) > len(buffer) {
		return strings.ToLower(string(name))
	}
	lower := append(buffer[:0], name...)
	for i, c := range lower {
		if 'A' <= c && c <= 'Z' {
			lower[i] = c | 0x20
		}
	}
	if known, ok := commonNames[string(lower)]; ok {
		return known
	}
	return string(lower)
}

// commonNames are the names that most mail has, which need no memory of their own.
var commonNames = func() map[string]string {
	names := map[string]string{}
	for name := range strings.FieldsSeq(`arc-authentication-results arc-message-signature arc-seal authentication-results bcc cc
		content-disposition content-id content-language content-location content-transfer-encoding content-type date delivered-to
		dkim-signature feedback-id from in-reply-to list-id list-unsubscribe list-unsubscribe-post message-id mime-version
		precedence received received-spf references reply-to return-path sender subject to x-mailer x-original-to x-priority`) {
		names[name] = name
	}
	return names
}()

// bodies yields the bodies of all fields of that name, unfolded, in order. They are only valid until the next.
func (h Header) bodies(name string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for i := range h.Fields {
			if f := &h.Fields[i]; len(f.Name) == len(name) && strings.EqualFold(f.Name, name) && !yield(f.unfolded(h.raw)) {
				return
			}
		}
	}
}

// values yields what bodies does, as text.
func (h Header) values(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for body := range h.bodies(name) {
			if !yield(string(body)) {
				return
			}
		}
	}
}

// Values are the bodies of all fields of that name, unfolded, in order.
func (h Header) Values(name string) []string { return slices.Collect(h.values(name)) }

// Value is the body of the first field of that name, unfolded, "" when there is none.
func (h Header) Value(name string) string {
	for v := range h.values(name) {
		return v
	}
	return ""
}

func (f Field) value(raw []byte) string { return string(f.unfolded(raw)) }

// unfolded is the body without its line breaks; it is part of raw where there are none.
func (f Field) unfolded(raw []byte) []byte {
	body := raw[f.Body:f.End]
	if text := bytes.TrimSpace(body); bytes.IndexByte(text, '\n') < 0 && bytes.IndexByte(text, '\r') < 0 && bytes.IndexByte(text, 0) < 0 {
		return text
	}
	folded := bytes.IndexByte(bytes.TrimRight(body, "\x00\r\n"), '\n') >= 0
	plain := make([]byte, 0, len(body))
	for _, c := range body {
		// QUIRK: some readers drop NUL, others end the field there.
		if c != 0 && !(folded && isBreak(c)) {
			plain = append(plain, c)
		}
	}
	return bytes.TrimSpace(plain)
}

// Text is the body of the first field of that name with its encoded words decoded, RFC 2047. What cannot be decoded
// stays as it is; the result is valid UTF-8.
func (h Header) Text(name string) string { return DecodeWords(h.Value(name)) }

// DecodeWords decodes the encoded words of an unstructured field body, RFC 2047.
func DecodeWords(s string) string {
	d := mime.WordDecoder{CharsetReader: charset.Reader}
	if decoded, err := d.DecodeHeader(s); err == nil {
		s = decoded
	}
	if !utf8.ValidString(s) {
		// QUIRK: raw 8-bit text in a header is most often Windows-1252.
		s = decodeCharset([]byte(s), "windows-1252")
	}
	return s
}

// The limits on the addresses that are read of all fields of one name.
const (
	maxAddresses     = 1000
	maxAddressOctets = 64 << 10
)

// addressLists are the bodies of the fields of that name, without the addresses beyond the limits.
func (h Header) addressLists(name string) []string {
	var lists []string
	octets, addresses := maxAddressOctets, maxAddresses
	for _, f := range h.Fields {
		if !strings.EqualFold(f.Name, name) || octets <= 0 || addresses <= 0 {
			continue
		}
		whole := f.End - f.Body
		f.End = f.Body + min(whole, octets)
		octets -= whole
		v := f.value(h.raw)
		if octets < 0 {
			v = v[:max(0, strings.LastIndexByte(v, ','))]
		}
		for i := range len(v) {
			if v[i] != ',' {
				continue
			}
			if addresses--; addresses == 0 {
				v = v[:i]
				break
			}
		}
		addresses--
		lists = append(lists, v)
	}
	return lists
}

// Addresses are the mailbox addresses in all fields of that name, at most 1,000 of them, of 64 KiB. What cannot be parsed
// is searched for anything that looks like an address.
func (h Header) Addresses(name string) []mail.Address {
	var all []mail.Address
	for _, v := range h.addressLists(name) {
		p := mail.AddressParser{WordDecoder: &mime.WordDecoder{CharsetReader: charset.Reader}}
		list, err := p.ParseList(v)
		if err != nil {
			all = append(all, findAddresses(v)...)
			continue
		}
		for _, a := range list {
			all = append(all, mail.Address{Name: strings.ToValidUTF8(a.Name, "�"), Address: strings.ToValidUTF8(a.Address, "�")})
		}
	}
	return all
}

// findAddresses finds addresses in a field body that is no valid address list.
func findAddresses(s string) []mail.Address {
	var all []mail.Address
	for field := range strings.SplitSeq(s, ",") {
		at := strings.LastIndexByte(field, '@')
		if at <= 0 {
			continue
		}
		isAddress := func(r rune) bool { return r > ' ' && !strings.ContainsRune("<>()[]\",;:\\", r) && r != utf8.RuneError }
		start := strings.LastIndexFunc(field[:at], func(r rune) bool { return !isAddress(r) }) + 1
		end := len(field)
		if i := strings.IndexFunc(field[at:], func(r rune) bool { return !isAddress(r) }); i >= 0 {
			end = at + i
		}
		if start < at && end > at+1 {
			name := strings.Trim(strings.TrimSpace(field[:start]), "\"<> \t")
			all = append(all, mail.Address{Name: DecodeWords(name), Address: field[start:end]})
		}
	}
	return all
}

// Date is the time of the Date field in UTC, the zero time when there is none that can be read.
func (h Header) Date() time.Time {
	value := h.Value("Date")
	if value == "" {
		return time.Time{}
	}
	t, err := time.Parse("Mon, 2 Jan 2006 15:04:05 -0700", value) // what nearly all mail has; ParseDate comes to it late
	if err != nil {
		t, err = mail.ParseDate(value)
	}
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}
	}
	return t.UTC()
}

// parseMediaType reads a Content-Type or Content-Disposition field body. Where it is broken, what can be read of it is
// returned: QUIRK: missing quotes, stray semicolons, and whole header fields in a charset are seen in real mail.
func parseMediaType(s string) (mediaType string, params map[string]string) {
	if s == "" {
		return "", nil
	}
	s = withoutComments(s)
	mediaType, params, err := mime.ParseMediaType(s)
	if err == nil {
		return strings.ToLower(mediaType), params
	}
	s = strings.Trim(strings.TrimSpace(s), "\"'")
	end := strings.IndexFunc(s, func(r rune) bool { return strings.ContainsRune("; ,\t\"'", r) })
	if end < 0 {
		end = len(s)
	}
	mediaType = strings.ToLower(s[:end])
	params = map[string]string{}
	for p := range strings.FieldsFuncSeq(s[end:], func(r rune) bool { return r == ';' || r == ',' }) {
		key, value, ok := strings.Cut(p, "=")
		key = strings.ToLower(strings.TrimSpace(key))
		if !ok || key == "" {
			continue
		}
		value = strings.TrimSpace(value)
		if strings.HasPrefix(value, `"`) {
			value, _, _ = strings.Cut(value[1:], `"`)
		} else if i := strings.IndexAny(value, " \t"); i >= 0 {
			value = value[:i]
		}
		if _, dup := params[key]; !dup {
			params[key] = value
		}
	}
	return mediaType, params
}

// withoutComments removes comments from a structured field body, RFC 5322 section 3.2.2.
func withoutComments(s string) string {
	if !strings.Contains(s, "(") {
		return s
	}
	var b strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			if depth == 0 {
				b.WriteString(s[i : i+2])
			}
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
			b.WriteByte(c)
		case c == '(' && !quoted:
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// boundaries are the values that readers may take for the boundary of a multipart: the parameter as RFC 2045 and RFC 2231
// have it, and each "boundary=" that is read on its own, with or without quotes.
func (p *Part) boundaries() []string {
	var all []string
	add := func(b string) {
		if b != "" && !slices.Contains(all, b) && len(all) < 8 {
			all = append(all, b)
		}
	}
	contentTypes := p.Header.Values("Content-Type")
	for _, v := range contentTypes {
		params := p.params
		if len(contentTypes) > 1 {
			_, params = parseMediaType(v)
		}
		add(params["boundary"])
		lower := string(lowerASCII([]byte(v)))
		for pos := 0; ; {
			i := strings.Index(lower[pos:], "boundary")
			if i < 0 {
				break
			}
			pos += i + len("boundary")
			rest, ok := strings.CutPrefix(strings.TrimLeft(v[pos:], " \t"), "=")
			if !ok {
				continue
			}
			rest = strings.TrimLeft(rest, " \t")
			if quoted, ok := strings.CutPrefix(rest, `"`); ok {
				quoted, _, _ = strings.Cut(quoted, `"`)
				add(quoted)
				continue
			}
			token, _, _ := strings.Cut(rest, ";")
			add(strings.TrimRight(token, " \t"))
			token, _, _ = strings.Cut(token, " ")
			add(strings.Trim(token, `'"`))
		}
	}
	return all
}

// lowerASCII is a copy of b with the ASCII letters in lower case, and so of the same length.
func lowerASCII(b []byte) []byte {
	out := bytes.Clone(b)
	for i, c := range out {
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 'a' - 'A'
		}
	}
	return out
}
