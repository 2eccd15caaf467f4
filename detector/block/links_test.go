package block

import (
	"bytes"
	"strings"
	"testing"

	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
)

func TestCleanLinks(t *testing.T) {
	d := testDetector()
	// The made-up redirector has the form of Amazon SES: the destination stands in it, escaped.
	const ses = "http://t.test/CL0/http:%2F%2Fs.test%2F"
	for _, c := range []struct{ name, in, want string }{ // "~" in want are the spaces that are missing; "" is no change
		{"redirector", `<a href="` + ses + `/1/0100" class=x>`, `<a href="http://s.test/"~ class=x>`},
		{"single quotes", `<a href='` + ses + `/1/0100'>`, `<a href='http://s.test/'~>`},
		{"no quotes", `<a href=` + ses + `/1/0100>`, `<a href=http://s.test/~>`},
		{"no quotes, attribute behind", `<a href=` + ses + `/1/0100 class=x>`, `<a href=http://s.test/~ class=x>`},
		{"parameters", `<a href="http://s.test/?utm_source=a&amp;b=1&amp;c=2&amp;mc_eid=d">`, `<a href="http://s.test/?b=1&c=2"~>`},
		{"ampersand that must be escaped", `<a href="http://s.test/?b=1&amp;copy=2&amp;utm_source=a">`, `<a href="http://s.test/?b=1&amp;copy=2"~>`},
		{"area", `<map><area href="http://s.test/?utm_id=1"></map>`, `<map><area href="http://s.test/"~></map>`},
		{"Outlook's comment", `<!--[if mso]><v:roundrect href="http://s.test/?utm_id=1"><![endif]-->`, `<!--[if mso]><v:roundrect href="http://s.test/"~><![endif]-->`},
		{"text that shows the URL", `<a href="http://s.test/?utm_id=1">http://s.test/?utm_id=1</a>`, `<a href="http://s.test/"~>http://s.test/?utm_id=1</a>`},
		{"fits exactly, with the slash that ends the value", `<a href=http://s.test/?utm_id=1/>`, `<a href=http://s.test/~>`},

		{"space at the end of a line", "<a href=\"http://s.test/?utm_id=1\"\n class=x>", ""},
		{"line break in the value", "<a href=\"http://s.test/\n?utm_id=1\">", ""},
		{"does not fit", `<a href="http://s.test/?copy=1&copy=2&copy=3&_ga">`, ""},
		{"space before the value", `<a href= http://s.test/?utm_id=1>`, ""},
		{"end of the document", `<a href=http://s.test/?utm_id=1`, ""},
		{"character that ends a value", `<a href="http://s.test/'?utm_id=1">`, ""},
		{"letters beyond ASCII", `<a href="http://s.test/ä?utm_id=1">`, ""},
		{"nothing to clean", `<a href="http://s.test/?b=1">`, ""},
		{"mail address", `<a href="mailto:a@s.test?utm_id=1">`, ""},
		{"relative", `<a href="?utm_id=1">`, ""},
		{"visible text", `<p>http://s.test/?utm_id=1</p>`, ""},
		{"tooltip", `<p title="<a href='http://s.test/?utm_id=1'>">x</p>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			want, links := c.want, 1
			if want == "" {
				want, links = c.in, 0
			}
			want = strings.Replace(want, "~", strings.Repeat(" ", max(0, len(c.in)-len(want)+1)), 1)
			raw := html(c.in)
			checkLaws(t, d, raw)
			got := Blocker{Mode: Trackers, Detector: d, Links: testCleaner}.Message(raw)
			if string(got.Bytes) != string(html(want)) || got.Links != links || got.Blocked != 0 || got.Changed() != (links > 0) {
				t.Errorf("%d links\n got %q\nwant %q", got.Links, got.Bytes, html(want))
			}
			if got := (Blocker{}).Message(raw); got.Links != 0 {
				t.Errorf("not asked to, %d links were cleaned", got.Links)
			}
		})
	}
}

func TestCleanLinksInEveryEncoding(t *testing.T) {
	const markup = `<p>a</p><a class="x" href="http://t.test/CL0/http:%2F%2Fs.test%2F%3Fa=b%26c=d/1/0100">x</a><img src="http://t.test/1.gif">` + "\r\n"
	for n := range 3 {
		raw := asMessage(markup, n)
		checkLaws(t, testDetector(), raw)
		c := Blocker{Links: testCleaner}.Message(raw)
		var urls []string
		scanLinks(message.Parse(c.Bytes), func(url string) { urls = append(urls, url) })
		if len(urls) != 1 || urls[0] != "http://s.test/?a=b&c=d" || c.Links != 1 || c.Blocked != 1 {
			t.Errorf("encoding %d: %q, %d links, %d blocked\n%s", n, urls, c.Links, c.Blocked, c.Bytes)
		}
	}
}

// In quoted-printable, what is written has to keep the width of what it overwrites, and must not become an escape.
func TestCleanLinksInQuotedPrintable(t *testing.T) {
	const header = "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable"
	for _, c := range []struct{ in, want string }{
		{"<a href=3D\"http://s.te=\nst/?id=3Dab&utm_source=3Dabcdef\" class=3Dx>x</a>", "<a href=3D\"http://s.te=\nst/?id=26#61;ab\"      =20        class=3Dx>x</a>"},
		{"<a href=3D\"http://s.test/?utm_source=3Dabcdef\" =\nclass=3Dx>x</a>", "<a href=3D\"http://s.test/\"          =20        =\nclass=3Dx>x</a>"},
		{"<a href=3D\"http://s.test/?utm_source=3Dabcdef\"\nclass=3Dx>x</a>", ""},
	} {
		want := c.want
		if want == "" {
			want = c.in
		}
		raw := eml(header, c.in)
		checkLaws(t, testDetector(), raw)
		if got := (Blocker{Links: testCleaner}).Message(raw); string(got.Bytes) != string(eml(header, want)) {
			t.Errorf("\n got %q\nwant %q", got.Bytes, eml(header, want))
		}
	}
}

// In UTF-16, what is written has to be ASCII over ASCII; the white space behind it covers any letter.
func TestCleanLinksInUTF16(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`<p>格 ë <a href="http://s.test/?b=1&utm_source=格ë">ë</a>`, `<p>格 ë <a href="http://s.test/?b=1"              >ë</a>`},
		{`<p>格 ë <a href="http://t.test/CL0/http:%2F%2Fs.test%2F/1/ë">ë</a>`, `<p>格 ë <a href="http://s.test/"                            >ë</a>`},
		{`<a href="http://s.test/?utm_source=ë&abcdef=1234567">`, ""},
		{`<a href="http://s.test/ë?utm_id=1">`, ""},
	} {
		want, header := c.want, "From: a@sender.test\r\nContent-Type: text/html; charset="
		if want == "" {
			want = c.in
		}
		for label, text := range map[string]func(string) string{"utf-16le\r\n\r\n": utf16le, "utf-16be\r\n\r\n": utf16be} {
			raw := []byte(header + label + text(c.in))
			checkLaws(t, testDetector(), raw)
			if got := (Blocker{Links: testCleaner}).Message(raw); string(got.Bytes) != header+label+text(want) {
				t.Errorf("%q\n got %q\nwant %q", label, message.Parse(got.Bytes).Parts[0].Text(), want)
			}
		}
	}
}

func TestAttachmentsKeepTheirLinks(t *testing.T) {
	raw := eml("Content-Type: text/html\nContent-Disposition: attachment", `<a href="http://s.test/?utm_id=1">`)
	if c := (Blocker{Links: testCleaner}).Message(raw); !bytes.Equal(c.Bytes, raw) {
		t.Errorf("changed to %q", c.Bytes)
	}
}

// scanLinks calls emit for each link of a message.
func scanLinks(m *message.Message, emit func(url string)) {
	for _, part := range m.Parts {
		for _, d := range part.Documents(part.Raw()) {
			d.Scan(part.Body(d), func(r markup.Reference) {
				if isLink(r) {
					emit(r.URL)
				}
			})
		}
	}
}

// FuzzLinks checks that every link of a message leads to where it led, or to what the cleaner makes of that.
func FuzzLinks(f *testing.F) {
	for _, body := range []string{
		`<a href="http://t.test/CL0/http:%2F%2Fs.test%2F%3Fa=b%26copy=d/1/0100" x=y>1</a>`,
		`<a href=http://s.test/?a=b&utm_id=1>2</a><a href='http://s.test/?a=b&amp;utm_id=1'/>`,
		`<a title='<a href="http://s.test/?utm_id=1">' href=http://s.test/?utm_id=1 >`,
		`<!--[if mso]><a href="http://s.test/?utm_id=1"><![endif]-->`,
	} {
		for n := range 3 {
			f.Add(asMessage(body, n))
		}
	}
	d := testDetector()
	f.Fuzz(func(t *testing.T, raw []byte) {
		c := Blocker{Mode: Trackers, Detector: d, Links: testCleaner}.Message(raw)
		if c.Blocked+c.Closed > 0 {
			return
		}
		before, after := map[string]int{}, map[string]int{}
		scanLinks(message.Parse(raw), func(url string) {
			if clean, ok := testCleaner.Clean(url); ok {
				url = clean
			}
			before[url]++
		})
		scanLinks(message.Parse(c.Bytes), func(url string) {
			if clean, ok := testCleaner.Clean(url); ok {
				url = clean
			}
			after[url]++
		})
		for url, n := range before {
			if after[url] != n {
				t.Errorf("%d links to %q became %d\nbefore %q\nafter  %q", n, url, after[url], raw, c.Bytes)
			}
		}
	})
}
