package imapsync_test

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// pixel is what makes a generated message a tracked one.
const pixel = `<img src="https://mailchimp.list-manage.com/track/open.php?u=%d&id=abcdef0123456789" width="1" height="1">`

// mails generates n different messages of all shapes. Every second one is tracked.
func mails(n int) [][]byte {
	var all [][]byte
	for i := range n {
		all = append(all, mail(i))
	}
	return all
}

func mail(i int) []byte {
	html := fmt.Sprintf("<p>Beste lezer, dit is bericht %d.</p>%s", i, strings.Repeat("<p>Lorem ipsum dolor sit amet.</p>\r\n", 20+i%20))
	if i%2 == 0 {
		html += fmt.Sprintf(pixel, i)
	}
	text := fmt.Sprintf("Beste lezer, dit is bericht %d.\r\n", i)
	attachment := base64Lines(strings.Repeat("PDF", 700+i%100))
	body := ""
	switch i % 6 {
	case 0:
		body = "Content-Type: text/html; charset=utf-8\r\n\r\n" + html
	case 1:
		body = multipart("alternative", i, part("text/plain; charset=utf-8", "", text), part("text/html; charset=utf-8", "", html))
	case 2:
		body = multipart("mixed", i, part("text/html", "Content-Transfer-Encoding: base64\r\n", base64Lines(html)),
			part("application/pdf", "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"a.pdf\"\r\n", attachment))
	case 3:
		body = "\r\n" + text
	case 4:
		nested := "From: nested@shop.example\r\nSubject: nested\r\n" + multipart("alternative", i*1000, part("text/plain", "", text), part("text/html", "", html))
		body = multipart("mixed", i, part("text/plain", "", text), part("message/rfc822", "", nested))
	case 5:
		body = multipart("signed", i, multipart("related", i*100, part("text/html", "", html), part("image/png", "Content-ID: <x>\r\nContent-Transfer-Encoding: base64\r\n", attachment)),
			part("application/pgp-signature", "", "-----BEGIN PGP SIGNATURE-----\r\n"))
	}
	// As real mail does, it carries more header fields of its way here than of its writer.
	trace := strings.Repeat("Received: from mail.shop.example (mail.shop.example [192.0.2.7]) by mx.reader.example\r\n"+
		"\twith ESMTPS id 4Xyz1234567890 (version=TLS1_3) for <me@reader.example>\r\n", 15)
	return []byte(fmt.Sprintf("From: Shop %d <news@shop%d.example>\r\nTo: me@reader.example\r\nSubject: Bericht %d\r\n"+
		"Date: Mon, 02 Jan 2026 15:04:%02d +0000\r\nMessage-ID: <%d@shop.example>\r\nMIME-Version: 1.0\r\n%s%s",
		i%40, i%40, i, i%60, i, trace, body))
}

func multipart(subtype string, id int, parts ...string) string {
	boundary := fmt.Sprintf("=_%s_%d", subtype, id)
	var b strings.Builder
	fmt.Fprintf(&b, "Content-Type: multipart/%s; boundary=\"%s\"\r\n\r\n", subtype, boundary)
	for _, p := range parts {
		fmt.Fprintf(&b, "--%s\r\n%s\r\n", boundary, p)
	}
	fmt.Fprintf(&b, "--%s--\r\n", boundary)
	return b.String()
}

func part(mediaType, fields, body string) string {
	return "Content-Type: " + mediaType + "\r\n" + fields + "\r\n" + body
}

func base64Lines(s string) string {
	encoded := base64.StdEncoding.EncodeToString([]byte(s))
	var lines []string
	for len(encoded) > 76 {
		lines, encoded = append(lines, encoded[:76]), encoded[76:]
	}
	return strings.Join(append(lines, encoded), "\r\n")
}
