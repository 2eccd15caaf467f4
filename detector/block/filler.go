package block

import (
	"strings"

	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
)

// What is written over a reference depends on what surrounds it. A URL becomes "data:,xxx…", which browsers load from
// itself, as nothing, wherever a URL can stand; scheme and authority must both go, since what is left of either is
// requested as a relative URL or asks the desktop for a program. Where the value is too short for that, the name of the
// attribute, property or function is overwritten and the value stays. A region that is not looked into becomes
// semicolons: empty statements in a script, nothing in a document. None of this holds a quote, white space, "<", "&",
// "=" or a backslash, so it ends no value, and starts nothing, in any reading.
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
	case r.End-r.Start >= len(urlFiller) || r.NameStart == r.NameEnd:
		return fill(body, r.Start, r.End, urlFiller, nameFiller)
	case body[r.NameStart] == '@':
		return fill(body, r.NameStart+1, r.NameEnd, "", nameFiller)
	}
	return fill(body, r.NameStart, r.NameEnd, "", nameFiller)
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
	if r.Syntax == markup.OpaqueRegion {
		return false
	}
	url := strings.ToLower(r.URL)
	switch {
	case url == "" || strings.HasPrefix(url, "#") || strings.HasPrefix(url, "cid:") || strings.HasPrefix(url, "mid:"):
		return true
	case strings.HasPrefix(url, "about:"):
		return url == "about:blank"
	case strings.HasPrefix(url, urlFiller):
		return strings.Trim(url[len(urlFiller):], string(nameFiller)) == ""
	case strings.HasPrefix(url, "data:"):
		return isPicture(url)
	}
	return false
}

// isPicture reports whether a data: URL holds a picture of a kind that cannot refer to anything; SVG can.
func isPicture(url string) bool {
	for _, t := range []string{"png", "gif", "jpeg", "jpg", "webp", "bmp", "x-icon", "vnd.microsoft.icon", "avif"} {
		if rest, ok := strings.CutPrefix(url, "data:image/"+t); ok && (strings.HasPrefix(rest, ";") || strings.HasPrefix(rest, ",")) {
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

// closePart returns the body of a part overwritten as a whole: every character but line breaks and the encoding's own
// structure.
func closePart(encoding message.Encoding, raw []byte) []byte {
	out := make([]byte, len(raw))
	copy(out, raw)
	switch encoding {
	case message.Base64:
		// Whatever a reader takes for the start of a group, four of these decode to characters that are no markup.
		const spaces = "ICAg"
		n := 0
		for i, c := range raw {
			switch {
			case isBase64(c):
				out[i] = spaces[n%len(spaces)]
				n++
			case c == '-' || c == '_': // the URL-safe alphabet: junk for most readers, and now for all
				out[i] = '!'
			}
		}
	case message.QuotedPrintable:
		body := encoding.Decode(raw)
		return encoding.Patch(raw, []message.Edit{fill(body, 0, len(body), "", regionFiller)})
	default:
		for i, c := range raw {
			if c != '\r' && c != '\n' {
				out[i] = regionFiller
			}
		}
	}
	return out
}

func isBase64(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}
