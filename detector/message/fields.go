package message

import (
	"bytes"
	"slices"
	"strings"

	"pixelwacht/detector/markup"
)

// ReceiptFields are the names of the header fields that ask for a receipt when the message is read: RFC 8098 section
// 2.1; Return-Receipt-To, its forerunner, that Thunderbird and Claws Mail still obey; X-Confirm-Reading-To of Pegasus Mail,
// that SquirrelMail and Roundcube obey; and those that draft-palme-mailext-headers lists beside them.
var ReceiptFields = []string{
	"Disposition-Notification-To", "Return-Receipt-To", "X-Confirm-Reading-To", "Read-Receipt-To", "Return-Receipt-Requested",
	"Registered-Mail-Reply-Requested-By",
}

// LoadingFields are the names of the header fields whose URL a program loads, or resolves others against, beside those
// that describe a part: Content-Base and Content-Location (RFC 2110 and 2557), Link (RFC 8288), BIMI-Location
// (draft-brand-indicators-for-message-identification), and the pictures of the author that MH-E and older versions of
// Apple Mail fetch.
var LoadingFields = []string{"Content-Base", "Content-Location", "Link", "BIMI-Location", "X-Image-URL", "X-Face-URL", "X-Avatar-URL"}

// AsksForReceipt reports whether the field is one of ReceiptFields.
func (f Field) AsksForReceipt() bool { return isOneOf(f.Name, ReceiptFields) }

func isOneOf(name string, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
}

// hasReferences reports whether there is anything for scanFields to look at.
func (h Header) hasReferences() bool {
	return slices.ContainsFunc(h.Fields, func(f Field) bool {
		return f.AsksForReceipt() || isOneOf(f.Name, LoadingFields) || isOneOf(f.Name, describingFields)
	})
}

// describingFields describe a part by parameters.
var describingFields = []string{"Content-Type", "Content-Disposition"}

// scanFields finds the header fields of a header section that make a program load or report something, and the URLs in
// parameters.
func scanFields(text []byte, emit func(markup.Reference)) {
	h, _ := parseHeader(text)
	for _, f := range h.Fields {
		value := f.value(text)
		r := markup.Reference{
			NameStart: f.Start, NameEnd: f.Start + len(f.Name), Start: f.Body, End: f.End, URL: value, Role: markup.Maybe,
			Syntax: markup.HeaderField, Element: "header", Attribute: f.Name, Box: markup.Box{Width: -1, Height: -1},
		}
		switch {
		case f.AsksForReceipt():
			r.Role = markup.Receipt
			emit(r)
		case isOneOf(f.Name, LoadingFields):
			if url := firstURL(value); url != "" {
				r.URL = url
				if f.Name == "x-image-url" || f.Name == "x-face-url" {
					r.Role = markup.Loads
				}
				emit(r)
			}
		case f.Name == "content-type" && strings.Contains(strings.ToLower(value), "external-body"):
			// RFC 2046 section 5.2.3 and RFC 2017: the body is somewhere else. Without its type the part is text.
			_, params := parseMediaType(value)
			if r.URL = params["url"]; r.URL != "" {
				r.Role = markup.Loads
			} else {
				r.URL = strings.TrimSpace(params["access-type"] + " " + params["site"] + " " + params["server"])
			}
			emit(r)
		case isOneOf(f.Name, describingFields):
			scanParameters(text[f.Body:f.End], f.Body, f.Name, emit)
		}
	}
}

// firstURL is the URL that a field body is, or holds between angle brackets, quotes or as a tag.
func firstURL(value string) string {
	for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(" \t\r\n<>\"';,", r) }) {
		if _, after, ok := strings.Cut(word, "="); ok && isRemote(after) {
			word = after
		}
		if isRemote(word) {
			return word
		}
	}
	return ""
}

// scanParameters finds the URLs that are parameters of a structured field body, which stands at offset in the text. The
// boundary, which may look like anything, is none.
func scanParameters(body []byte, offset int, field string, emit func(markup.Reference)) {
	for pos := 0; pos < len(body); {
		eq := bytes.IndexByte(body[pos:], '=')
		if eq < 0 {
			return
		}
		name := body[pos : pos+eq]
		start := pos + eq + 1
		for start < len(body) && (body[start] == '"' || body[start] == ' ' || body[start] == '\'') {
			start++
		}
		end := start
		for end < len(body) && bytes.IndexByte([]byte("\"; \t\r\n"), body[end]) < 0 {
			end++
		}
		if url := string(body[start:end]); isRemote(url) && strings.Contains(url, "//") && !bytes.Contains(bytes.ToLower(name), []byte("boundary")) {
			emit(markup.Reference{
				Start: offset + start, End: offset + end, URL: url, Role: markup.Maybe, Element: "header", Attribute: field,
				Box: markup.Box{Width: -1, Height: -1},
			})
		}
		pos = end
	}
}
