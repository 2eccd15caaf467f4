package message

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Part is one leaf part.
type Part struct {
	Section     string   // section number, RFC 9051 section 6.4.5: "1", "2.1"; "2.0" is text outside of the parts of part 2
	Header      Header   // its MIME header fields; for the only part of a message, those of the message
	MediaType   string   // lower case: "text/html"
	Charset     string   // charset parameter, as it stands
	Encoding    Encoding // content-transfer-encoding
	Disposition string   // lower case, "" when there is none
	Filename    string
	Start, End  int  // the byte range of the body in the message; 0, 0 in an assembled message
	Stray       bool // text before the first or behind the last part of a multipart, that most programs never show
	Doubtful    bool // readers disagree on where its header section ends: read as markup, whatever its media type
	Opaque      bool // nested deeper than is followed, or in a way that readers disagree on: not looked into

	source             *source
	bodyStart, bodyEnd int // the byte range of the body in source

	decoded  []byte            // what Decode returned; nil before
	params   map[string]string // of the Content-Type
	base     string            // what relative URLs are resolved against, "" when nothing says it
	readings readings          // what the header section says to other readers
}

// readings are the values that readers may take of header fields that stand there twice, or are spelled in a way that
// not all understand. Each is empty where all readers agree on what the fields of Part say.
type readings struct {
	types     []string   // beside Part.MediaType
	encodings []Encoding // Part.Encoding among them
	charset   string     // one whose bytes are not like ASCII
}

func (p *Part) readHeader(defaultType, base string) {
	p.MediaType = defaultType
	i := 0
	for v := range p.Header.values("Content-Type") {
		mediaType, params := parseMediaType(v)
		switch {
		case i == 0, p.MediaType == "text/plain" && strings.HasPrefix(mediaType, "multipart/"):
			// Whoever reads a multipart as plain text loads nothing, so that reading needs no care.
			p.MediaType, p.params, p.Charset = mediaType, params, params["charset"]
		case mediaType != p.MediaType && !slices.Contains(p.readings.types, mediaType):
			p.readings.types = append(p.readings.types, mediaType)
		}
		if c := strings.ToLower(params["charset"]); !isLikeASCII(c) && (p.readings.charset == "" || isUTF16(p.readings.charset)) {
			p.readings.charset = c
		}
		i++
	}
	p.readEncoding()
	disposition, params := parseMediaType(p.Header.Value("Content-Disposition"))
	p.Disposition, p.Filename = disposition, DecodeWords(params["filename"])
	if p.Filename == "" {
		p.Filename = DecodeWords(p.params["name"])
	}
	p.base = base
	for _, name := range []string{"Content-Location", "Content-Base"} {
		if url := firstURL(p.Header.Text(name)); url != "" {
			p.base = url
		}
	}
}

// readEncoding reads the transfer encoding. A field that stands there twice, or with anything but the name of an
// encoding in it, is one that readers differ on.
func (p *Part) readEncoding() {
	var all []Encoding
	add := func(e Encoding) {
		if !slices.Contains(all, e) {
			all = append(all, e)
		}
	}
	for v := range p.Header.values("Content-Transfer-Encoding") {
		e := parseEncoding(v)
		add(e)
		if strings.ContainsAny(v, " \t;,()\"'") {
			add(Identity)
		}
		name := strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(v))
		if e == Identity && (strings.Contains(name, "base64") || name == "b64") {
			add(Base64) // "x-base64", "base-64", or the name in an encoded word
		} else if e == Identity && (strings.Contains(name, "quoted") || name == "qp") {
			add(QuotedPrintable)
		}
	}
	switch {
	case len(all) == 0:
		return
	case slices.Contains(all, Base64):
		p.Encoding = Base64 // where it is one of them, only its decoded length is sure to stay
	default:
		p.Encoding = all[0]
	}
	if len(all) > 1 && !(p.Encoding == Base64 && p.size() <= MaxDocument && Base64.Regular(p.Raw())) {
		p.readings.encodings = all // where it is regular, it is text without a tag to the readers that do not decode it
	}
}

// encodings are the transfer encodings that readers may undo.
func (p *Part) encodings() []Encoding {
	if len(p.readings.encodings) > 0 {
		return p.readings.encodings
	}
	return only[p.Encoding]
}

// only are the lists of one encoding.
var only = [...][]Encoding{Identity: {Identity}, QuotedPrintable: {QuotedPrintable}, Base64: {Base64}}

// label is the charset that decides whether the part can be patched.
func (p *Part) label() string {
	if p.readings.charset != "" {
		return p.readings.charset
	}
	return strings.ToLower(strings.Trim(p.Charset, "\"' \t"))
}

func (p *Part) description() description {
	return description{p.MediaType, p.readings.types, p.Filename, p.Doubtful || p.Stray, p.Disposition == "attachment"}
}

// kinds is what the part may hold for at least one reader.
func (p *Part) kinds() holds {
	var kinds holds
	said := p.description()
	for _, e := range p.encodings() {
		kinds |= said.kinds(p.headAs(e))
	}
	return kinds
}

// isDocument reports whether the part is anything but plain text, for at least one reader.
func (p *Part) isDocument() bool { return p.kinds()&^holdsText != 0 }

// HasDocuments reports whether Documents may find any.
func (p *Part) HasDocuments() bool { return p.Opaque || p.size() <= MaxDocument && p.kinds() != 0 }

// size is the size of the body in octets.
func (p *Part) size() int { return p.bodyEnd - p.bodyStart }

// start is the beginning of the body, enough to look at.
func (p *Part) start() []byte {
	return p.source.bytes(p.bodyStart, min(p.bodyEnd, p.bodyStart+headSize))
}

// Raw is the body of the part as it stands in the message. It must not change.
func (p *Part) Raw() []byte { return p.source.bytes(p.bodyStart, p.bodyEnd) }

// Body is the decoded bytes of a document that Documents has found in the body as it stands in the message. They must
// not change.
func (p *Part) Body(d Document) []byte {
	if d.text != nil {
		return d.text
	}
	return d.Decode(p.Raw())
}

// IsText reports whether the part is shown as text in one way or another.
func (p *Part) IsText() bool {
	return !p.Opaque && (strings.HasPrefix(p.MediaType, "text/") || p.MediaType == "" || p.IsHTML())
}

// IsHTML reports whether a mail program may read the part as markup: because its media type or file name says so, or
// because its first bytes look like HTML and the media type is one that programs do not trust.
func (p *Part) IsHTML() bool {
	said := p.description()
	return !p.Opaque && said.kinds(p.head())&holdsHTML != 0
}

// head is the decoded start of the body, enough to look at.
func (p *Part) head() []byte { return p.headAs(p.Encoding) }

// headAs is the start of the body for readers who undo that encoding.
func (p *Part) headAs(e Encoding) []byte {
	if e == p.Encoding && p.decoded != nil {
		return p.decoded[:min(len(p.decoded), headSize)]
	}
	return e.Decode(p.start())
}

// Decode returns the body with its transfer encoding undone, in the charset that it is in. A part in memory keeps the
// result, which must not change; only one goroutine at a time may use a message.
func (p *Part) Decode() []byte {
	if p.decoded != nil {
		return p.decoded
	}
	decoded := p.Encoding.Decode(p.Raw())
	if p.source.file == nil {
		p.decoded = decoded
	}
	return decoded
}

// Text returns the body as valid UTF-8.
func (p *Part) Text() string { return decodeCharset(p.Decode(), charsetOf(p.Charset, p.head())) }

// asciiCompatible reports whether each byte below 0x80 of a body in that charset stands for the ASCII character of that
// number. Where it does not (UTF-16, UTF-7, ISO-2022 …) byte offsets mean nothing, and markup is found only after
// decoding the charset.
func asciiCompatible(label string, body []byte) bool {
	head := body[:min(len(body), headSize)]
	name := charsetOf(label, head)
	// More NUL than that is UTF-16 under another name.
	return (isLikeASCII(name) || neverShifts(name, body)) && bytes.Count(head, []byte{0}) < len(head)/8+2
}

// neverShifts reports whether a body in that charset is ASCII, for what would begin anything else is not in it.
func neverShifts(name string, body []byte) bool {
	switch {
	case isUTF7(name):
		return bytes.IndexByte(body, '+') < 0
	case strings.HasPrefix(name, "hz"):
		return bytes.IndexByte(body, '~') < 0
	case strings.HasPrefix(name, "iso-2022"):
		return !bytes.ContainsAny(body, "\x0e\x0f\x1b")
	}
	return false
}

// isUTF7 reports whether a charset is UTF-7 (RFC 2152).
func isUTF7(name string) bool {
	return strings.HasPrefix(name, "utf-7") || strings.HasPrefix(name, "utf7") || strings.HasPrefix(name, "unicode-1-1-utf-7")
}

// isLikeASCII reports whether bytes below 0x80 are ASCII in a charset of that name.
func isLikeASCII(c string) bool {
	switch c {
	case "", "utf-8", "us-ascii", "iso-8859-1", "windows-1252": // most
		return true
	}
	for _, prefix := range []string{
		"utf-16", "utf16", "utf-32", "utf32", "utf-7", "utf7", "unicode", "csunicode", "ucs-", "iso-10646-ucs", "x-utf", "x-mac-dingbats",
		"iso-2022", "iso2022", "csiso2022", "x-iso-2022", "hz", "x-hz", "scsu", "bocu", "utf-ebcdic",
	} {
		if strings.HasPrefix(c, prefix) {
			return false
		}
	}
	// The form that IMAP has for mailbox names, and Microsoft's number of UTF-7.
	return !strings.HasSuffix(c, "modified-utf7") && !strings.HasSuffix(c, "utf-7-imap") && !strings.HasSuffix(c, "65000") && !isEBCDIC(c)
}

// isEBCDIC reports whether a charset is one of IBM's code pages that are not like ASCII.
func isEBCDIC(c string) bool {
	if strings.Contains(c, "ebcdic") {
		return true
	}
	number := strings.TrimLeft(c, "abcdefghijklmnopqrstuvwxyz-_")
	switch strings.TrimRight(c[:len(c)-len(number)], "-_") {
	case "cp", "ibm", "csibm", "x-ibm", "ccsid":
	default:
		return false
	}
	switch number = strings.TrimLeft(number, "0"); {
	case slices.Contains([]string{"37", "273", "277", "278", "280", "284", "285", "290", "297", "420", "424", "500", "833", "838", "870", "871", "875", "880", "905", "918", "924", "930", "933", "935", "937", "939"}, number):
		return true
	case len(number) == 4 && (strings.HasPrefix(number, "10") || strings.HasPrefix(number, "11")): // 1025, 1026, 1047, 1140 …
		return true
	}
	return false
}

// isISO2022 reports whether a charset is ISO-2022-JP.
func isISO2022(charset string) bool { return strings.HasPrefix(charset, "iso-2022-jp") }

// charsetOf is the name of the charset of a body in lower case; a byte order mark says it better than the parameter.
func charsetOf(label string, head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return "utf-32"
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16"
	case bytes.HasPrefix(head, []byte("+/v")):
		return "utf-7" // its byte order mark, that old browsers obey
	}
	return strings.ToLower(strings.Trim(label, "\"' \t"))
}

// decodeCharset converts b to valid UTF-8. QUIRK: an unknown or wrong charset is read as UTF-8 where that is
// valid, else as Windows-1252, as browsers do.
func decodeCharset(b []byte, name string) string {
	if text, ok := utf16Of(name, b); ok {
		return string(text.Decode(b))
	}
	if name != "utf-32" && utf8.Valid(b) && !strings.HasPrefix(name, "iso-2022") && !strings.HasPrefix(name, "utf-") && !strings.HasPrefix(name, "hz") {
		return string(b)
	}
	var e encoding.Encoding
	switch name {
	case "utf-8", "utf8", "us-ascii", "ascii":
		if utf8.Valid(b) {
			return string(b)
		}
	case "utf-32":
		e = utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	default:
		if r, err := charset.Reader(name, bytes.NewReader(b)); err == nil {
			var buf bytes.Buffer
			if _, err := buf.ReadFrom(r); err == nil {
				return strings.ToValidUTF8(buf.String(), "�")
			}
		}
	}
	if e == nil {
		if r, err := charset.Reader("windows-1252", bytes.NewReader(b)); err == nil {
			var buf bytes.Buffer
			if _, err := buf.ReadFrom(r); err == nil {
				return strings.ToValidUTF8(buf.String(), "�")
			}
		}
		return strings.ToValidUTF8(string(b), "�")
	}
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "�")
	}
	return string(out)
}

// isContradictory reports whether some readers take the part for a multipart, and others for something that is shown.
func (p *Part) isContradictory() bool {
	multipart := func(t string) bool { return strings.HasPrefix(t, "multipart/") }
	shown := func(t string) bool { return !multipart(t) && t != "text/plain" }
	return (multipart(p.MediaType) || slices.ContainsFunc(p.readings.types, multipart)) &&
		(shown(p.MediaType) || slices.ContainsFunc(p.readings.types, shown))
}

// Pieces calls yield with the body, as it stands in the message, piece by piece: the offset in the body, and the bytes.
// A piece ends behind a line break where there is one, so no soft line break and no group of characters is torn that
// stands in a line.
func (p *Part) Pieces(yield func(start int, raw []byte)) {
	for pos := p.bodyStart; pos < p.bodyEnd; {
		b := p.source.bytes(pos, min(p.bodyEnd, pos+windowSize))
		if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
			b = b[:i+1]
		}
		if len(b) == 0 {
			return // the file has become shorter
		}
		yield(pos-p.bodyStart, b)
		pos += len(b)
	}
}
