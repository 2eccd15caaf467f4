package corpustest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// finish puts the message together.
func (m *mail) finish(name string, f family) Message {
	var b bytes.Buffer
	date := time.Date(2025, 1, 6, 9, 0, 0, 0, time.UTC).Add(time.Duration(m.mailing)*97*time.Hour + time.Duration(m.rand.IntN(3600))*time.Second)
	fmt.Fprintf(&b, "From: %s <%s@%s>\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s@%s>\r\nMIME-Version: 1.0\r\n",
		m.name, pick(m, []string{"news", "info", "hello", "service"}), m.host, m.to,
		mime.QEncoding.Encode("utf-8", pick(m, m.language.subjects)), date.Format(time.RFC1123Z), value(m.scope("m", "id"), "al", 20), m.host)
	b.WriteString(m.header.String())
	m.content(&b)
	return Message{Name: name, Family: f.name, Class: f.class, Raw: b.Bytes(), References: m.references, Receipt: m.receipt}
}

// content writes the content fields and the body.
func (m *mail) content(b *bytes.Buffer) {
	page := m.page()
	if m.plainHTML {
		b.WriteString(m.htmlPart(page))
		return
	}
	var parts []string
	if m.chance(4) && len(m.parts) == 0 {
		b.WriteString(m.htmlPart(page))
		return
	}
	parts = append(parts, "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"+pick(m, m.language.sentences)+"\r\n")
	parts = append(parts, m.htmlPart(page))
	kind := "alternative"
	for _, p := range m.parts {
		if !strings.Contains(p.field, "amp-html") {
			kind = "mixed"
		}
		parts = append(parts, p.field+"\r\n"+p.body)
	}
	boundary := "=_" + value(m.rand, "an", 24)
	fmt.Fprintf(b, "Content-Type: multipart/%s;\r\n boundary=\"%s\"\r\n\r\n", kind, boundary)
	for _, p := range parts {
		fmt.Fprintf(b, "--%s\r\n%s\r\n", boundary, p)
	}
	fmt.Fprintf(b, "--%s--\r\n", boundary)
}

// page is the HTML document.
func (m *mail) page() string {
	if m.style.Len() == 0 && m.head.Len() == 0 && m.chance(2) {
		return m.body.String()
	}
	style := ""
	if m.style.Len() > 0 {
		style = "<style" + pick(m, []string{"", ` type="text/css"`}) + ">" + m.style.String() + "</style>"
	}
	return pick(m, []string{"<!DOCTYPE html>\r\n", "", `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">` + "\r\n"}) +
		"<html><head><title>" + m.name + "</title>" + m.head.String() + style + "</head>\r\n<body>\r\n" + m.body.String() + "</body></html>\r\n"
}

// htmlPart is the part with the HTML, in any of the usual encodings.
func (m *mail) htmlPart(page string) string {
	if m.encode != nil {
		body, field := m.encode(page)
		return field + "\r\n" + body
	}
	if m.charset == "iso-8859-1" {
		page, _ = charmap.ISO8859_1.NewEncoder().String(page)
	}
	field := "Content-Type: text/html; charset=" + m.charset + "\r\n"
	switch m.rand.IntN(4) {
	case 0:
		return field + "Content-Transfer-Encoding: 8bit\r\n\r\n" + page
	case 1:
		return field + "Content-Transfer-Encoding: base64\r\n\r\n" + base64Lines(page)
	}
	return field + "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + quotedPrintable(page)
}

func quotedPrintable(s string) string {
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	w.Write([]byte(s)) // a strings.Builder takes everything
	w.Close()
	return b.String()
}

// base64Lines is base64 in lines of 76 characters.
func base64Lines(s string) string {
	var b strings.Builder
	for all := base64.StdEncoding.EncodeToString([]byte(s)); all != ""; {
		n := min(76, len(all))
		b.WriteString(all[:n])
		b.WriteString("\r\n")
		all = all[n:]
	}
	return b.String()
}
