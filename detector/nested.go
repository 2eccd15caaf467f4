package detector

import (
	"bytes"
	"encoding/base64"
	"html"
	"strings"

	"pixelwacht/detector/markup"
)

const (
	maxNesting  = 4       // documents inside of each other
	nestingRoom = 1 << 20 // octets of such documents in one message
)

// Nesting reads the documents inside of attributes: of one message, or of one document. Of further ones than its room has
// space for it reads none.
type Nesting struct {
	read int // octets
}

// References calls emit for what the document inside of an attribute loads: that of an iframe (srcdoc), or of a data URL
// (RFC 2397) that stands where a document or a style sheet is shown. body is the document that r is in.
func (n *Nesting) References(r markup.Reference, body []byte, emit func(markup.Reference)) {
	n.references(r, body, 0, emit)
}

func (n *Nesting) references(r markup.Reference, body []byte, depth int, emit func(markup.Reference)) {
	scan, inner := markup.Scan, ""
	switch {
	case r.Attribute == "srcdoc" && r.Syntax == markup.OpaqueRegion:
		inner = html.UnescapeString(string(body[r.Start:r.End]))
	case r.Role == markup.Loads && showsDocument[r.Element]:
		mediaType, text, ok := dataURL(r.URL)
		if !ok {
			return
		}
		if inner = text; mediaType == "text/css" {
			scan = markup.ScanStyle
		}
	}
	if r.Reading == markup.Naive || inner == "" || depth >= maxNesting || len(inner) > nestingRoom-n.read {
		return
	}
	n.read += len(inner)
	text, frame := []byte(inner), r.Box
	scan(text, func(in markup.Reference) {
		if in.Reading == markup.Naive {
			return
		}
		in.Box = framed(in.Box, frame)
		n.references(in, text, depth+1, emit)
		emit(in)
	})
}

// showsDocument are the elements that show a document, or use a style sheet, that a URL holds. A picture loads nothing.
var showsDocument = map[string]bool{"iframe": true, "frame": true, "object": true, "embed": true, "link": true, "style": true, "meta": true}

// dataURL takes a data URL apart. ok is false when it is another URL, or holds nothing that is scanned.
func dataURL(url string) (mediaType, text string, ok bool) {
	const scheme = "data:"
	if len(url) < len(scheme) || !strings.EqualFold(url[:len(scheme)], scheme) {
		return "", "", false
	}
	head, data, _ := strings.Cut(url[len(scheme):], ",")
	head = strings.ToLower(strings.ReplaceAll(head, " ", ""))
	mediaType, _, _ = strings.Cut(head, ";")
	switch mediaType {
	case "text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "text/css":
	default:
		return "", "", false
	}
	data = percentDecode(data)
	if !strings.HasSuffix(head, ";base64") {
		return mediaType, data, true
	}
	plain := bytes.Map(func(r rune) rune {
		if r == '=' || r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' {
			return -1
		}
		return r
	}, []byte(data))
	n, _ := base64.RawStdEncoding.Decode(plain, plain) // what is before an error is shown by some
	return mediaType, string(plain[:n]), true
}

// framed is the box of what a frame shows: hidden when the frame is, or is so small that nobody sees it.
func framed(b, frame markup.Box) markup.Box {
	b.HiddenParent = b.HiddenParent || frame.HiddenParent
	b.Hidden = b.Hidden || frame.Hidden || frame.Width >= 0 && frame.Width <= tinySide && frame.Height >= 0 && frame.Height <= tinySide
	return b
}
