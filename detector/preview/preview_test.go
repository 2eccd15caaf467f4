package preview

import (
	"strings"
	"testing"
	"unicode"

	"pixelwacht/detector/message"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ name, header, body, want string }{
		{"plain", "Content-Type: text/plain", "Hello\r\n\r\n\r\n  you\r\n", "Hello\n\nyou"},
		{"blocks", "Content-Type: text/html", "<h1>Hello</h1><p>one<br>two</p><ul><li>a<li>b</ul>", "Hello\n\none\ntwo\n\n• a\n• b"},
		{"table", "Content-Type: text/html", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"pictures", "Content-Type: text/html", `a <img src=http://t.test alt="Logo"> b <img src=http://t.test>`, "a [picture: Logo] b"},
		{"nothing hidden", "Content-Type: text/html", `<title>t</title><style>s</style><script>x</script><div style="display: none">secret <b>more</b></div>shown`, "shown"},
		{"hidden paragraph without an end", "Content-Type: text/html", `<p style="display:none">pre<p>Real text`, "Real text"},
		{"button for Outlook", "Content-Type: text/html", `<a style="mso-hide:all" href="http://t.test">Pay</a>`, "Pay"},
		{"entities", "Content-Type: text/html", "a&nbsp;&amp;&#8203;&lt;b", "a & <b"},
		{"control characters", "Content-Type: text/plain", "a\x1b[31m\u202eb", "a[31mb"},
		{"alternative", "Content-Type: multipart/alternative; boundary=b", "--b\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>rich</p>\r\n--b--", "rich"},
		{"attachment", "Content-Type: multipart/mixed; boundary=b", "--b\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment\r\n\r\n<p>file</p>\r\n--b--", "plain"},
		{"charset", "Content-Type: text/plain; charset=iso-8859-1", "caf\xe9", "café"},
		{"nothing", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Text(message.Parse([]byte(c.header+"\r\n\r\n"+c.body)), "picture"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("Content-Type: text/html\r\n\r\n<p style='display:none'><img alt=x>a</p>b"))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\na\r\n--b\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		text := Text(message.Parse(raw), "picture")
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("control characters in %q", text)
		}
	})
}
