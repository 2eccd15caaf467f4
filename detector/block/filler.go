package block

import (
	"bytes"
	"slices"
	"strings"

	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
)

// What is written over a reference depends on what surrounds it. A URL becomes "data:,xxx…", which browsers load from
// itself, as nothing, wherever a URL can stand; scheme and authority must both go, since what is left of either is
// requested as a relative URL or asks the desktop for a program. Where the value is too short for that, the name of the
// attribute, property or function is overwritten and the value stays; where a program would show the "xxx", both are. A
// region that is not looked into becomes semicolons: empty statements in a script, nothing in a document. None of this
// holds a quote, white space, "<", "&", "=" or a backslash, so it ends no value, and starts nothing, in any reading.
const (
	urlFiller    = "data:,"
	nameFiller   = 'x'
	regionFiller = ';'
)

// neutralise returns the edit of body that makes r harmless. Line breaks in what it overwrites stay.
func neutralise(body []byte, r markup.Reference) message.Edit {
	switch {
	case r.Syntax == markup.OpaqueRegion:
		return fill(body, r.Start, r.End, "", regionFiller)
	case r.Syntax == markup.HeaderField: // its body stays as evidence
		return message.Edit{Start: r.NameStart, Text: blockedFieldName(r.NameEnd - r.NameStart)}
	case showsURL(r) && r.NameStart < r.NameEnd && r.NameEnd <= r.Start:
		edit := message.Edit{Start: r.NameStart, Text: bytes.Clone(body[r.NameStart:r.End])}
		copy(edit.Text, fill(body, r.NameStart, r.NameEnd, "", nameFiller).Text)
		copy(edit.Text[r.Start-r.NameStart:], fill(body, r.Start, r.End, urlFiller, nameFiller).Text)
		return edit
	case r.End-r.Start >= len(urlFiller) || r.NameStart == r.NameEnd:
		return fill(body, r.Start, r.End, urlFiller, nameFiller)
	case body[r.NameStart] == '@':
		return fill(body, r.NameStart+1, r.NameEnd, "", nameFiller)
	}
	return fill(body, r.NameStart, r.NameEnd, "", nameFiller)
}

// showsURL reports whether a program shows what is at the URL of r in the message, or in its place: the "xxx" of a filler,
// too. Without the attribute it shows what the message has for programs that cannot show the URL, or the message.
func showsURL(r markup.Reference) bool {
	switch r.Element {
	case "iframe", "frame", "object", "embed":
		return r.Syntax == markup.Attribute
	}
	return r.Syntax == markup.RefreshURL
}

// fill writes prefix, then filler, over body[start:end], leaving out line breaks.
func fill(body []byte, start, end int, prefix string, filler byte) message.Edit {
	text := make([]byte, end-start)
	for i := range text {
		switch c := body[start+i]; {
		case c == '\r' || c == '\n':
			text[i] = c
		case prefix != "":
			text[i], prefix = prefix[0], prefix[1:]
		default:
			text[i] = filler
		}
	}
	return message.Edit{Start: start, Text: text}
}

// isInert reports whether nothing is requested for r: it is blocked already, or names something inside of the message.
func isInert(r markup.Reference) bool {
	return r.Syntax != markup.OpaqueRegion && (r.URL == "" || isInside(r.URL) && !runs(r))
}

// runs reports whether a part of the message is run as a program, or says what else is loaded: a script, a style sheet, a
// manifest, or a playlist under the name of a picture.
func runs(r markup.Reference) bool {
	if strings.HasPrefix(r.URL, urlFiller) {
		return false
	}
	switch {
	case r.Element == "script", r.Property == "@import", r.Element == "link" && r.Attribute == "href":
		return true
	case r.Attribute == "src" && slices.Contains([]string{"audio", "bgsound", "source", "track", "video"}, r.Element):
		return isPicture(r.URL)
	}
	return false
}

// isFilled reports whether a region that is not looked into is, to another reading, a URL that is blocked already: the
// two would go on overwriting each other.
func isFilled(body []byte, r markup.Reference) bool {
	rest, ok := bytes.CutPrefix(body[r.Start:r.End], []byte(urlFiller))
	return ok && r.Syntax == markup.OpaqueRegion && len(bytes.Trim(rest, string(nameFiller))) == 0
}

// isInside reports whether a URL names something inside of the message, and nothing else by any reading.
func isInside(url string) bool {
	scheme, rest, ok := strings.Cut(url, ":")
	switch {
	case strings.HasPrefix(url, "#"):
		return !hasURL(url) && !strings.Contains(url, "<")
	case !ok:
		return false
	case strings.EqualFold(scheme, "cid") || strings.EqualFold(scheme, "mid"):
		return !hasURL(rest) && !strings.Contains(url, "<")
	case strings.EqualFold(scheme, "about"):
		return strings.EqualFold(rest, "blank")
	}
	return strings.HasPrefix(url, urlFiller) && strings.Trim(url[len(urlFiller):], string(nameFiller)) == "" || isPicture(url)
}

// pictureTypes are the kinds of pictures that cannot refer to anything; SVG can.
var pictureTypes = []string{"png", "gif", "jpeg", "jpg", "pjpeg", "x-png", "webp", "bmp", "x-icon", "vnd.microsoft.icon", "avif"}

// isPicture reports whether a data: URL holds a picture that cannot refer to anything: in base64, without any other
// parameter, and not something else that is only called one, for programs that do not trust the type.
func isPicture(url string) bool {
	head := strings.ToLower(url[:min(len(url), 64)])
	kind, ok := strings.CutPrefix(head, "data:image/")
	if !ok {
		return false
	}
	kind, _, _ = strings.Cut(kind, ";")
	const encoding = ";base64,"
	start := len("data:image/") + len(kind)
	if !slices.Contains(pictureTypes, kind) || !strings.HasPrefix(head[start:], encoding) {
		return false
	}
	data := url[start+len(encoding):]
	for i := range len(data) {
		if c := data[i]; !isBase64(c) && c != '=' && c != '%' && !isSpace(c) {
			return false
		}
	}
	return isPictureStart(strings.TrimLeft(data, " \t\r\n"))
}

// isPictureStart reports whether base64 text starts with what pictures start with.
func isPictureStart(data string) bool {
	for _, magic := range []string{"iVBORw0KGgo", "R0lGODdh", "R0lGODlh", "/9j/", "UklGR", "Qk", "AAABAA", "AAAA"} {
		if strings.HasPrefix(data, magic) {
			return true
		}
	}
	return false
}

// isDocument reports whether a link is no link but a document or script of its own.
func isDocument(url string) bool {
	url = strings.ToLower(strings.TrimLeft(url, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f "))
	for _, scheme := range []string{"javascript:", "vbscript:", "data:", "blob:", "file:"} {
		if strings.HasPrefix(url, scheme) {
			return true
		}
	}
	return false
}

// closeBody returns an encoded body overwritten as a whole: every character but line breaks and the structure of the
// encodings, any of which a reader may undo. Nothing in the result is markup to any of them, and each decodes it to as
// many octets as before.
func closeBody(encodings []message.Encoding, raw []byte) []byte {
	switch {
	case slices.Contains(encodings, message.Base64):
		return closeBase64(raw)
	case slices.Contains(encodings, message.QuotedPrintable):
		body := message.QuotedPrintable.Decode(raw)
		return message.QuotedPrintable.Patch(raw, []message.Edit{fill(body, 0, len(body), "", regionFiller)})
	}
	return fill(raw, 0, len(raw), "", regionFiller).Text
}

// closeBase64 overwrites the alphabet of base64. Whatever a reader takes for the start of a group, four of these decode
// to characters that are no markup: no sextet has two bits set, so no octet is a "<". What follows a "=" becomes an
// escape of quoted-printable, or none, as it was.
func closeBase64(raw []byte) []byte {
	const spaces = "ICAg"
	out := bytes.Clone(raw)
	n := 0
	for i, c := range raw {
		switch {
		case isBase64(c):
			out[i] = spaces[n%len(spaces)]
			n++
		case bytes.IndexByte([]byte("=\r\n\t "), c) < 0: // junk for most readers, and now for all
			out[i] = '!'
		}
	}
	for i := 0; i+2 < len(raw); i++ {
		if raw[i] != '=' || !isBase64(raw[i+1]) || !isBase64(raw[i+2]) {
			continue
		}
		if isHex(raw[i+1]) && isHex(raw[i+2]) {
			out[i+1], out[i+2] = 'C', 'A'
		} else {
			out[i+1], out[i+2] = 'g', 'g'
		}
	}
	return out
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' || 'a' <= c && c <= 'f'
}

func isBase64(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}
