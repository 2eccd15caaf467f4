package report

import (
	"encoding/base64"
	"html"
	"strings"

	mail "pixelwacht/detector/message"
)

// maxWebPage is how large the pictures of a message may make the page that a browser opens, in octets.
const maxWebPage = 16 << 20

// WebPage is a blocked message as a page for a browser, with the pictures that the message carries. Besides what was
// blocked in it, a policy keeps the browser from loading anything: CSP level 3, section 3.3.
func WebPage(m *mail.Message) []byte {
	var body, plain string
	for _, p := range m.Parts {
		switch {
		case p.Stray || p.Opaque || p.Disposition == "attachment":
		case p.IsHTML() && body == "":
			body = p.Text()
		case p.MediaType == "text/plain" && plain == "":
			plain = p.Text()
		}
	}
	if body == "" {
		body = "<pre style=\"white-space:pre-wrap\">" + html.EscapeString(plain) + "</pre>"
	}
	for _, p := range m.Parts {
		id := strings.Trim(p.Header.Value("Content-ID"), " <>")
		if id == "" || p.Opaque || !strings.HasPrefix(p.MediaType, "image/") || len(p.Raw())+len(body) > maxWebPage {
			continue
		}
		data := "data:" + html.EscapeString(p.MediaType) + ";base64," + base64.StdEncoding.EncodeToString(p.Decode())
		body = strings.ReplaceAll(body, "cid:"+id, data)
	}
	const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
	return []byte("<!doctype html>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n" + body)
}
