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
// (draft-brand-indicators-for-message-identification), the pictures of the author that MH-E and older versions of
// Apple Mail fetch, and those of HTTP that a browser obeys, for programs that hand a part with its header to one.
var LoadingFields = []string{
	"Content-Base", "Content-Location", "Link", "BIMI-Location", "X-Image-URL", "X-Face-URL", "X-Avatar-URL",
	"Refresh", "Content-Security-Policy", "Content-Security-Policy-Report-Only", "Report-To", "Reporting-Endpoints", "Speculation-Rules",
}

// AsksForReceipt reports whether the field is one of ReceiptFields.
func (f Field) AsksForReceipt() bool { return fieldUses[f.Name] == asksForReceipt }

// fieldUse says what a program does with a header field.
type fieldUse uint8

const (
	noUse          fieldUse = iota
	asksForReceipt          // ReceiptFields
	loads                   // LoadingFields
	loadsPicture            // … those whose URL is that of a picture beside the message
	describes               // describes a part by parameters
	names                   // names a part, which no URL does
)

// fieldUses are the header fields that say more than words, by their name in lower case.
var fieldUses = func() map[string]fieldUse {
	uses := map[string]fieldUse{"content-type": describes, "content-disposition": describes, "content-id": names}
	for _, name := range ReceiptFields {
		uses[strings.ToLower(name)] = asksForReceipt
	}
	for _, name := range LoadingFields {
		uses[strings.ToLower(name)] = loads
	}
	for _, name := range []string{"bimi-location", "x-image-url", "x-face-url"} {
		uses[name] = loadsPicture
	}
	return uses
}()

// hasReferences reports whether there is anything for Scan to look at.
func (h Header) hasReferences() bool {
	return slices.ContainsFunc(h.Fields, func(f Field) bool { return fieldUses[f.Name] != noUse })
}

// Scan calls emit for each header field that makes a program load or report something, and for the URLs in parameters.
func (h Header) Scan(emit func(markup.Reference)) {
	for i := range h.Fields {
		if use := fieldUses[h.Fields[i].Name]; use != noUse {
			h.Fields[i].scan(h.raw, use, emit)
		}
	}
}

func (f *Field) scan(text []byte, use fieldUse, emit func(markup.Reference)) {
	r := markup.Reference{
		NameStart: f.Start, NameEnd: f.Start + len(f.Name), Start: f.Body, End: f.End, Role: markup.Maybe,
		Syntax: markup.HeaderField, Element: "header", Attribute: f.Name, Box: markup.Box{Width: -1, Height: -1},
	}
	switch use {
	case asksForReceipt:
		r.URL, r.Role = f.value(text), markup.Receipt
		emit(r)
	case names:
		if r.URL = firstURL(f.value(text)); strings.Contains(r.URL, "//") {
			emit(r)
		}
	case loads, loadsPicture:
		if r.URL = firstURL(DecodeWords(f.value(text))); r.URL == "" { // RFC 2557 section 4.4.1
			return
		}
		if use == loadsPicture {
			r.Role = markup.Loads
		}
		emit(r)
	case describes:
		if f.Name != "content-type" || !bytes.Contains(bytes.ToLower(f.unfolded(text)), []byte("external-body")) {
			scanParameters(text[f.Body:f.End], f.Body, f.Name, emit)
			return
		}
		// RFC 2046 section 5.2.3 and RFC 2017: the body is somewhere else. Without its type the part is text.
		_, params := parseMediaType(f.value(text))
		if r.URL = params["url"]; r.URL != "" {
			r.Role = markup.Loads
		} else {
			r.URL = strings.TrimSpace(params["access-type"] + " " + params["site"] + " " + params["server"])
		}
		emit(r)
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
	if !bytes.Contains(body, []byte("//")) {
		return
	}
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
