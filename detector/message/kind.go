package message

import (
	"bytes"
	"strings"
)

// holds is a set of what a body may be, or of what documents are to be looked for in it.
type holds uint16

const (
	holdsHTML holds = 1 << iota
	holdsStyleSheet
	holdsEnriched
	holdsContentLines // a calendar or cards
	holdsRTF
	holdsMessage
	holdsTNEF
	holdsCMS
	holdsText         // text with files in it
	holdsNothingKnown // a piece of something

	lastHolds = holdsNothingKnown

	// What is text in a charset, and no format of octets.
	holdsCharacters = holdsHTML | holdsStyleSheet | holdsEnriched | holdsContentLines | holdsRTF | holdsText
)

// headSize is how much of the start of a body, in octets, is looked at to tell what it is.
const headSize = 2048

// kindsByType is what a media type says.
var kindsByType = map[string]holds{
	"text/html": holdsHTML, "text/htm": holdsHTML, "text/x-html": holdsHTML, "application/html": holdsHTML,
	"application/xhtml+xml": holdsHTML, "text/x-amp-html": holdsHTML, "image/svg+xml": holdsHTML, "image/svg": holdsHTML,
	"text/css":      holdsStyleSheet,
	"text/enriched": holdsEnriched, "text/richtext": holdsEnriched, "application/richtext": holdsEnriched, "text/x-aol": holdsHTML,
	"text/calendar": holdsContentLines, "application/ics": holdsContentLines, "text/x-vcalendar": holdsContentLines,
	"text/vcard": holdsContentLines, "text/x-vcard": holdsContentLines, "text/directory": holdsContentLines,
	"text/rtf": holdsRTF, "application/rtf": holdsRTF, "application/x-rtf": holdsRTF, "text/richtext-rtf": holdsRTF,
	"message/rfc822": holdsMessage, "message/global": holdsMessage, "message/news": holdsMessage, "message/x-rfc822": holdsMessage,
	"application/ms-tnef": holdsTNEF, "application/vnd.ms-tnef": holdsTNEF,
	"application/pkcs7-mime": holdsCMS, "application/x-pkcs7-mime": holdsCMS,
	// RFC 2046 section 5.2.2: a piece of a message, which a program may put together with others.
	"message/partial": holdsNothingKnown,
}

// kindsByExtension is what the extension of a file name says, which many programs trust more than the media type.
var kindsByExtension = map[string]holds{
	"html": holdsHTML, "htm": holdsHTML, "xhtml": holdsHTML, "xht": holdsHTML, "shtml": holdsHTML, "svg": holdsHTML, "css": holdsStyleSheet,
	"ics": holdsContentLines, "vcs": holdsContentLines, "vcf": holdsContentLines, "rtf": holdsRTF,
	"eml": holdsMessage, "mht": holdsMessage, "mhtml": holdsMessage, "p7m": holdsCMS,
}

// MayBeDocument reports whether a program may show a part, or load something because of it, going by its media type and
// file name alone.
func MayBeDocument(mediaType, name string) bool {
	mediaType = strings.ToLower(mediaType)
	_, byType := kindsByType[mediaType]
	_, byName := kindsByExtension[fileType(name)]
	return byType || byName || strings.EqualFold(name, "winmail.dat") || strings.HasPrefix(mediaType, "text/")
}

// description is what is said of a body. Readers may take it for any of several media types.
type description struct {
	mediaType  string
	otherTypes []string
	name       string // of the file
	doubtful   bool   // read as markup, whatever it is
}

// kinds is what a body may hold whose decoded bytes begin with head: by what is said of it, and by what it looks like where
// programs look at that.
func (d *description) kinds(head []byte) holds {
	kinds := kindsByExtension[fileType(d.name)] | d.kindsAs(d.mediaType, head)
	for _, t := range d.otherTypes {
		kinds |= d.kindsAs(t, head)
	}
	return kinds
}

// kindsAs is what the body may hold for readers who take it for that media type.
func (d *description) kindsAs(mediaType string, head []byte) holds {
	kinds := kindsByType[mediaType]
	if isSniffed(mediaType) {
		switch {
		case bytes.HasPrefix(head, []byte(`{\rt`)):
			kinds |= holdsRTF
		case isTNEF(head):
			kinds |= holdsTNEF
		}
		if d.doubtful || startsLikeHTML(head) {
			kinds |= holdsHTML
		}
	} else if isXML(mediaType) && holdsMarkup(head) {
		kinds |= holdsHTML
	}
	if strings.HasPrefix(mediaType, "text/") && kinds&holdsContentLines == 0 {
		kinds |= holdsText
	}
	return kinds
}

// isSniffed reports whether programs go by the content rather than by the media type. Pictures, sound and video they
// take for what they are called.
func isSniffed(mediaType string) bool {
	switch kind, _, _ := strings.Cut(mediaType, "/"); kind {
	case "image", "audio", "video", "font", "model":
		return false
	}
	return !isXML(mediaType) && mediaType != "text/css"
}

func isXML(mediaType string) bool {
	return mediaType == "text/xml" || mediaType == "application/xml" || strings.HasSuffix(mediaType, "+xml")
}

// holdsMarkup reports whether XML is of a kind that a browser shows as a page, or has a style sheet that makes it one.
func holdsMarkup(head []byte) bool {
	head = bytes.ToLower(head)
	for _, sign := range []string{"<svg", "<html", "1999/xhtml", "<?xml-stylesheet"} {
		if bytes.Contains(head, []byte(sign)) {
			return true
		}
	}
	return false
}

// startsLikeHTML tells markup by its first tag, as browsers sniff it (WHATWG MIME Sniffing section 7.1), restricted to
// tags that no plain text starts with.
func startsLikeHTML(b []byte) bool {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n\f\x00")
	if len(b) == 0 || b[0] != '<' {
		return false
	}
	head := strings.ToLower(string(b[:min(len(b), 16)]))
	for _, tag := range htmlStarts {
		if strings.HasPrefix(head, tag) {
			return true
		}
	}
	return false
}

var htmlStarts = []string{
	"<!doctype html", "<html", "<head", "<body", "<table", "<div", "<style", "<meta", "<title", "<center", "<font", "<img", "<p>", "<p ",
	"<br>", "<br/", "<!--", "<iframe", "<script", "<link", "<base", "<a ", "<b>", "<h1", "<svg", "<span", "<form", "<object", "<embed",
}
