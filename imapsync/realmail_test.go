package imapsync_test

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/rand/v2"
	"mime/quotedprintable"
	"strings"
)

// realMail generates message number i of a mailbox with messages of the sizes that those of people have: half of them is
// below 20 KB, a tenth above 60 KB, the mean is about 30 KB. Where attachments is true, 15 % of them carry one of half a
// megabyte in the median.
func realMail(i int, attachments bool) []byte {
	random := rand.New(rand.NewPCG(1, uint64(i)))
	around := func(median, spread float64) int { return int(median * math.Exp(spread*random.NormFloat64())) }

	body := ""
	switch kind := random.IntN(100); {
	case kind < 25:
		body = part("text/plain; charset=utf-8", "", prose(random, around(2500, 0.8)))
	case kind < 45:
		body = part("text/html; charset=utf-8", "Content-Transfer-Encoding: base64\r\n", base64Lines(newsletter(random, i, around(9000, 0.6))))
	default:
		body = multipart("alternative", i,
			part("text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable\r\n", quoted(prose(random, around(1800, 0.7)))),
			part("text/html; charset=utf-8", "Content-Transfer-Encoding: quoted-printable\r\n", quoted(newsletter(random, i, around(24000, 0.7)))))
	}
	if attachments && random.IntN(100) < 15 {
		content := strings.Repeat(letters(random, 1000), min(around(500, 1.3), 15_000))
		body = multipart("mixed", i+1_000_000, body,
			part("application/pdf; name=\"bijlage.pdf\"", "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"bijlage.pdf\"\r\n", base64Lines(content)))
	}

	var trace strings.Builder
	for hop := range 3 + random.IntN(4) {
		fmt.Fprintf(&trace, "Received: from mta%d.shop%d.example (mta%d.shop%d.example [192.0.2.%d]) by mx.reader.example\r\n"+
			"\twith ESMTPS id %x (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\r\n\tMon, 02 Mar 2026 15:04:05 +0000\r\n",
			hop, i%300, hop, i%300, i%250, random.Uint64())
	}
	for range 3 {
		fmt.Fprintf(&trace, "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=shop%d.example; s=key1;\r\n\tb=%s\r\n",
			i%300, strings.ReplaceAll(base64Lines(letters(random, 256)), "\r\n", "\r\n\t"))
	}
	return fmt.Appendf(nil, "%sFrom: Shop %d <news@shop%d.example>\r\nTo: me@reader.example\r\nSubject: Bericht %d\r\n"+
		"Date: Mon, 02 Mar 2026 15:%02d:%02d +0000\r\nMessage-ID: <%d@shop%d.example>\r\nMIME-Version: 1.0\r\n%s",
		trace.String(), i%300, i%300, i, i/60%60, i%60, i, i%300, body)
}

// prose is text of about n octets.
func prose(random *rand.Rand, n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(letters(random, 2+random.IntN(9)))
		b.WriteString([]string{" ", " ", " ", " ", " ", " ", " ", ", ", ". ", ".\r\n\r\n"}[random.IntN(10)])
	}
	return strings.TrimSpace(b.String())
}

// newsletter is HTML of about n octets, with pictures, links and a pixel.
func newsletter(random *rand.Rand, i, n int) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html><head><style>body{margin:0;font-family:Arial,sans-serif} td{padding:8px 16px}</style></head><body><table>\r\n")
	for b.Len() < n {
		fmt.Fprintf(&b, "<tr><td style=\"font-size:14px;line-height:20px;color:#333333\"><a href=\"https://click.shop%d.example/c/%s\">"+
			"<img src=\"https://cdn.shop%d.example/img/%d.jpg\" width=\"600\" height=\"280\" alt=\"\"></a>\r\n%s</td></tr>\r\n",
			i%300, letters(random, 40), i%300, random.IntN(40), prose(random, 400))
	}
	fmt.Fprintf(&b, "</table><img src=\"https://click.shop%d.example/o/%s.gif\" width=\"1\" height=\"1\"></body></html>\r\n", i%300, letters(random, 40))
	return b.String()
}

func letters(random *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + random.IntN(26))
	}
	return base64.RawURLEncoding.EncodeToString(b)[:n]
}

func quoted(s string) string {
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}
