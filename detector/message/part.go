package message

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
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

	body    []byte
	decoded []byte // what Decode returned; nil before
	params  map[string]string
}

func (p *Part) readHeader(defaultType string) {
	p.MediaType = defaultType
	if v := p.Header.Value("Content-Type"); v != "" {
		p.MediaType, p.params = parseMediaType(v)
		p.Charset = p.params["charset"]
	}
	p.Encoding = parseEncoding(p.Header.Value("Content-Transfer-Encoding"))
	disposition, params := parseMediaType(p.Header.Value("Content-Disposition"))
	p.Disposition, p.Filename = disposition, params["filename"]
	if p.Filename == "" {
		p.Filename = p.params["name"]
	}
}

// IsText reports whether the part is shown as text in one way or another.
func (p *Part) IsText() bool {
	return !p.Opaque && (strings.HasPrefix(p.MediaType, "text/") || p.MediaType == "" || p.IsHTML())
}

// IsHTML reports whether a mail program may read the part as markup: because its media type says so, or because its
// first bytes look like HTML and the media type is one that programs do not trust.
func (p *Part) IsHTML() bool {
	if p.Opaque {
		return false
	}
	switch p.MediaType {
	case "text/html", "text/htm", "text/x-html", "application/html", "application/xhtml+xml", "text/x-amp-html", "image/svg+xml":
		return true
	case "text/xml", "application/xml":
		head := strings.ToLower(string(p.head()))
		return strings.Contains(head, "<svg") || strings.Contains(head, "<html") || strings.Contains(head, "1999/xhtml")
	case "text/css":
		return false
	case "application/octet-stream", "text", "html", "":
		return p.Doubtful || startsLikeHTML(p.head())
	}
	return strings.HasPrefix(p.MediaType, "text/") && (p.Doubtful || startsLikeHTML(p.head()))
}

// IsStyleSheet reports whether the part is CSS, which markup can refer to by its Content-ID.
func (p *Part) IsStyleSheet() bool { return p.MediaType == "text/css" && !p.Opaque }

// head is the decoded start of the body, enough to look at.
func (p *Part) head() []byte {
	return p.Encoding.Decode(p.body[:min(len(p.body), 2048)])
}

// startsLikeHTML tells markup by its first tag, as browsers sniff it (WHATWG MIME Sniffing section 7.1), restricted to
// tags that no plain text starts with.
func startsLikeHTML(b []byte) bool {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n\f")
	if len(b) == 0 || b[0] != '<' {
		return false
	}
	head := strings.ToLower(string(b[:min(len(b), 16)]))
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<table", "<div", "<style", "<meta", "<title", "<center", "<font", "<img", "<p>", "<br>", "<!--"} {
		if strings.HasPrefix(head, tag) {
			return true
		}
	}
	return false
}

// Decode returns the body with its transfer encoding undone, in the charset that it is in. The part keeps the result,
// which must not change; only one goroutine at a time may use a message.
func (p *Part) Decode() []byte {
	if p.decoded == nil {
		p.decoded = p.Encoding.Decode(p.body)
	}
	return p.decoded
}

// Text returns the body as valid UTF-8.
func (p *Part) Text() string { return decodeCharset(p.Decode(), p.charset()) }

// ASCIICompatible reports whether each byte below 0x80 of the decoded body stands for the ASCII character of that
// number. Where it does not (UTF-16, UTF-7, ISO-2022 …) byte offsets mean nothing, and markup is found only after
// decoding the charset.
func (p *Part) ASCIICompatible() bool {
	switch c := p.charset(); {
	case strings.HasPrefix(c, "utf-16"), strings.HasPrefix(c, "utf-32"), strings.HasPrefix(c, "utf-7"), c == "utf7",
		c == "unicode-1-1-utf-7", strings.HasPrefix(c, "utf16"), strings.HasPrefix(c, "utf32"), strings.HasPrefix(c, "ucs-"),
		strings.HasPrefix(c, "iso-10646-ucs"), strings.HasPrefix(c, "iso-2022-"), strings.HasPrefix(c, "csiso2022"),
		strings.HasPrefix(c, "hz"), strings.HasPrefix(c, "ibm037"), strings.HasPrefix(c, "cp037"), strings.HasPrefix(c, "ibm500"),
		strings.HasPrefix(c, "cp500"), strings.HasPrefix(c, "unicode"), c == "csunicode", strings.HasPrefix(c, "ibm1047"), strings.HasPrefix(c, "ibm01"), strings.Contains(c, "ebcdic"):
		return false
	}
	return bytes.Count(p.head(), []byte{0}) < len(p.head())/8+2 // more NUL than that is UTF-16 under another name
}

// IsISO2022 reports whether the charset is ISO-2022-JP, whose text can be decoded with certainty.
func (p *Part) IsISO2022() bool { return strings.HasPrefix(p.charset(), "iso-2022-jp") }

// charset is the name of the charset in lower case; a byte order mark says it better than the parameter.
func (p *Part) charset() string {
	head := p.head()
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return "utf-32"
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16"
	}
	return strings.ToLower(strings.Trim(p.Charset, "\"' \t"))
}

// decodeCharset converts b to valid UTF-8. QUIRK: an unknown or wrong charset is read as UTF-8 where that is
// valid, else as Windows-1252, as browsers do.
func decodeCharset(b []byte, name string) string {
	if name != "utf-16" && name != "utf-32" && utf8.Valid(b) && !strings.HasPrefix(name, "iso-2022") && !strings.HasPrefix(name, "utf-") && !strings.HasPrefix(name, "hz") {
		return string(b)
	}
	var e encoding.Encoding
	switch name {
	case "utf-8", "utf8", "us-ascii", "ascii":
		if utf8.Valid(b) {
			return string(b)
		}
	case "utf-16":
		e = unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
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
