package message

import (
	"bytes"
	"slices"
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
	holdsData // URLs that programs load, in a format of which nothing else is known
	holdsText // text with files in it
	holdsMarkdown
	holdsNothingKnown // a piece of something

	lastHolds = holdsNothingKnown

	// What is text in a charset, and no format of octets.
	holdsCharacters = holdsHTML | holdsStyleSheet | holdsEnriched | holdsContentLines | holdsRTF | holdsData | holdsText | holdsMarkdown
)

// headSize is how much of the start of a body, in octets, is looked at to tell what it is.
const headSize = 2048

// kindsByType is what a media type says.
var kindsByType = map[string]holds{
	"text/html": holdsHTML, "text/htm": holdsHTML, "text/x-html": holdsHTML, "application/html": holdsHTML,
	"application/xhtml+xml": holdsHTML, "text/x-amp-html": holdsHTML, "image/svg+xml": holdsHTML, "image/svg": holdsHTML,
	"image/svg+xml-compressed": holdsHTML, "text/vnd.wap.wml": holdsHTML, "text/xsl": holdsHTML, "application/xslt+xml": holdsHTML,
	"application/mathml+xml": holdsHTML, "text/mathml": holdsHTML,
	"text/css": holdsStyleSheet, "text/vtt": holdsStyleSheet, // the cues of a video may have a style sheet
	"text/enriched": holdsEnriched, "text/richtext": holdsEnriched, "application/richtext": holdsEnriched, "text/x-aol": holdsHTML,
	"text/markdown": holdsMarkdown, "text/x-markdown": holdsMarkdown, "text/x-web-markdown": holdsMarkdown, // Evolution, MailMate
	"text/calendar": holdsContentLines, "application/ics": holdsContentLines, "text/x-vcalendar": holdsContentLines,
	"text/vcard": holdsContentLines, "text/x-vcard": holdsContentLines, "text/directory": holdsContentLines,
	"text/rtf": holdsRTF, "application/rtf": holdsRTF, "application/x-rtf": holdsRTF, "text/richtext-rtf": holdsRTF,
	"message/rfc822": holdsMessage, "message/global": holdsMessage, "message/news": holdsMessage, "message/x-rfc822": holdsMessage,
	"application/ms-tnef": holdsTNEF, "application/vnd.ms-tnef": holdsTNEF,
	"application/pkcs7-mime": holdsCMS, "application/x-pkcs7-mime": holdsCMS,
	// RFC 2046 section 5.2.2: a piece of a message, which a program may put together with others.
	"message/partial": holdsNothingKnown,
	// Playlists, of which a player loads each entry (HLS, RFC 8216; DASH; SMIL; XSPF; PLS; ASX), what is behind an icon (a
	// manifest), and cards and calendars as JSON (RFC 7095, RFC 7265).
	"application/vnd.apple.mpegurl": holdsData, "application/x-mpegurl": holdsData, "audio/mpegurl": holdsData, "audio/x-mpegurl": holdsData,
	"application/dash+xml": holdsData, "application/smil": holdsData, "application/smil+xml": holdsData, "application/xspf+xml": holdsData,
	"audio/x-scpls": holdsData, "video/x-ms-asf": holdsData, "application/manifest+json": holdsData, "application/ld+json": holdsData,
	"application/vcard+json": holdsData, "application/calendar+json": holdsData, "application/calendar+xml": holdsData, "application/vcard+xml": holdsData,
}

// scripts are the media types of scripts, WHATWG MIME Sniffing section 4.6, as far as they are in use. A document that
// comes with the message can run them; one that is declared an attachment is for somebody who keeps it.
var scripts = []string{
	"text/javascript", "application/javascript", "application/x-javascript", "text/ecmascript", "application/ecmascript", "text/jscript", "text/vbscript",
}

// kindsByExtension is what the extension of a file name says, which many programs trust more than the media type.
var kindsByExtension = map[string]holds{
	"html": holdsHTML, "htm": holdsHTML, "xhtml": holdsHTML, "xht": holdsHTML, "shtml": holdsHTML, "svg": holdsHTML, "css": holdsStyleSheet,
	"md": holdsMarkdown, "markdown": holdsMarkdown,
	"ics": holdsContentLines, "vcs": holdsContentLines, "vcf": holdsContentLines, "rtf": holdsRTF,
	"eml": holdsMessage, "mht": holdsMessage, "mhtml": holdsMessage, "p7m": holdsCMS,
}

// kindsByName is what a file name says. Some programs end it at a NUL, and Windows at the colon of a stream ("a.html::$DATA").
func kindsByName(name string) holds {
	kinds := kindsByExtension[fileType(name)]
	if i := strings.IndexAny(name, "\x00:"); i > 0 {
		kinds |= kindsByExtension[fileType(name[:i])]
	}
	return kinds
}

// MayBeDocument reports whether a program may show a part, or load something because of it, going by its media type and
// file name alone.
func MayBeDocument(mediaType, name string) bool {
	mediaType = strings.ToLower(mediaType)
	_, byType := kindsByType[mediaType]
	return byType || kindsByName(name) != 0 || strings.EqualFold(name, "winmail.dat") || strings.HasPrefix(mediaType, "text/")
}

// description is what is said of a body. Readers may take it for any of several media types.
type description struct {
	mediaType  string
	otherTypes []string
	name       string // of the file
	doubtful   bool   // read as markup, whatever it is
	attachment bool
}

// kinds is what a body may hold whose decoded bytes begin with head: by what is said of it, and by what it looks like where
// programs look at that.
func (d *description) kinds(head []byte) holds {
	kinds := kindsByName(d.name) | d.kindsAs(d.mediaType, head)
	if t := fileType(d.name); t == "xml" || t == "xsl" {
		kinds |= d.kindsAs("application/xml", head)
	}
	for _, t := range d.otherTypes {
		kinds |= d.kindsAs(t, head)
	}
	return kinds
}

// kindsAs is what the body may hold for readers who take it for that media type.
func (d *description) kindsAs(mediaType string, head []byte) holds {
	kinds := kindsByType[mediaType]
	if !d.attachment && slices.Contains(scripts, mediaType) {
		kinds |= holdsNothingKnown
	}
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
	} else if isMedia(mediaType) && isText(head) {
		kinds |= holdsData
	} else if isXML(mediaType) && holdsMarkup(head) {
		kinds |= holdsHTML
		if transforms(head) {
			kinds |= holdsNothingKnown
		}
	}
	if strings.HasPrefix(mediaType, "text/") && kinds&holdsContentLines == 0 {
		kinds |= holdsText
	}
	return kinds
}

// isSniffed reports whether programs go by the content rather than by the media type. Pictures, sound and video they
// take for what they are called.
func isSniffed(mediaType string) bool {
	return !isMedia(mediaType) && !isXML(mediaType) && mediaType != "text/css"
}

// isMedia reports whether the media type is that of a picture, sound or video, and not of a document.
func isMedia(mediaType string) bool {
	switch kind, _, _ := strings.Cut(mediaType, "/"); kind {
	case "image", "audio", "video", "font", "model":
		return !isXML(mediaType)
	}
	return false
}

// isText reports whether octets are text. As a picture, sound or video it is a playlist, or a document under another name
// that the message refers to.
func isText(b []byte) bool {
	return len(b) > 0 && !bytes.ContainsFunc(b, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' })
}

func isXML(mediaType string) bool {
	return mediaType == "text/xml" || mediaType == "application/xml" || strings.HasSuffix(mediaType, "+xml")
}

// holdsMarkup reports whether XML is of a kind that a browser shows as a page, or has a style sheet that makes it one.
func holdsMarkup(head []byte) bool {
	head = bytes.ToLower(head)
	for _, sign := range []string{"<svg", "<html", "1999/xhtml", "<?xml-stylesheet", "1999/xsl/transform", "2001/xinclude", "<!entity"} {
		if bytes.Contains(head, []byte(sign)) {
			return true
		}
	}
	return false
}

// transforms reports whether XML has a style sheet in it that can put together anything out of pieces (XSLT).
func transforms(head []byte) bool {
	return bytes.Contains(head, []byte("<?xml-stylesheet")) && bytes.Contains(bytes.ToLower(head), []byte("1999/xsl/transform"))
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
