package corpustest

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf16"
)

// spellings are the ways to write a URL that a program still understands. Each holds a pixel and an ordinary picture
// in the same spelling.
var spellings = []family{
	{"spelling-decimal-entities", Spellings, spell(func(m *mail, url string) string { return references(url, "&#%d;") })},
	{"spelling-hex-entities", Spellings, spell(func(m *mail, url string) string { return references(url, "&#x%X;") })},
	{"spelling-entities-without-semicolon", Spellings, spell(func(m *mail, url string) string {
		return strings.NewReplacer("//t", "&#47&#47t", "//w", "&#x2F;&#47w", "/o", "&#47o", "/i", "&#47i").Replace(url) // no digit may follow
	})},
	{"spelling-named-entities", Spellings, spell(func(m *mail, url string) string {
		return strings.NewReplacer(":", "&colon;", "/", "&sol;", ".", "&period;", "&", "&amp;", "?", "&quest;").Replace(url)
	})},
	{"spelling-white-space", Spellings, spell(func(m *mail, url string) string { return " \r\n\t" + url + " \n" })},
	{"spelling-line-breaks", Spellings, spell(func(m *mail, url string) string { return url[:6] + "\r\n" + url[6:14] + "\t" + url[14:] })},
	{"spelling-upper-case", Spellings, spell(func(m *mail, url string) string { return "HTTPS" + strings.TrimPrefix(url, "https") })},
	{"spelling-unquoted", Spellings, func(m *mail) {
		m.around(func() {
			m.add("<img src=%s width=1 height=1>", m.pixel("https://t.{host}/open/{m:hex32}.gif"))
			m.add("<img src=%s width=300 height=100>", m.clean("https://www.{host}/img/{c:slug}.jpg"))
		})
	}},
	{"spelling-single-quotes", Spellings, func(m *mail) {
		m.around(func() {
			m.add("<img\r\nwidth='1'height='1'src = '%s'>", m.pixel("https://t.{host}/open?m={m:hex32}"))
			m.add("<img alt='a > b' src='%s' width='300' height='100'>", m.clean("https://www.{host}/img/{c:slug}.jpg"))
		})
	}},
	{"spelling-slashes", Spellings, func(m *mail) { // between attributes
		m.around(func() {
			m.add(`<img/width="1"/height="1"/src="%s"/>`, m.pixel("https://t.{host}/open?m={m:hex32}"))
			m.add(`<img/alt="b"/src="%s"/width="300"/height="90">`, m.clean("https://www.{host}/img/{c:slug}.jpg"))
		})
	}},
	{"spelling-first-attribute-counts", Spellings, func(m *mail) {
		m.around(func() {
			m.add(`<img src="%s" src="%s" width="1" height="1">`, m.attribute(m.pixel("https://t.{host}/open?m={m:hex32}")), m.fill("https://never.{host}/a.png"))
		})
		m.unsure("https://never.{host}/a.png")
	}},
	{"spelling-css-escapes", Spellings, func(m *mail) {
		m.newsletter(func() {
			pixel, picture := m.pixel("https://t.{host}/open/{m:hex32}"), m.clean("https://www.{host}/img/{c:slug}.jpg")
			fmt.Fprintf(&m.style, `.a{background-image:u\72l(%s)}.b{background:url("%s")}`, cssEscape(pixel), cssEscape(picture))
			m.add(`<p class="a"></p><p class="b"></p>`)
		})
	}},
	{"spelling-css-comments", Spellings, func(m *mail) {
		m.newsletter(func() {
			fmt.Fprintf(&m.style, `.a{/* url(x) */background/**/:/*;*/url( "%s" )}`, m.pixel("https://t.{host}/open/{m:hex32}"))
			m.add(`<p class="a"></p>`)
		})
	}},
	{"spelling-utf-16", Spellings, func(m *mail) {
		m.plainHTML = true
		m.charset = "utf-8"
		m.encode = func(html string) (string, string) {
			b := []byte{0xff, 0xfe}
			for _, c := range utf16.Encode([]rune(html)) {
				b = append(b, byte(c), byte(c>>8))
			}
			return base64Lines(string(b)), "Content-Type: text/html; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n"
		}
		m.around(func() { m.img(m.pixel(pick(m, openers)), pick(m, tiny)) })
	}},
	{"spelling-every-byte-quoted", Spellings, func(m *mail) {
		m.plainHTML = true
		m.encode = func(html string) (string, string) {
			var b strings.Builder
			for i, c := range []byte(html) {
				fmt.Fprintf(&b, "=%02X", c)
				if i%20 == 19 {
					b.WriteString("=\r\n")
				}
			}
			return b.String(), "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
		}
		m.around(func() { m.img(m.pixel(pick(m, openers)), pick(m, tiny)) })
	}},
	{"spelling-base64-one-line", Spellings, func(m *mail) {
		m.plainHTML = true
		m.encode = func(html string) (string, string) {
			return base64.StdEncoding.EncodeToString([]byte(html)) + "\r\n", "Content-Type: TEXT/HTML; CHARSET=\"UTF-8\"\r\nContent-transfer-encoding: BASE64\r\n"
		}
		m.around(func() { m.img(m.pixel(pick(m, openers)), pick(m, tiny)) })
	}},
	{"spelling-wrong-encoding-label", Spellings, func(m *mail) { // says 7bit, is quoted-printable only where nothing breaks
		m.plainHTML = true
		m.encode = func(html string) (string, string) {
			return html, "Content-Type: text/html; charset=default_charset\r\nContent-Transfer-Encoding: 7-bit\r\n"
		}
		m.around(func() { m.img(m.pixel(pick(m, openers)), pick(m, tiny)) })
	}},
	{"spelling-unclosed", Spellings, func(m *mail) {
		m.letter(func() {
			m.add(`<table><tr><td><b><a href="https://www.%s/">`, m.host)
			m.note(Reference{URL: m.fill("https://www.{host}/"), Link: true})
			m.img(m.pixel(pick(m, openers)), pick(m, tiny))
			m.add(`<p>end <`)
		})
		m.plainHTML = true
	}},
	{"spelling-conditional-comment", Spellings, func(m *mail) {
		m.newsletter(func() {
			m.add(`<!--[if !mso]><!-->`)
			m.img(m.pixel(pick(m, openers)), pick(m, tiny))
			m.add(`<!--<![endif]--><!--[if mso]><img src="%s" width="300"><![endif]-->`, m.clean("https://www.{host}/img/{c:slug}.jpg"))
		})
	}},
	{"spelling-odd-url", Spellings, func(m *mail) {
		m.around(func() {
			shape := pick(m, []struct{ written, requested string }{
				{"//t.{host}/open/{m:hex32}", "//t.{host}/open/{m:hex32}"},
				{"https:\\\\t.{host}\\open\\{m:hex32}", "https:\\\\t.{host}\\open\\{m:hex32}"},
				{"https://user:pass@t.{host}/open/{m:hex32}", "https://user:pass@t.{host}/open/{m:hex32}"},
				{"https://t.{host}:8443/open/{m:hex32}", "https://t.{host}:8443/open/{m:hex32}"},
				{"https://t.{host}./open/{m:hex32}", "https://t.{host}./open/{m:hex32}"},
				{"https://t%2e{host}/open/{m:hex32}", "https://t%2e{host}/open/{m:hex32}"},
				{"https://t.{host}/open/ a b/{m:hex32}", "https://t.{host}/open/ a b/{m:hex32}"},
				{"https://xn--bcher-kva.example/open/{m:hex32}", "https://xn--bcher-kva.example/open/{m:hex32}"},
				{"https://t.{host}/%6fpen/{m:hex32}?%", "https://t.{host}/%6fpen/{m:hex32}?%"},
			})
			m.pixel(shape.requested)
			m.img(m.fill(shape.written), pick(m, tiny))
		})
	}},
	{"spelling-name-of-a-file", Harmless, func(m *mail) { // what looks like an address or token and is none
		m.around(func() {
			m.img(m.clean(pick(m, []string{"https://www.{host}/img/logo@2x.png", "https://cdn.{host}/npm/icons@5.12.3/dist/mail.png", "https://www.{host}/img/IMG_20240512_140233.jpg", "https://www.{host}/img/2024-05-12T14-02-33Z.jpg", "https://www.{host}/img/Bildschirmfoto%202024-05-12%20um%2014.02.33.png"})), `width="300" height="120"`)
		})
	}},
}

// spell is a family with one pixel and one picture in a spelling.
func spell(write func(m *mail, url string) string) func(*mail) {
	return func(m *mail) {
		m.around(func() {
			m.add(`<img src="%s" width="1" height="1">`, write(m, m.pixel("https://t.{host}/open/{m:hex32}.gif")))
			m.add(`<img src="%s" width="300" height="100">`, write(m, m.clean("https://www.{host}/img/{c:slug}.jpg")))
		})
	}
}

// references writes each character as a numeric character reference.
func references(s, format string) string {
	var b strings.Builder
	for _, c := range s {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

// cssEscape escapes some characters (CSS Syntax section 4.3.7), in all the allowed forms.
func cssEscape(s string) string {
	return strings.NewReplacer(":", `\3a `, ".", `\00002e`, "t", `\74 `, "-", `\-`).Replace(s)
}
