package block

import (
	"bytes"
	"strings"
	"testing"

	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
	"pixelwacht/detector/message/messagetest"
)

const (
	pixelPage   = `<html><body><img src="http://t.test/pixel">text</body></html>`
	pixelEntity = "Disposition-Notification-To: a@sender.test\r\nContent-Type: text/html\r\n\r\n" + pixelPage
)

// left lists what a program would still load or report.
func left(raw []byte) []string {
	var all []string
	m := message.Parse(raw)
	scan := func(d message.Document, body []byte) {
		d.Scan(body, func(r markup.Reference) {
			if r.Role != markup.Link && r.Syntax != markup.OpaqueRegion && (r.Role == markup.Receipt || !isInert(r)) {
				all = append(all, r.Where()+" "+r.URL)
			}
		})
	}
	for _, h := range m.Sections {
		for _, d := range h.Documents(nil) {
			scan(d, h.Raw())
		}
	}
	for _, p := range m.Parts {
		for _, d := range p.Documents(p.Raw()) {
			scan(d, p.Body(d))
		}
	}
	return all
}

func TestDocumentsInMessages(t *testing.T) {
	d := testDetector()
	for name, raw := range map[string][]byte{
		"calendar":        eml("Content-Type: text/calendar", "BEGIN:VEVENT\nATTACH:http://t.test/a\nX-ALT-DESC:"+pixelPage+"\nIMAGE:http://t.t\n est/b\nEND:VEVENT"),
		"UTF-16 calendar": eml("Content-Type: text/calendar; charset=utf-16le", utf16le("BEGIN:VEVENT\r\nATTACH:http://t.test/a\r\nEND:VEVENT")),
		"UTF-7 calendar":  eml("Content-Type: text/calendar; charset=utf-7", "BEGIN:VEVENT\nATTACH:+AGgAdAB0AHA-://t.test/a\nEND:VEVENT"),
		"card":            eml("Content-Type: text/vcard", "BEGIN:VCARD\nPHOTO;VALUE=uri:http://t.test/a\nEND:VCARD"),
		"enriched":        eml("Content-Type: text/enriched", "<x-img><param>http://t.test/</param></x-img><<img src=http://t.test/>"),
		"RTF":             eml("Content-Type: text/rtf", `{\rtf1{\field{\*\fldinst INCLUDEPICTURE \'68ttp://{\b t.test}/a}}text}`),
		"RTF of unicode":  eml("Content-Type: text/rtf", `{\rtf1{\field{\*\fldinst INCLUDEPICTURE \u104?ttp://t.test/a}}text}`),
		"signed":          messagetest.Part("application/pkcs7-mime", messagetest.SignedData(messagetest.Indefinite, []byte(pixelEntity))),
		"compressed":      messagetest.Part("application/pkcs7-mime", messagetest.CompressedData(messagetest.Primitive, []byte(pixelEntity))),
		"message":         messagetest.Part("message/rfc822", []byte(pixelEntity)),
		"message twice":   messagetest.Part("message/rfc822", messagetest.Part("message/rfc822", []byte(pixelEntity))),
		"message in QP":   eml("Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable", "Content-Type: text/html\n\n<img src=3D\"http://t.t=\nest/\">"),
		"TNEF":            messagetest.Part("application/ms-tnef", messagetest.TNEF(messagetest.Attribute{ID: messagetest.MAPIProps, Data: messagetest.Properties(messagetest.Property{Type: messagetest.TypeBinary, ID: messagetest.PropHTML, Value: []byte(pixelPage)}, messagetest.Property{Type: messagetest.TypeBinary, ID: messagetest.PropCompressedRTF, Value: messagetest.CompressedRTF(`{\rtf1{\*\template http://t.test/}}`)})})),
		"uuencode":        eml("", strings.ReplaceAll("hello\r\n"+messagetest.UUEncode("a.html", []byte(pixelPage)), "\r", "")),
		"yEnc":            eml("", strings.ReplaceAll("hello\r\n"+messagetest.YEncode("a.html", []byte(pixelPage)), "\r", "")),
		"external body":   eml("Content-Type: message/external-body; access-type=URL; URL=\"http://t.test/\"", "Content-Type: text/html\n\n"+pixelPage),
		"header fields":   eml("Content-Base: http://t.test/\nX-Image-URL: http://t.test/\nRead-Receipt-To: a@sender.test\nLink: <http://t.test/>; rel=icon", "hello"),
		"media types":     eml("Content-Type: text/plain\nContent-Type: text/html", pixelPage),
		"encodings":       eml("Content-Type: text/html\nContent-Transfer-Encoding: 8bit\nContent-Transfer-Encoding: base64", pixelPage),
		"two multiparts":  eml("Content-Type: multipart/mixed; boundary=a; boundary=b", "--a\n\nx\n--b\nContent-Type: text/html\n\n"+pixelPage+"\n--b--\n--a--"),
		"partial":         eml("Content-Type: message/partial; number=1; total=2; id=x", pixelEntity),
		"nothing is said": eml("Content-Type: multipart/mixed", "x"+pixelPage),
	} {
		t.Run(name, func(t *testing.T) {
			c := checkLaws(t, d, raw)
			if c.Blocked+c.Closed == 0 {
				t.Error("nothing was blocked")
			}
			if l := left(c.Bytes); len(l) > 0 {
				t.Errorf("left: %q", l)
			}
			if bytes.Contains(bytes.ReplaceAll(c.Bytes, []byte{0}, nil), []byte("http://t.test")) && name != "header fields" && name != "external body" {
				t.Errorf("the URL is left in %q", c.Bytes)
			}
		})
	}
}

func TestClosedBodyIsNoMarkupInAnyEncoding(t *testing.T) {
	raw := []byte("<img src=3D\"http://t.test/\">=\r\n=zz PGlt==Zy-_ <b>=4\r\n")
	closed := closeBody([]message.Encoding{message.Identity, message.QuotedPrintable, message.Base64}, raw)
	for _, e := range []message.Encoding{message.QuotedPrintable, message.Base64} {
		if got, want := len(e.Decode(closed)), len(e.Decode(raw)); got != want {
			t.Errorf("encoding %d: %d octets became %d in %q", e, want, got, closed)
		}
		if e == message.Base64 && bytes.ContainsAny(e.Decode(closed), "<") {
			t.Errorf("encoding %d: %q", e, e.Decode(closed))
		}
	}
	markup.Scan(closed, func(r markup.Reference) { t.Errorf("reference %+v", r) })
}

// A part that two readings see differently comes to rest, and is not closed as a whole.
func TestReadingsComeToRest(t *testing.T) {
	raw := html("<style><!-- x --> body{background:&#117;rl(http://t.test/pixel)}</style>text")
	if c := checkLaws(t, testDetector(), raw); c.Closed != 0 || bytes.Contains(c.Bytes, []byte("t.test/pixel")) {
		t.Errorf("%d closed: %q", c.Closed, c.Bytes)
	}
}

// A property that asks for a receipt, and the sound of a reminder on another machine, mean nothing any more; what is around
// stays, links among it.
func TestPropertiesThatReport(t *testing.T) {
	property := func(typ, id uint16, name, value string) messagetest.Property {
		return messagetest.Property{Type: typ, ID: id, Name: name, Value: []byte(value)}
	}
	message := func(p messagetest.Property) []byte {
		return messagetest.Part("application/ms-tnef", messagetest.TNEF(messagetest.Attribute{ID: messagetest.MAPIProps, Data: messagetest.Properties(
			property(messagetest.TypeString, 0x37, "", "subject\x00"), p, property(messagetest.TypeString, 0x1000, "", `see \\t.test\a`+"\x00"),
		)}))
	}
	receipt := func(value string) messagetest.Property {
		return property(messagetest.TypeBoolean, messagetest.PropReadReceipt, "", value)
	}
	for _, c := range []struct{ in, want messagetest.Property }{
		{in: receipt("\x01\x00"), want: property(messagetest.TypeBoolean, 0x7b09, "", "\x01\x00")},
		{in: receipt("\x00\x00"), want: receipt("\x00\x00")},
		{
			in:   property(messagetest.TypeUnicode, 0x8001, "ReminderFile", utf16le(`\\t.test@80\a.wav`+"\x00")),
			want: property(messagetest.TypeUnicode, 0x8001, "ReminderFile", utf16le(`xxt.test@80\a.wav`+"\x00")),
		},
		{
			in:   property(messagetest.TypeString, 0x8001, "ReminderFile", "FILE://t.test/a.wav\x00"),
			want: property(messagetest.TypeString, 0x8001, "ReminderFile", "xxLE://t.test/a.wav\x00"),
		},
		{
			in:   property(messagetest.TypeUnicode, 0x8002, "JoinURL", utf16le("https://meet.test/1\x00")),
			want: property(messagetest.TypeUnicode, 0x8002, "JoinURL", utf16le("https://meet.test/1\x00")),
		},
	} {
		got := checkLaws(t, testDetector(), message(c.in))
		if want := message(c.want); !bytes.Equal(got.Bytes, want) {
			t.Errorf("%v\n got %q\nwant %q", c.in, got.Bytes, want)
		}
	}
}
