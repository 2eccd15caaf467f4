package report

import (
	"strings"
	"testing"

	mail "pixelwacht/detector/message"
)

func TestWebPage(t *testing.T) {
	related := "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<p>caf\xe9<img src=\"cid:a@b\">\r\n" +
		"--b\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--b--"
	for _, c := range []struct{ name, raw, want string }{
		{"picture of the message", related, "<p>café<img src=\"data:image/png;base64,YWJj\">"},
		{"text only", "Content-Type: text/plain\r\n\r\n1 < 2", "1 &lt; 2</pre>"},
	} {
		got := string(WebPage(mail.Parse([]byte(c.raw))))
		if !strings.Contains(got, c.want) || !strings.HasPrefix(got, "<!doctype html>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\"") {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
