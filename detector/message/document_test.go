package message

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pixelwacht/detector/markup"
	"pixelwacht/detector/message/messagetest"
)

const (
	picture = "http://t.test/a/pixel"
	page    = `<html><body><img src="` + picture + `"> text</body></html>`
	entity  = "Content-Type: text/html\r\n\r\n" + page
)

// documentCases are messages, each with one document that holds a reference, and the role and place of that.
var documentCases = []struct {
	name string
	raw  []byte
	want string
}{
	{"HTML", []byte("Content-Type: text/html\r\n\r\n" + page), "loads img src"},
	{"HTML by name", messagetest.Part(`application/octet-stream; name="a.HTML"`, []byte("x"+page)), "loads img src"},
	{"HTML by content", messagetest.Part("application/pdf", []byte(page)), "loads img src"},
	{"AMP", []byte("Content-Type: text/x-amp-html\r\n\r\n" + `<amp-img src="` + picture + `">`), "loads amp-img src"},
	{"style sheet", []byte("Content-Type: text/css\r\n\r\np{background:url(" + picture + ")}"), "loads style background"},
	{"enriched", []byte("Content-Type: text/enriched\r\n\r\n<x-img><param>" + picture + "</param></x-img>"), "loads param"},
	{"enriched HTML", []byte("Content-Type: text/richtext\r\n\r\n<<img src='" + picture + "'>"), "loads img src"},
	{"calendar attachment", calendar("ATTACH;FMTTYPE=application/pdf:" + picture), "maybe attach"},
	{"calendar attachment that is a picture", calendar("ATTACH;FMTTYPE=image/png:" + picture), "loads attach"},
	{"calendar image", calendar("IMAGE;VALUE=URI:" + picture), "loads image"},
	{"calendar parameter", calendar(`DESCRIPTION;ALTREP="` + picture + `":text`), "maybe description parameter"},
	{"calendar link", calendar("URL:" + picture), "link url"},
	{"calendar, folded", calendar("ATTACH:http://t.te\r\n st/a/\r\n\tpixel"), "maybe attach"},
	{"calendar HTML", calendar("X-ALT-DESC;FMTTYPE=text/html:" + page), "loads img src"},
	{"calendar HTML, folded and escaped", calendar(`X-ALT-DESC:<html>\n<p title="a\, b\; c">` + "<img sr\r\n c=\"http://t.te\r\n st/a/pixel\">"), "loads img src"},
	{"vCard picture", []byte("Content-Type: text/vcard\r\n\r\nBEGIN:VCARD\r\nitem1.PHOTO;VALUE=uri:" + picture + "\r\nEND:VCARD"), "loads photo"},
	{"vCard key", []byte("Content-Type: text/x-vcard\r\n\r\nBEGIN:VCARD\r\nKEY:" + picture + "\r\nEND:VCARD"), "maybe key"},
	{"RTF picture", []byte("Content-Type: text/rtf\r\n\r\n" + `{\rtf1{\field{\*\fldinst INCLUDEPICTURE "` + picture + `" \\d}}}`), "loads includepicture"},
	{"RTF link", []byte("Content-Type: application/rtf\r\n\r\n" + `{\rtf1{\field{\*\fldinst{HYPERLINK "` + picture + `"}}{\fldrslt x}}}`), "link hyperlink"},
	{"RTF template", []byte("Content-Type: text/rtf\r\n\r\n" + `{\rtf1{\*\template ` + picture + `}}`), "loads " + picture},
	{"RTF in escapes and pieces", []byte("Content-Type: text/rtf\r\n\r\n" + `{\rtf1{\field{\fldinst INCLUDEPICTURE \'68t{\b tp://t.te}st/a/pixel}}}`), "loads includepicture"},
	{"RTF with HTML", []byte("Content-Type: text/rtf\r\n\r\n" + `{\rtf1\fromhtml1{\*\htmltag64 <img src="` + picture + `">}text}`), "loads img src"},
	{"message in base64", messagetest.Part("message/rfc822", []byte(entity)), "loads img src"},
	{"message by name", messagetest.Part(`application/octet-stream; name="a.eml"`, []byte(entity)), "loads img src"},
	{"message in a message", messagetest.Part("message/rfc822", messagetest.Part("message/rfc822", []byte(entity))), "loads img src"},
	{"signed data", messagetest.Part("application/pkcs7-mime; smime-type=signed-data", messagetest.SignedData(messagetest.Primitive, []byte(entity))), "loads img src"},
	{"signed data in pieces", messagetest.Part("application/x-pkcs7-mime", messagetest.SignedData(messagetest.Constructed, []byte(entity))), "loads img src"},
	{"signed data without lengths", messagetest.Part("application/pkcs7-mime", messagetest.SignedData(messagetest.Indefinite, []byte(entity))), "loads img src"},
	{"compressed data", messagetest.Part("application/pkcs7-mime; smime-type=compressed-data", messagetest.CompressedData(messagetest.Indefinite, []byte(entity))), "loads img src"},
	{"TNEF HTML", tnef(messagetest.Property{Type: messagetest.TypeBinary, ID: messagetest.PropHTML, Value: []byte(page)}), "loads img src"},
	{"TNEF HTML behind a named property", tnef(
		messagetest.Property{Type: messagetest.TypeUnicode, ID: 0x8001, Name: "abcde", Value: []byte("x\x00y\x00z\x00")},
		messagetest.Property{Type: messagetest.TypeString, ID: messagetest.PropHTML, Value: []byte(page)}), "loads img src"},
	{"TNEF RTF", tnef(messagetest.Property{Type: messagetest.TypeBinary, ID: messagetest.PropCompressedRTF,
		Value: messagetest.CompressedRTF(`{\rtf1{\field{\*\fldinst INCLUDEPICTURE "` + picture + `"}}}`)}), "loads includepicture"},
	{"TNEF attachment", messagetest.Part("application/ms-tnef", messagetest.TNEF(
		messagetest.Attribute{ID: messagetest.AttachTitle, Data: []byte("a.htm\x00")},
		messagetest.Attribute{ID: messagetest.AttachData, Data: []byte("x" + page)})), "loads img src"},
	{"TNEF in TNEF", messagetest.Part(`application/octet-stream; name=winmail.dat`, messagetest.TNEF(
		messagetest.Attribute{ID: messagetest.Attachment, Data: messagetest.Properties(messagetest.Property{
			Type: messagetest.TypeObject, ID: messagetest.PropAttachData, Value: append(make([]byte, 16), messagetest.TNEF(messagetest.Attribute{
				ID: messagetest.MAPIProps, Data: messagetest.Properties(messagetest.Property{Type: messagetest.TypeBinary, ID: messagetest.PropHTML, Value: []byte(page)}),
			})...)})})), "loads img src"},
	{"uuencode", []byte("Content-Type: text/plain\r\n\r\nhello\r\n" + messagetest.UUEncode("a.html", []byte(page))), "loads img src"},
	{"yEnc", []byte("Content-Type: text/plain; charset=iso-8859-1\r\n\r\nhello\r\n" + messagetest.YEncode("a.html", []byte(page))), "loads img src"},
	{"relative to Content-Base", []byte("Content-Base: \"http://t.test/a/\"\r\nContent-Type: text/html\r\n\r\n<img src=pixel>"), "loads img src"},
	{"relative to the Content-Location of the multipart", []byte("Content-Type: multipart/related; boundary=b\r\nContent-Location: http://t.test/a/b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<img src=pixel>\r\n--b--"), "loads img src"},
	{"Content-Location", []byte("Content-Location: <" + picture + ">\r\n\r\nx"), "maybe header content-location"},
	{"external body", []byte("Content-Type: message/external-body; access-type=URL;\r\n URL=\"" + picture + "\"\r\n\r\nContent-Type: image/gif\r\n\r\n"), "loads header content-type"},
	{"parameter", []byte("Content-Type: text/plain; x=\"" + picture + "\"\r\n\r\nx"), "maybe header content-type"},
	{"picture of the author", []byte("X-Image-URL: " + picture + "\r\n\r\nx"), "loads header x-image-url"},
	{"BIMI", []byte("BIMI-Location: v=BIMI1; l=" + picture + "; a=\r\n\r\nx"), "loads header bimi-location"},
	{"field of an encoded message", messagetest.Part("message/rfc822", []byte("X-Image-URL: "+picture+"\r\n\r\nx")), "loads header x-image-url"},
}

func calendar(lines string) []byte {
	return []byte("Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n" + lines + "\r\nEND:VCALENDAR\r\n")
}

func tnef(properties ...messagetest.Property) []byte {
	return messagetest.Part("application/ms-tnef", messagetest.TNEF(messagetest.Attribute{ID: messagetest.MAPIProps, Data: messagetest.Properties(properties...)}))
}

// references lists the references in all documents of a message, as "role place URL".
func references(m *Message) []string {
	roles := map[markup.Role]string{markup.Loads: "loads", markup.Link: "link", markup.Maybe: "maybe", markup.Receipt: "receipt"}
	var all []string
	scan := func(d Document, body []byte) {
		d.Scan(body, func(r markup.Reference) {
			if s := fmt.Sprintf("%s %s %s", roles[r.Role], r.Where(), r.URL); r.Syntax != markup.OpaqueRegion && !slices.Contains(all, s) {
				all = append(all, s)
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

func TestDocuments(t *testing.T) {
	for _, c := range documentCases {
		t.Run(c.name, func(t *testing.T) {
			want := c.want + " " + picture
			if got := references(Parse(c.raw)); !slices.Contains(got, want) {
				t.Errorf("got %q, want %q in it", got, want)
			}
		})
	}
}

// Editing the URL of each document changes nothing but that URL, in the document and in its region.
func TestDocumentsArePatchedInPlace(t *testing.T) {
	for _, c := range documentCases {
		for _, p := range Parse(c.raw).Parts {
			for _, d := range p.Documents(p.Raw()) {
				body := d.Decode(p.Raw())
				at := bytes.Index(body, []byte("t.test"))
				if at < 0 {
					continue
				}
				patched := d.Patch(p.Raw(), []Edit{{Start: at, Text: []byte("xxxxxx")}})
				if len(patched) != len(p.Raw()) || bytes.Equal(patched, p.Raw()) {
					t.Errorf("%s: %d octets became %d", c.name, len(p.Raw()), len(patched))
				}
				if sealedCases[c.name] {
					if left := p.Documents(patched); len(left) != 0 {
						t.Errorf("%s: %d documents after sealing", c.name, len(left))
					}
					continue
				}
				want := slices.Replace(bytes.Clone(body), at, at+6, []byte("xxxxxx")...)
				if got := d.Decode(patched); !bytes.Equal(got, want) {
					t.Errorf("%s: got %q, want %q", c.name, got, want)
				}
			}
		}
	}
}

// sealedCases cannot be patched in place: an edit makes programs not find them any more.
var sealedCases = map[string]bool{"TNEF RTF": true, "compressed data": true, "uuencode": true, "yEnc": true}

func TestWhatIsNoDocument(t *testing.T) {
	for name, raw := range map[string]string{
		"picture":              "Content-Type: image/png\r\n\r\n<html>",
		"encrypted":            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nx",
		"detached signature":   "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx",
		"begin in a text":      "Content-Type: text/plain\r\n\r\nbegin with the end\r\nend",
		"invoice in XML":       "Content-Type: application/xml\r\n\r\n<invoice xmlns='http://a.test'/>",
		"link in a text":       "Content-Type: text/plain\r\n\r\nhttp://t.test/",
		"zip":                  "Content-Type: application/zip; name=a.zip\r\n\r\nPK",
		"location in the mail": "Content-Location: a.png\r\nContent-Type: image/png\r\n\r\nx",
	} {
		if got := references(Parse([]byte(raw))); len(got) > 0 {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestTNEFChecksum(t *testing.T) {
	p := Parse(tnef(messagetest.Property{Type: messagetest.TypeBinary, ID: messagetest.PropHTML, Value: []byte(page)})).Parts[0]
	d := p.Documents(p.Raw())[0]
	stream := Base64.Decode(d.Patch(p.Raw(), []Edit{{Start: 20, Text: []byte("xxx")}}))
	data := stream[tnefHeader+9 : len(stream)-2]
	if got, want := binary.LittleEndian.Uint16(stream[len(stream)-2:]), checksum(data); got != want || !bytes.Contains(data, []byte("xxx")) {
		t.Errorf("checksum %#x, want %#x", got, want)
	}
}

func TestReadersThatDisagree(t *testing.T) {
	const body = "\r\n\r\n<img src=http://t.test/>"
	for _, c := range []struct {
		name, header string
		documents    int
		mapped       bool
	}{
		{"media type twice, HTML last", "Content-Type: text/plain\r\nContent-Type: text/html", 1, true},
		{"media type twice, HTML first", "Content-Type: text/html\r\nContent-Type: text/plain", 1, true},
		{"encoding twice", "Content-Type: text/html\r\nContent-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: quoted-printable", 2, false},
		{"encoding spelled oddly", "Content-Type: text/html\r\nContent-Transfer-Encoding: (x) quoted-printable", 2, false},
		{"encoding in capitals", "Content-Type: text/html\r\nContent-Transfer-Encoding: QUOTED-PRINTABLE", 1, true},
		{"multipart and HTML", "Content-Type: multipart/mixed; boundary=b\r\nContent-Type: text/html", 1, false},
		{"charset twice", "Content-Type: text/html; charset=utf-8\r\nContent-Type: text/html; charset=utf-32", 1, false},
		{"IBM code page", "Content-Type: text/html; charset=ibm1140", 1, false},
		{"like ASCII", "Content-Type: text/html; charset=ibm850", 1, true},
	} {
		documents := Parse([]byte(c.header + body)).Parts[0].Documents([]byte(body[4:]))
		mapped := !slices.ContainsFunc(documents, func(d Document) bool { return !d.Mapped })
		if len(documents) != c.documents || mapped != c.mapped {
			t.Errorf("%s: %d documents, mapped %v", c.name, len(documents), mapped)
		}
	}
}

func TestSeveralBoundaries(t *testing.T) {
	body := "\r\n\r\n--a\r\n\r\nx\r\n--a--\r\n--b\r\nContent-Type: text/html\r\n\r\ny\r\n--b--"
	for header, opaque := range map[string]bool{
		"Content-Type: multipart/mixed; boundary=a":                                              false,
		"Content-Type: multipart/mixed; boundary=a; boundary=b":                                  true,
		"Content-Type: multipart/mixed; boundary=a\r\nContent-Type: multipart/mixed; boundary=b": true,
		"Content-Type: multipart/mixed; boundary=a; boundary*0=b":                                true,
		"Content-Type: multipart/mixed; boundary=a\r\nContent-Type: multipart/mixed; boundary=c": false,
	} {
		if got := Parse([]byte(header + body)).Parts[0].Opaque; got != opaque {
			t.Errorf("%s: opaque %v", header, got)
		}
	}
}

func TestLargeDocumentIsNotRead(t *testing.T) {
	for contentType, opaque := range map[string]bool{"text/html": true, "application/zip": false, "text/plain": false} {
		m := Parse([]byte("Content-Type: " + contentType + "\r\n\r\n" + strings.Repeat("x", MaxDocument+1)))
		if m.Parts[0].Opaque != opaque || (len(m.Errors) > 0) != opaque {
			t.Errorf("%s: opaque %v, errors %q", contentType, m.Parts[0].Opaque, m.Errors)
		}
	}
}

func TestDecompressRTF(t *testing.T) {
	// The example of MS-OXRTFCP section 3.1.1.
	compressed := []byte("\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\x0a\x00rcpg125B\x32\x0a\xf3 hel\x09\x00 bw\x05\xb0ld}\x0a\x80\x0f\xa0")
	if got, want := string(decompressRTF(compressed, 1000)), "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzDocuments checks that documents of any bytes, read as each kind, can be found and patched, and that nothing but
// what was edited changes its length.
func FuzzDocuments(f *testing.F) {
	for _, c := range documentCases {
		p := Parse(c.raw).Parts[0]
		f.Add(p.MediaType, p.Decode(), 3)
	}
	f.Fuzz(func(t *testing.T, mediaType string, body []byte, at int) {
		p := &Part{MediaType: strings.ToLower(mediaType), source: &source{raw: body}, bodyEnd: len(body)}
		for _, d := range p.Documents(body) {
			text := d.Decode(body)
			d.Scan(text, func(r markup.Reference) {
				if r.Start < 0 || r.Start > r.End || r.End > len(text) || r.NameStart < 0 || r.NameStart > r.NameEnd || r.NameEnd > len(text) {
					t.Fatalf("reference %+v outside of %d octets", r, len(text))
				}
			})
			if d.Mapped && at >= 0 && at < len(text) && text[at] != '\r' && text[at] != '\n' {
				if patched := d.Patch(body, []Edit{{Start: at, Text: []byte("x")}}); len(patched) != len(body) {
					t.Fatalf("%d octets became %d", len(body), len(patched))
				}
			}
		}
	})
}
