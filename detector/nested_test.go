package detector

import (
	"encoding/base64"
	"html"
	"net/url"
	"strings"
	"testing"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
)

// What a document inside of an attribute loads is judged like what the message loads itself.
func TestNestedDocuments(t *testing.T) {
	const pixel = "https://t.shop.test/track/open/0123456789abcdef0123456789abcdef"
	img := `<img src="` + pixel + `" width="1" height="1">`
	srcdoc := func(inner string) string { return `<iframe srcdoc="` + html.EscapeString(inner) + `"></iframe>` }
	deep := img
	for range maxNesting {
		deep = srcdoc(deep)
	}
	for _, tt := range []struct {
		name, body string
		found      bool
	}{
		{"srcdoc", srcdoc(img), true},
		{"srcdoc in srcdoc", srcdoc(srcdoc(img)), true},
		{"as deep as is read", deep, true},
		{"deeper", srcdoc(deep), false},
		{"percent", `<iframe src="data:text/html,` + url.PathEscape(img) + `"></iframe>`, true},
		{"base64", `<object data="data:text/html;charset=utf-8;base64,` + base64.StdEncoding.EncodeToString([]byte(img)) + `"></object>`, true},
		{"data in srcdoc", srcdoc(`<iframe src="data:text/html,` + url.PathEscape(img) + `"></iframe>`), true},
		{"style sheet", `<link rel="stylesheet" href="data:text/css,@import url(` + pixel + `)">`, true},
		{"a picture loads nothing", `<img src="data:image/svg+xml,` + url.PathEscape(`<svg><image href="`+pixel+`"/></svg>`) + `">`, false},
		{"plain text", `<iframe src="data:text/plain,` + url.PathEscape(img) + `"></iframe>`, false},
		{"a picture without a code", srcdoc(`<img src="https://www.shop.test/logo.png" width="120" height="40" alt="Shop">`), false},
		{"too much", srcdoc(strings.Repeat("x", nestingRoom) + img), false},
	} {
		r := New(catalogue.Builtin()).Scan(message.Parse([]byte("From: a@shop.test\r\nTo: b@post.test\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>" + tt.body)))
		if r.Tracked != tt.found {
			t.Errorf("%s: tracked is %v, want %v: %+v", tt.name, r.Tracked, tt.found, r.Findings)
		}
	}
}

// Parts that programs open with the message are read even where they are declared attachments; files are not.
func TestAttachments(t *testing.T) {
	const pixel = "https://t.shop.test/track/open/0123456789abcdef0123456789abcdef"
	for _, tt := range []struct {
		name, part string
		found      bool
	}{
		{"invitation", "text/calendar; charset=utf-8\r\nContent-Disposition: attachment; filename=invite.ics\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nX-ALT-DESC;FMTTYPE=text/html:<img src=\"" + pixel + "\" width=1>\r\nEND:VEVENT\r\nEND:VCALENDAR", true},
		{"HTML file", "text/html\r\nContent-Disposition: attachment; filename=a.html\r\n\r\n<img src=\"" + pixel + "\" width=1 height=1>", false},
		{"card", "text/vcard\r\n\r\nBEGIN:VCARD\r\nPHOTO;VALUE=URI:" + pixel + ".jpg\r\nEND:VCARD", true},
		{"card with a portrait", "text/vcard\r\n\r\nBEGIN:VCARD\r\nPHOTO;VALUE=URI:https://www.shop.test/people/jan.jpg\r\nEND:VCARD", false},
		{"external body", "message/external-body; access-type=URL; URL=\"" + pixel + ".txt\"\r\n\r\nContent-Type: text/html\r\n\r\n", true},
		{"external body for everybody", "message/external-body; access-type=URL; URL=\"https://www.shop.test/manual.txt\"\r\n\r\nContent-Type: text/plain\r\n\r\n", false},
	} {
		r := New(catalogue.Builtin()).Scan(message.Parse([]byte("From: a@shop.test\r\nTo: b@post.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: " + tt.part + "\r\n--b--\r\n")))
		if r.Tracked != tt.found {
			t.Errorf("%s: tracked is %v, want %v: %+v", tt.name, r.Tracked, tt.found, r.Findings)
		}
	}
}
