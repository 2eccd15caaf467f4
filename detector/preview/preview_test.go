package preview

import (
	"strings"
	"testing"
	"unicode"

	"pixelwacht/detector/message"
)

// written is a preview in one string: blocks apart by an empty line, links as text(URL), pictures as [alt|URL].
func written(blocks []Block) string {
	var all []string
	for _, b := range blocks {
		var s strings.Builder
		if b.Heading {
			s.WriteString("# ")
		}
		for _, span := range b.Spans {
			s.WriteString(span.Text)
			if span.Link != "" {
				s.WriteString("(" + span.Link + ")")
			}
		}
		for _, p := range b.Pictures {
			s.WriteString("[" + p.Alt + "|" + p.URL)
			if p.Hidden {
				s.WriteString("|hidden")
			}
			if p.Data != nil {
				s.WriteString("|" + string(p.Data))
			}
			s.WriteString("]")
		}
		all = append(all, s.String())
	}
	return strings.Join(all, "\n\n")
}

func TestRead(t *testing.T) {
	const html = "Content-Type: text/html"
	related := "Content-Type: multipart/related; boundary=b"
	for _, c := range []struct{ name, header, body, want string }{
		{"plain", "Content-Type: text/plain", "Hello\r\n\r\n\r\n  you\r\nthere\r\n", "Hello\n\nyou\nthere"},
		{"links in plain text", "Content-Type: text/plain", "See https://a.test/x now", "See https://a.test/x(https://a.test/x) now"},
		{"blocks", html, "<h1>Hello</h1><p>one<br>two</p><ul><li>a<li>b</ul>", "# Hello\n\none\ntwo\n\n• a\n• b"},
		{"table", html, "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"links", html, `<p>a <a href="http://t.test/?a&amp;b">go</a> b <a href="#top">up</a>`, "a go(http://t.test/?a&b) b up"},
		{"link without an end", html, `<a href=http://t.test>go<p>on`, "go(http://t.test)\n\non(http://t.test)"},
		{"pictures", html, `a <img src=http://t.test alt="Logo"> <img src=/x> b`, "a\n\n[Logo|http://t.test][|/x]\n\nb"},
		{"hidden pictures", html, `<div style="display:none">secret <img src=http://t.test></div><img hidden src=b>`, "[|http://t.test|hidden][|b|hidden]"},
		{"picture in the URL", html, `<img src="data:image/png;base64,YWJj">`, "[|data:image/png;base64,YWJj|abc]"},
		{"picture in the message", related, "--b\r\nContent-Type: text/html\r\n\r\n<img src=\"cid:a%40b\">\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--b--", "[|cid:a%40b|abc]"},
		{"picture that the message lacks", html, `<img src="cid:x">`, "[|cid:x]"},
		{"nothing hidden", html, `<title>t</title><style>s</style><script>x</script><div style="display: none">secret <b>more</b></div>shown`, "shown"},
		{"hidden paragraph without an end", html, `<p style="display:none">pre<p>Real text`, "Real text"},
		{"button for Outlook", html, `<a style="mso-hide:all" href="http://t.test">Pay</a>`, "Pay(http://t.test)"},
		{"entities", html, "a&nbsp;&amp;&#8203;&lt;b", "a & <b"},
		{"control characters", "Content-Type: text/plain", "a\x1b[31m\u202eb", "a[31mb"},
		{"alternative", "Content-Type: multipart/alternative; boundary=b", "--b\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b--", "rich"},
		{"attachment", "Content-Type: multipart/mixed; boundary=b", "--b\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment\r\n\r\n<p>file</p>\r\n--b--", "plain"},
		{"charset", "Content-Type: text/plain; charset=iso-8859-1", "caf\xe9", "café"},
		{"nothing", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			blocks, cut := Read(message.Parse([]byte(c.header + "\r\n\r\n" + c.body)))
			if got := written(blocks); got != c.want || cut {
				t.Errorf("got %q, want %q; cut: %v", got, c.want, cut)
			}
		})
	}
}

func TestLongTexts(t *testing.T) {
	for _, body := range []string{strings.Repeat("word ", 5000), strings.Repeat("x", 30_000), strings.Repeat("line\r\n\r\n", 5000)} {
		blocks, cut := Read(message.Parse([]byte("\r\n" + body)))
		total := 0
		for _, b := range blocks {
			length := len([]rune(written([]Block{b})))
			if total += length; length > 2*maxParagraph {
				t.Errorf("a paragraph of %d characters", length)
			}
		}
		if !cut || total < maxRunes/2 || total > 2*maxRunes {
			t.Errorf("cut: %v after %d characters", cut, total)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("Content-Type: text/html\r\n\r\n<p style='display:none'><img alt=x src=cid:>a</p>b<a href=x>c"))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na\r\n--b\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		blocks, _ := Read(message.Parse(raw))
		for _, b := range blocks {
			text := ""
			for _, s := range b.Spans {
				text += s.Text
			}
			for _, p := range b.Pictures {
				text += p.Alt
			}
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) }) {
				t.Errorf("control characters in %q", text)
			}
			if len(b.Spans) == 0 && len(b.Pictures) == 0 || len(b.Spans) > 0 && len(b.Pictures) > 0 {
				t.Errorf("a block of %d spans and %d pictures", len(b.Spans), len(b.Pictures))
			}
		}
	})
}
