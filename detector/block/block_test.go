package block

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
	"pixelwacht/detector/redirect"
)

// eml makes a message of header lines and a body with CRLF line ends.
func eml(header, body string) []byte {
	return []byte(strings.ReplaceAll("From: a@sender.test\nTo: b@reader.test\nSubject: x\n"+header+"\n\n"+body, "\n", "\r\n"))
}

func html(body string) []byte { return eml("Content-Type: text/html", body) }

// checkLaws checks the laws of the package on one input, in both modes, with and without cleaning links, and returns the
// copy in mode All whose links are as they were.
func checkLaws(t *testing.T, d *detector.Detector, raw []byte) Copy {
	t.Helper()
	before := bytes.Clone(raw)
	var all Copy
	for _, b := range []Blocker{
		{Mode: Trackers, Detector: d}, {Mode: Trackers, Detector: d, Links: testCleaner}, {Mode: All, Links: testCleaner}, {Mode: All},
	} {
		mode := string(b.Mode)
		if b.Links != nil {
			mode += " with clean links"
		}
		c := b.Message(raw)
		if !bytes.Equal(raw, before) {
			t.Fatalf("%s: the original was changed", mode)
		}
		if len(c.Bytes) != len(raw) {
			t.Fatalf("%s: length %d became %d", mode, len(raw), len(c.Bytes))
		}
		var streamed bytes.Buffer
		if s, err := b.Stream(&streamed, bytes.NewReader(raw), int64(len(raw)), true); err != nil || !bytes.Equal(streamed.Bytes(), c.Bytes) || !reflect.DeepEqual(s.Undo, c.Undo) {
			t.Fatalf("%s: streamed differently: %v", mode, err)
		}
		if again := b.Message(c.Bytes); !bytes.Equal(again.Bytes, c.Bytes) {
			t.Errorf("%s: a second block changed the copy\nonce  %q\ntwice %q", mode, c.Bytes, again.Bytes)
		}
		restored, err := c.Undo.Restore(c.Bytes)
		if err != nil || !bytes.Equal(restored, raw) {
			t.Errorf("%s: restore: %v", mode, err)
		}
		inPatch := make([]bool, len(raw))
		for _, p := range c.Undo.Patches {
			for i := range p.Original {
				inPatch[int(p.Offset)+i] = true
			}
		}
		for i := range raw {
			if raw[i] != c.Bytes[i] && !inPatch[i] {
				t.Fatalf("%s: byte %d differs outside of the patches", mode, i)
			}
			if (raw[i] == '\n' || raw[i] == '\r') != (c.Bytes[i] == '\n' || c.Bytes[i] == '\r') {
				t.Fatalf("%s: a line break moved at byte %d", mode, i)
			}
		}
		was, is := message.Parse(raw), message.Parse(c.Bytes)
		if len(was.Parts) != len(is.Parts) {
			t.Fatalf("%s: %d parts became %d", mode, len(was.Parts), len(is.Parts))
		}
		for i := range was.Parts {
			if a, b := len(was.Parts[i].Decode()), len(is.Parts[i].Decode()); a != b {
				t.Errorf("%s: part %s: decoded length %d became %d", mode, was.Parts[i].Section, a, b)
			}
		}
		all = c
	}
	return all
}

var testCleaner = redirect.Builtin()

func testDetector() *detector.Detector { return detector.New(catalogue.Builtin()) }

func TestMessage(t *testing.T) {
	d := testDetector()
	for _, c := range []struct{ name, in, want string }{
		{"img", `<img src="http://t.test/pixel">`, `<img src="data:,xxxxxxxxxxxxx">`},
		{"no quotes", `<img src=http://t.test/pixel>`, `<img src=data:,xxxxxxxxxxxxx>`},
		{"entities", `<img src="http&#58;//t.test/">`, `<img src="data:,xxxxxxxxxxxx">`},
		{"short", `<img src="//t">`, `<img xxx="xxx">`},
		{"line break", "<img src=\"http://t\n.test/\">", "<img src=\"data:,xx\nxxxxxx\">"},
		{"srcset", `<img srcset="http://t.test/a 1x, http://t.test/b 2x">`, `<img srcset="data:,xxxxxxxxx 1x, data:,xxxxxxxxx 2x">`},
		{"background", `<td background="http://t.test/">`, `<td background="data:,xxxxxxxx">`},
		{"style attribute", `<p style="color:red;background:url(http://t.test/)">`, `<p style="color:red;background:url(data:,xxxxxxxx)">`},
		{"style quotes", `<p style="background:url('http://t.test/')">`, `<p style="background:url('data:,xxxxxxxx')">`},
		{"style short", `<p style="background:url(//t)">`, `<p style="background:xxx(;;;)">`},
		{"style sheet", `<style>p{background:url(http://t.test/)}</style>`, `<style>p{background:url(data:,xxxxxxxx)}</style>`},
		{"import", `<style>@import "http://t.test/";</style>`, `<style>@import "data:,xxxxxxxx";</style>`},
		{"import short", `<style>@import "//t";</style>`, `<style>@xxxxxx "xxx";</style>`},
		{"link", `<link rel=stylesheet href="http://t.test/">`, `<link rel=stylesheet href="data:,xxxxxxxx">`},
		{"script", `<script>x("</b>")</script>`, `<script>;;;;;;;;;</script>`},
		{"refresh", `<meta http-equiv=refresh content="0;url=http://t.test/">`, `<meta http-equiv=refresh xxxxxxx="data:,xxxxxxxxxxxxxx">`},
		{"iframe", `<iframe src = "http://t.test/">`, `<iframe xxx = "data:,xxxxxxxx">`},
		{"object", `<object data=http://t.test/>x</object>`, `<object xxxx=data:,xxxxxxxx>x</object>`},
		{"comment", `<!--[if mso]><v:fill src="http://t.test/"/><![endif]-->`, `<!--[if mso]><v:fill src="data:,xxxxxxxx"/><![endif]-->`},
		{"svg data", `<img src="data:image/svg+xml,%3Csvg/%3E">`, `<img src="data:,xxxxxxxxxxxxxxxxxxxxxxx">`},

		{"keep links", `<a href="http://t.test/">http://t.test/</a>`, ``},
		{"keep cid", `<img src="cid:a@b">`, ``},
		{"keep data pictures", `<img src="data:image/png;base64,AAAA">`, ``},
		{"keep text", `<p title="http://t.test/">1 < 2 http://t.test/ url(http://t.test/)</p>`, ``},
		{"keep alt", `<img alt="http://t.test/">`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := c.want
			if want == "" {
				want = c.in
			}
			got := checkLaws(t, d, html(c.in))
			if string(got.Bytes) != string(html(want)) {
				t.Errorf("\n got %q\nwant %q", got.Bytes, html(want))
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	const in = `<img src="http://t.test/?a=b">`
	const want = `<img src="data:,xxxxxxxxxxxx">`
	quoted := eml("Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable", "<img src=3D\"http:=\n//t.test/?a=3Db\"> =E9=20=\n\n")
	got := checkLaws(t, testDetector(), quoted)
	if want := eml("Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable", "<img src=3D\"data:=\n,xxxxxxxxxx=78x\"> =E9=20=\n\n"); string(got.Bytes) != string(want) {
		t.Errorf("quoted-printable\n got %q\nwant %q", got.Bytes, want)
	}
	// base64 of in, with a line break in a group
	base := eml("Content-Type: text/html\nContent-Transfer-Encoding: BASE64", "PGltZyBzcmM9Imh0d\nHA6Ly90LnRlc3QvP2E9YiI+\n")
	got = checkLaws(t, testDetector(), base)
	if text := message.Parse(got.Bytes).Parts[0].Text(); text != want {
		t.Errorf("base64: got %q, want %q", text, want)
	}
	if text := message.Parse(base).Parts[0].Text(); text != in {
		t.Errorf("base64 fixture: %q", text)
	}
}

func TestClosedAsAWhole(t *testing.T) {
	for name, raw := range map[string][]byte{
		"UTF-32":            eml("Content-Type: text/html; charset=utf-32le", "<\x00\x00\x00i\x00\x00\x00m\x00\x00\x00g\x00\x00\x00"),
		"UTF-7":             eml("Content-Type: text/html; charset=utf-7", "+ADw-img src=http://t.test/+AD4-"),
		"padding in base64": eml("Content-Type: text/html\nContent-Transfer-Encoding: base64", "PGlt==ZyBzcmM9Imh0dHA6Ly90LnRlc3QvIj4="),
		"URL-safe base64":   eml("Content-Type: text/html\nContent-Transfer-Encoding: base64", "PGlt-ZyBzcmM9Imh0dHA6Ly90LnRlc3QvIj4="),
		"UTF-16 unlabelled": eml("Content-Type: text/html", utf16le("<img src=http://t.test/>")),
		"UTF-16 or UTF-7":   eml("Content-Type: text/html; charset=utf-7", "\xff\xfe"+utf16le("<img src=http://t.test/>")),
		"JIS-Roman":         eml("Content-Type: text/html; charset=iso-2022-jp", "\x1b(J<img src=http://t.test/>"),
		"HZ":                eml("Content-Type: text/html; charset=hz-gb-2312", "~{<:Ky~}<img src=http://t.test/>"),
		"junk in base64":    eml("Content-Type: text/html\nContent-Transfer-Encoding: base64", "PGlt!ZyBzcmM9Imh0dHA6Ly90LnRlc3QvIj4="),
	} {
		c := checkLaws(t, testDetector(), raw)
		if c.Closed != 1 {
			t.Errorf("%s: not closed: %q", name, c.Bytes)
		}
		if bytes.Contains(message.Parse(c.Bytes).Parts[0].Decode(), []byte("<")) {
			t.Errorf("%s: markup left: %q", name, c.Bytes)
		}
	}
}

// Text in UTF-16 is patched as text in UTF-8 is, whatever it is encoded in.
func TestUTF16IsPatched(t *testing.T) {
	encode := func(encoding, text string) string {
		switch encoding {
		case "base64":
			return every(76, "\r\n", base64.StdEncoding.EncodeToString([]byte(text)))
		case "quoted-printable":
			return every(75, "=\r\n", quoteAll(text))
		}
		return text
	}
	for _, c := range []struct{ name, in, want string }{
		{"reference", `<p>Zoë “三” 😀 • http://a.test/</p><img src="http://t.test/p">`, `<p>Zoë “三” 😀 • http://a.test/</p><img src="data:,xxxxxxxxx">`},
		{"not ASCII", `<img src="http://zoë.test/😀">`, `<img src="data:,xxxxxxxxxxxx">`},
		{"short and not ASCII", `<img src="//ë">`, `<img xxx="xxx">`},
		{"starts not in ASCII", `<base href="http://t.test/"><img src="ë丼">`, `<base href="data:,xxxxxxxx"><img xxx="ë丼">`},
		{"line breaks", "<img\r\nsrc=\"http://t\r\n.test/\">\r\n", "<img\r\nsrc=\"data:,xx\r\nxxxxxx\">\r\n"},
		{"style sheet", `<style>p{background:url(http://t.test/)}</style>ë`, `<style>p{background:url(data:,xxxxxxxx)}</style>ë`},
		{"charset of its own", `<meta charset=utf-7><p>ë</p>`, `<meta charset=xxxxx><p>ë</p>`},
		{"an octet of a letter is <", `<p>丼 x</p><img src="http://t.test/">`, `<p>丼 x</p><img src="data:,xxxxxxxx">`},
		{"an octet of a letter is <, before a URL", `<p>格安 焼 http://a.test/ë</p><b>`, `<p>格安 焼 http://a.test/ë</p><b>`},
		{"an octet of a letter is <, before a link", `<p>格 丼) <a href="http://a.test/ë">格</a></p>`, `<p>格 丼) <a href="http://a.test/ë">格</a></p>`},
		{"nothing", `<p>“ë” & <a href="http://a.test/ë">丼</a></p>`, `<p>“ë” & <a href="http://a.test/ë">丼</a></p>`},
	} {
		for label, text := range map[string]func(string) string{
			"; charset=utf-16le": utf16le, "; charset=utf-16be": utf16be, "; charset=utf-16": utf16be, "; charset=unicode": utf16le,
			"": func(s string) string { return utf16be("\ufeff" + s) }, "; charset=utf-8": func(s string) string { return utf16le("\ufeff" + s) },
		} {
			for _, encoding := range []string{"base64", "quoted-printable", "binary"} {
				header := "From: a@sender.test\r\nContent-Type: text/html" + label + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n\r\n"
				got := checkLaws(t, testDetector(), []byte(header+encode(encoding, text(c.in))))
				if want := header + encode(encoding, text(c.want)); !strings.EqualFold(string(got.Bytes), want) {
					t.Errorf("%s%s in %s: got %q", c.name, label, encoding, message.Parse(got.Bytes).Parts[0].Text())
				}
			}
		}
	}
}

// Octets that are letters in one reading and markup in another are harmless in each.
func TestUTF16IsHarmlessInEveryReading(t *testing.T) {
	const page = `<p>text</p><img src="http://t.test/p"> `
	for name, body := range map[string]string{
		"octets":                   page,
		"octets behind a mark":     "\xff\xfe" + page,
		"the other byte order":     utf16be(page),
		"the other order alone":    utf16be("<img title=\"\u2022 x=\" src=\"picture\">"),
		"the mark is wrong":        "\xfe\xff" + utf16le(page),
		"an octet too many":        utf16le(page) + "x",
		"a lone surrogate":         utf16le("<img src=\"http://t.test/p") + "\x00\xd8" + utf16le("q\">"),
		"octets inside of letters": utf16le(`<p title="`) + `<img src='http://t.test/p'> ` + utf16le(`">x</p>`),
		"quote inside of a letter": utf16le("<img title=\"\u2220 src=http://t.test/p x\">"),
		"tag begins in a letter":   utf16le("<p>㱡img src=http://t.test/p></p>") + utf16be("㱡img src=http://t.test/p>"),
		"no element, a style":      utf16le("<p>丼 style=background:url(http://t.test/p)></p>") + utf16be("㱡n style=background:url(http://t.test/p)>"),
		"NUL":                      utf16le("<img\x00 src=\"ht\x00tp://t.test/p\">"),
		"line break in a letter":   utf16le("<img src=\"http://t.test/\u010a\u0a0d\">"),
	} {
		for _, label := range []string{"utf-16", "utf-16le", "utf-16be"} {
			c := checkLaws(t, testDetector(), []byte("From: a@sender.test\r\nContent-Type: text/html; charset="+label+"\r\n\r\n"+body))
			if l := left(c.Bytes); len(l) > 0 || c.Blocked+c.Closed == 0 {
				t.Errorf("%s as %s: left %q of %q", name, label, l, c.Bytes)
			}
			text := strings.ReplaceAll(string(c.Bytes), "\x00", "")
			if strings.Contains(text, "picture") || strings.Contains(text, "http:") && !strings.Contains(name, "quote") {
				t.Errorf("%s as %s: the URL is left in %q", name, label, text)
			}
		}
	}
}

// Text in ISO-2022-JP is patched as other text is; its escape sequences stay, but for those inside of what is blocked.
func TestJapaneseMailIsPatched(t *testing.T) {
	jp := func(s string) string {
		b, err := japanese.ISO2022JP.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range []struct{ name, in, want string }{ // "~" in want are the fillers for escape sequences
		{"reference", `<p>会社の者が感謝 http://a.test/</p><img src="http://t.test/p" alt="あ■">`, `<p>会社の者が感謝 http://a.test/</p><img src="data:,xxxxxxxxx" alt="あ■">`},
		{"URL with wide characters", `<p>社</p><img src="http://t.test/写真.png">`, `<p>社</p><img src="data:,xxxxxxxxxxxxxxxx~~">`},
		{"URL of wide characters", `<p>社</p><img src="写真">`, `<p>社</p><img xxx="写真">`},
		{"starts in wide characters", `<img src="写真/a.png">`, `<img src="data:,xxxxxxxxxx">`},
		{"style sheet", `<style>p{background:url(http://t.test/写)}</style>社`, `<style>p{background:url(data:,xxxxxxxxxx~~)}</style>社`},
		{"behind letters that hold a <", `<p>社 車 <a href="http://a.test/">実</a></p>`, `<p>社 車 <a href="http://a.test/">実</a></p>`},
		{"no escape sequence at all", `<p>a</p><img src="http://t.test/">`, `<p>a</p><img src="data:,xxxxxxxx">`},
	} {
		header := "From: a@sender.test\r\nContent-Type: text/html; charset=ISO-2022-JP\r\n\r\n"
		got := checkLaws(t, testDetector(), []byte(header+jp(c.in)))
		if want := header + strings.ReplaceAll(jp(c.want), "~", "xxx"); string(got.Bytes) != want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got.Bytes, want)
		}
	}
}

func TestNestedMessageWithAnEncoding(t *testing.T) {
	raw := eml("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64", "PGltZyBzcmM9Imh0dHA6Ly90LnRlc3QvIj4=")
	c := checkLaws(t, testDetector(), raw)
	if got := string(message.Parse(c.Bytes).Parts[0].Decode()); got != `<img src="data:,xxxxxxxx">` {
		t.Errorf("got %q", got)
	}
}

func TestJapaneseMailWithoutReferencesStays(t *testing.T) {
	raw := eml("Content-Type: text/html; charset=iso-2022-jp", "<p>\x1b$B$\"\x1b(B <a href=http://t.test/>x</a></p>")
	if c := checkLaws(t, testDetector(), raw); !bytes.Equal(c.Bytes, raw) {
		t.Errorf("changed to %q", c.Bytes)
	}
}

func TestXMLAttachmentStays(t *testing.T) {
	raw := eml("Content-Type: application/xml\nContent-Disposition: attachment", `<invoice xsi:schemaLocation="urn:x http://docs.test/x.xsd"/>`)
	if c := checkLaws(t, testDetector(), raw); !bytes.Equal(c.Bytes, raw) {
		t.Errorf("changed to %q", c.Bytes)
	}
}

func TestTrackerInAnotherCharset(t *testing.T) {
	raw := eml("Content-Type: text/html; charset=iso-8859-1", "<img src=\"https://shop.test/open/caf\xe9/0b7c0f5e-93ad-4a0e-8c1e-5d1f30c2a9b4\" width=1 height=1>")
	if c := (Blocker{Mode: Trackers, Detector: testDetector()}).Message(raw); c.Blocked != 1 {
		t.Errorf("%d blocked", c.Blocked)
	}
}

func TestReceiptRequest(t *testing.T) {
	raw := eml("Disposition-Notification-To: a@sender.test\nContent-Type: text/plain", "hello")
	c := checkLaws(t, testDetector(), raw)
	if !bytes.Contains(c.Bytes, []byte("\r\nX-Blocked-xxxxxxxxxxxxxxxxx: a@sender.test\r\n")) {
		t.Errorf("receipt request left: %q", c.Bytes)
	}
}

func TestOnlyMarkupIsTouched(t *testing.T) {
	attachment := "http://t.test/ <img src=http://t.test/>"
	raw := eml("Content-Type: multipart/mixed; boundary=b", "--b\nContent-Type: text/html\n\n<img src=http://t.test/>\n--b\nContent-Type: application/zip\n\n"+attachment+"\n--b\nContent-Type: text/plain\n\n"+attachment+"\n--b--\n")
	c := checkLaws(t, testDetector(), raw)
	if c.Blocked != 1 || bytes.Count(c.Bytes, []byte(attachment)) != 2 {
		t.Errorf("%d references blocked in %q", c.Blocked, c.Bytes)
	}
}

func TestReadersThatDisagreeOnLineEnds(t *testing.T) {
	for _, raw := range []string{
		"From: a\r\nContent-Type: text/html\r\r<img src=http://t.test/>",
		"From: a\rContent-Type: text/html\r\r<img src=http://t.test/>",
		"X: a\r\rb\r\nContent-Type: text/html\r\n\r\n<img src=http://t.test/>",
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r--b\rContent-Type: text/html\r\r<img src=http://t.test/>",
	} {
		if c := checkLaws(t, testDetector(), []byte(raw)); bytes.Contains(c.Bytes, []byte("http:")) {
			t.Errorf("%q is left", c.Bytes)
		}
	}
}

func TestStyleSheetPart(t *testing.T) {
	raw := eml("Content-Type: text/css", "p{background:url(http://t.test/)}")
	if c := checkLaws(t, testDetector(), raw); !bytes.Contains(c.Bytes, []byte("url(data:,xxxxxxxx)")) {
		t.Errorf("got %q", c.Bytes)
	}
}

func TestNestedMessage(t *testing.T) {
	raw := eml("Content-Type: message/rfc822", "Return-Receipt-To: a@sender.test\nContent-Type: text/html\n\n<img src=http://t.test/>")
	if c := checkLaws(t, testDetector(), raw); c.Blocked != 2 {
		t.Errorf("%d blocked in %q", c.Blocked, c.Bytes)
	}
}

func TestTrackersOnly(t *testing.T) {
	raw := html(`<img src="http://shop.test/logo.png" width=200 height=80><img src="http://shop.test/o/5f3a9c81d2e4471bb0aa?track=1" width=1 height=1>`)
	c := Blocker{Mode: Trackers, Detector: testDetector()}.Message(raw)
	if c.Blocked != 1 || !bytes.Contains(c.Bytes, []byte("http://shop.test/logo.png")) || bytes.Contains(c.Bytes, []byte("track=1")) {
		t.Errorf("%d blocked: %q", c.Blocked, c.Bytes)
	}
}

func TestRestoreRefuses(t *testing.T) {
	raw := html(`<img src="http://t.test/pixel">`)
	c := Blocker{}.Message(raw)
	other := bytes.Clone(c.Bytes)
	other[0] = 'f'
	bad := c.Undo
	bad.Version = 99
	outside := c.Undo
	outside.Patches = []Patch{{Offset: c.Undo.Length - 1, Original: []byte("ab")}}
	wrong := c.Undo
	wrong.Patches = nil
	for _, c := range []struct {
		name    string
		undo    Undo
		blocked []byte
		want    error
	}{
		{"changed copy", c.Undo, other, ErrMismatch},
		{"cut copy", c.Undo, c.Bytes[1:], ErrMismatch},
		{"unknown version", bad, c.Bytes, ErrVersion},
		{"patch outside", outside, c.Bytes, ErrDamaged},
		{"patches missing", wrong, c.Bytes, ErrDamaged},
	} {
		if got, err := c.undo.Restore(c.blocked); !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
}

// The development corpus is not part of the project; where it is at hand, the laws are checked on all of it.
func TestLawsOnCorpus(t *testing.T) {
	dir := os.Getenv("PIXELWACHT_CORPUS")
	files, _ := filepath.Glob(filepath.Join(dir, "*.eml"))
	if dir != "" && len(files) == 0 {
		t.Fatalf("no messages in PIXELWACHT_CORPUS=%s", dir)
	}
	d := testDetector()
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := checkLaws(t, d, raw)
			for _, f := range d.Scan(message.Parse(c.Bytes)).Findings {
				if f.Kind != detector.ClickLink {
					t.Errorf("still found in the blocked copy: %s %s", f.Where, f.URL)
				}
			}
		})
	}
}

func FuzzMessage(f *testing.F) {
	for _, body := range []string{
		`<img src="http://t.test/1?a=b&amp;c=d" width=1 height=1>`,
		`<style>@import "http://t.test/"; p{background:url(http://t.test/)}</style>`,
		`<!-- <img src="--><img src=//t.test>`,
		`<a title='<img src="x'>" href=y><script>"</script>`,
		`<a href="http://t.test/CL0/http:%2F%2Fs.test%2F%3Fa=b/1/x">1</a><a href=http://s.test/?a=b&utm_id=1>2</a>`,
		`<img srcset="a,b 1x, c 2x"><p style="b:u\72l(c)">`,
	} {
		f.Add(html(body))
		f.Add(eml("Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable", strings.ReplaceAll(body, "=", "=3D")))
		f.Add(eml("Content-Type: multipart/mixed; boundary=b\nReturn-Receipt-To: a", fmt.Sprintf("--b\nContent-Type: text/html\n\n%s\n--b--", body)))
	}
	f.Add(eml("Content-Type: text/html; charset=iso-2022-jp", "<p>\x1b$B<R2q\x1b(B</p><a href=http://s.test/?utm_id=\x1b$B$\"\x1b(B >x</a><img src='\x1b$B<L\x1b(B//t.test'>"))
	f.Add(eml("Content-Type: text/html; charset=utf-16", utf16le(`<p title="•">丼</p><img src="http://ë.test/">`)))
	f.Add(eml("Content-Type: text/html", "\xfe\xff"+utf16be(`<style>p{background:url(http://t.test/)}</style><a href="http://t.test/CL0/http:%2F%2Fs.test/1/ë">`)))
	f.Add(eml("Content-Type: text/html\nContent-Transfer-Encoding: base64", "PGltZyBzcmM9Imh0d\nHA6Ly90LnRlc3QvP2E9YiI+\n"))
	d := testDetector()
	f.Fuzz(func(t *testing.T, raw []byte) { checkLaws(t, d, raw) })
}

func BenchmarkMessage(b *testing.B) {
	row := `<tr><td style="padding:0 10px"><a href="http://t.test/c/1"><img src="http://t.test/logo.png" width="100" alt="x"></a> Some text of a newsletter.</td></tr>` + "\n"
	raw := html(strings.Repeat(row, 400))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		Blocker{}.Message(raw)
	}
}
