package detector

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"
	"golang.org/x/net/html"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
)

// newsletter is a generated message of the size and shape of an ordinary newsletter, about 60 KB.
func newsletter() []byte {
	var b strings.Builder
	b.WriteString("From: Shop <news@shop.test>\r\nTo: reader@post.test\r\nSubject: News\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNews in plain text.\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n" +
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><head><style>td{font-family:Arial}.a{color:#333}</style></head><body><table>\r\n")
	for i := range 120 {
		fmt.Fprintf(&b, "<tr><td style=3D\"padding:0 10px;font-size:14px\" class=3D\"a\"><a href=3D\"https:/=\r\n/click.shop.test/ls/click?upn=3Du%06d\"><img src=3D\"https://cdn.shop.test/=\r\nimg/product-%d.png\" width=3D\"180\" height=3D\"120\" alt=3D\"Product %d\"></a>=\r\n<p>Some words about product %d, as there are in a newsletter, for one line =\r\nor two of text.</p></td></tr>\r\n", i*7919, i, i, i)
	}
	b.WriteString("</table><img src=3D\"https://click.shop.test/wf/open?upn=3Du001.s4A7ZqC2Ftxqw36qkcPzhAm2BF5M=\r\nGADQ\" width=3D\"1\" height=3D\"1\"></body></html>\r\n--b--\r\n")
	return []byte(b.String())
}

// BenchmarkScan measures a scan from the bytes of a message to its findings.
func BenchmarkScan(b *testing.B) {
	raw := newsletter()
	d := New(catalogue.Builtin())
	if r := d.Scan(message.Parse(raw)); !r.Tracked {
		b.Fatalf("%+v", r)
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		d.Scan(message.Parse(raw))
	}
}

// BenchmarkBaseline measures what any scan has to do at least, with the libraries at hand: decode the parts of the same
// message, and tokenize its HTML with all attributes.
func BenchmarkBaseline(b *testing.B) {
	raw := newsletter()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		e, err := gomessage.Read(bytes.NewReader(raw))
		if err != nil {
			b.Fatal(err)
		}
		parts := e.MultipartReader()
		for {
			p, err := parts.NextPart()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if t, _, _ := p.Header.ContentType(); t == "text/html" {
				tokenize(p.Body)
			}
		}
	}
}

// BenchmarkTokenizer measures the HTML tokenizer alone, on the decoded part.
func BenchmarkTokenizer(b *testing.B) {
	body := message.Parse(newsletter()).Parts[1].Decode()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		tokenize(bytes.NewReader(body))
	}
}

func tokenize(r io.Reader) {
	z := html.NewTokenizer(r)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			z.TagName()
			for more := true; more; {
				_, _, more = z.TagAttr()
			}
		}
	}
}
