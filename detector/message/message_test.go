package message

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func parse(s string) *Message { return Parse([]byte(strings.ReplaceAll(s, "\n", "\r\n"))) }

// outline lists the leaves as "section type".
func outline(m *Message) []string {
	var all []string
	for _, p := range m.Parts {
		all = append(all, p.Section+" "+p.MediaType)
	}
	return all
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
		broken   bool
	}{
		{"no header fields", "\nhello", []string{"1 text/plain"}, false},
		{"empty", "", []string{"1 text/plain"}, false},
		{"plain", "From: a\n\nhello", []string{"1 text/plain"}, false},
		{"alternative", "Content-Type: multipart/alternative; boundary=b\n\n--b\n\na\n--b\nContent-Type: text/html\n\nb\n--b--\n", []string{"1 text/plain", "2 text/html"}, false},
		{"nested multipart", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\na\n--c\nContent-Type: text/html\n\nb\n--c--\n--b\nContent-Type: image/png\n\nx\n--b--",
			[]string{"1.1 text/plain", "1.2 text/html", "2 image/png"}, false},
		{"nested message", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\nContent-Type: message/rfc822\n\nSubject: x\nContent-Type: text/html\n\nb\n--b--", []string{"1 text/plain", "2.1 text/html"}, false},
		{"nested message with parts", "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\na\n--c--\n--b--", []string{"1.1 text/plain"}, false},
		{"digest", "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: x\n\na\n--b--", []string{"1.1 text/plain"}, false},
		{"boundary in quotes", "Content-Type: multipart/mixed; boundary=\"b c\"\n\n--b c\n\na\n--b c--", []string{"1 text/plain"}, false},
		{"boundary that starts another", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--bb\n--b--", []string{"1 text/plain"}, false},
		{"no closing delimiter", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\n\nb", []string{"1 text/plain", "2 text/plain"}, true},
		{"no boundary parameter", "Content-Type: multipart/mixed\n\n--xyz\nContent-Type: text/html\n\na\n--xyz--", []string{"1 text/html"}, true},
		{"nothing delimited", "Content-Type: multipart/mixed; boundary=b\n\n<html>a", []string{"1 text/plain"}, true},
		{"HTML outside of the parts", "Content-Type: multipart/mixed; boundary=b\n\n<b>x\n--b\n\na\n--b--\n<i>y", []string{"1 text/plain", "0 text/html", "0 text/html"}, false},
		{"nested message with an encoding", "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nVG86IGE=", []string{"1 message/rfc822"}, true},
		{"no semicolon", "Content-Type: text/html charset=utf-8\n\na", []string{"1 text/html"}, false},
		{"comma for semicolon", "Content-Type: text/html, charset=utf-8\n\na", []string{"1 text/html"}, false},
		{"media type in quotes", "Content-Type: \"text/html\"\n\na", []string{"1 text/html"}, false},
		{"boundary without semicolon", "Content-Type: multipart/mixed boundary=b\n\n--b\n\na\n--b--", []string{"1 text/plain"}, false},
		{"no separator", "Subject: x\n<html>", []string{"1 text/plain"}, false},
		{"space before the colon", "Content-Type : text/html\n\na", []string{"1 text/html"}, false},
		{"empty lines before the fields", "\n\nFrom: a\nContent-Type: text/html\n\na", []string{"1 text/html"}, false},
		{"junk between the fields", "From: a\njunk line\nX: y\nContent-Type: text/html\n\na", []string{"0 text/html", "1 text/html"}, false},
		{"NUL in a field", "Content-Type: text/ht\x00ml\n\na", []string{"1 text/html"}, false},
		{"comment in a field", "Content-Type: text/(a (b))html; charset=\"(c)\"\n\na", []string{"1 text/html"}, false},
		{"lone CR", "From: a\rContent-Type: text/html\r\ra", []string{"1 text/html"}, false},
		{"lone CR in a multipart", "Content-Type: multipart/mixed; boundary=b\n\n--b\rContent-Type: text/html\r\ra\r--b--", []string{"1 text/html"}, false},
		{"mbox line", "From a@b Fri Jan  2\nContent-Type: text/html\n\na", []string{"1 text/html"}, false},
		{"broken media type", "Content-Type: text/html; charset=\"u\"tf-8\"; ;x\n\na", []string{"1 text/html"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := parse(c.in)
			if got := outline(m); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if (len(m.Errors) > 0) != c.broken {
				t.Errorf("errors %q, want broken %v", m.Errors, c.broken)
			}
		})
	}
}

func TestDepthIsBounded(t *testing.T) {
	raw := strings.Repeat("Content-Type: message/rfc822\r\n\r\n", 100_000)
	m := Parse([]byte(raw))
	if len(m.Parts) != 1 || !m.Parts[0].Opaque || len(m.Errors) != 1 {
		t.Errorf("%d parts, errors %q", len(m.Parts), m.Errors)
	}
}

func TestByteRanges(t *testing.T) {
	raw := []byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nfirst\r\n--b\r\n\r\nsecond\r\n--b--\r\n")
	for i, want := range []string{"first", "second"} {
		p := Parse(raw).Parts[i]
		if got := string(raw[p.Start:p.End]); got != want {
			t.Errorf("part %s: %q, want %q", p.Section, got, want)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ name, header, body, want string }{
		{"8bit", "Content-Type: text/plain; charset=iso-8859-1", "caf\xe9", "café"},
		{"utf-8", "Content-Type: text/plain; charset=utf-8", "café", "café"},
		{"wrong charset", "Content-Type: text/plain; charset=utf-8", "caf\xe9", "café"},
		{"unknown charset", "Content-Type: text/plain; charset=default_charset", "caf\xe9", "café"},
		{"utf-16", "Content-Type: text/plain; charset=utf-16", "\xfe\xff\x00a", "\ufeffa"},
		{"quoted-printable", "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: Quoted-Printable", "caf=C3=\r\n=A9 =  \r\nx", "café x"},
		{"base64", "Content-Transfer-Encoding: base64", "aGVs\r\nbG8=", "hello"},
		{"base64 with a comment", "Content-Transfer-Encoding: (c) base64", "aGVsbG8=", "hello"},
		{"base64 cut off", "Content-Transfer-Encoding: base64", "aGVsbG", "hell"},
	} {
		if got := Parse([]byte(c.header + "\r\n\r\n" + c.body)).Parts[0].Text(); strings.TrimPrefix(got, "\ufeff") != strings.TrimPrefix(c.want, "\ufeff") {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestHTMLIsRecognised(t *testing.T) {
	for _, c := range []struct {
		header, body string
		want         bool
	}{
		{"Content-Type: text/html", "x", true},
		{"Content-Type: text/plain", "x <b>", false},
		{"Content-Type: text/plain", "\r\n<!DOCTYPE html><p>", true},
		{"Content-Type: application/octet-stream", "<html>", true},
		{"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64", "PGh0bWw+", true},
		{"Content-Type: image/svg+xml", "x", true},
		{"Content-Type: image/png", "<html>", false},
	} {
		if got := Parse([]byte(c.header + "\r\n\r\n" + c.body)).Parts[0].IsHTML(); got != c.want {
			t.Errorf("%q %q: IsHTML = %v", c.header, c.body, got)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{"a@b.test", "[{ a@b.test}]"},
		{`"A, B" <a@b.test>, c@d.test`, "[{A, B a@b.test} { c@d.test}]"},
		{"=?utf-8?q?=C3=A9?= <a@b.test>", "[{é a@b.test}]"},
		{`broken " <a@b.test>`, "[{broken a@b.test}]"},
		{"nobody", "[]"},
	} {
		h := parse("To: " + c.body + "\n\n").Header()
		if got := fmt.Sprint(h.Addresses("To")); got != c.want {
			t.Errorf("%q: got %s, want %s", c.body, got, c.want)
		}
	}
}

// Patching the encoded text and decoding it is the same as decoding it and patching the text.
func checkPatch(t *testing.T, e Encoding, raw []byte, start, length int) {
	t.Helper()
	body := e.Decode(raw)
	if e == QuotedPrintable {
		var walked []byte
		walkQuotedPrintable(raw, func(_ int, b byte, _ int) { walked = append(walked, b) })
		if !bytes.Equal(body, walked) {
			t.Fatalf("%q decodes to %q, and is patched as %q", raw, body, walked)
		}
	}
	if !e.Regular(raw) || start < 0 || length < 0 || start > len(body) || length > len(body)-start {
		return
	}
	if bytes.ContainsAny(body[start:start+length], "\r\n \t=") || bytes.Contains(raw, []byte("=")) && e == QuotedPrintable && bytes.Contains(body, []byte("=")) {
		return // what Patch excludes
	}
	want := append([]byte(nil), body...)
	edit := Edit{Start: start, Text: bytes.Repeat([]byte("z"), length)}
	copy(want[start:], edit.Text)
	patched := e.Patch(raw, []Edit{edit})
	if got := e.Decode(patched); !bytes.Equal(got, want) {
		t.Errorf("encoding %d: %q patched at %d+%d is %q: %q, want %q", e, raw, start, length, patched, got, want)
	}
	if len(patched) != len(raw) {
		t.Errorf("length %d became %d", len(raw), len(patched))
	}
}

func FuzzPatch(f *testing.F) {
	f.Add(uint8(1), []byte("a=3Db=\r\nc =20\r\n"), 1, 2)
	f.Add(uint8(2), []byte("aGVs\r\nbG8="), 1, 3)
	f.Add(uint8(2), []byte("aGVsbG8h"), 0, 6)
	f.Add(uint8(0), []byte("hello"), 1, 3)
	f.Fuzz(func(t *testing.T, e uint8, raw []byte, start, length int) {
		checkPatch(t, Encoding(e%3), raw, start, length)
	})
}

// structure lists the header sections and the leaves with their byte ranges.
func structure(m *Message) []string {
	all := slices.Clone(m.Errors)
	for _, h := range m.Sections {
		all = append(all, fmt.Sprint(h.Start, h.End, h.Fields))
	}
	for _, p := range m.Parts {
		all = append(all, fmt.Sprint(p.Section, p.MediaType, p.Start, p.End, p.Stray, p.Opaque, p.Doubtful, string(p.Decode())))
	}
	return all
}

// A message in a file is read in pieces; where they end makes no difference.
func TestParseFile(t *testing.T) {
	for n := range 200 {
		raw := []byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("x", n) +
			"\r\n--b\r\n\r\na\r\n--bb\r\n--b \nContent-Type: text/html\n\nb\r--b--\r\n" + strings.Repeat(" ", n) + "--b\r\n\r\nc")
		file := parseSource(&source{file: bytes.NewReader(raw), size: len(raw), window: 11})
		if got, want := structure(file), structure(Parse(raw)); !slices.Equal(got, want) {
			t.Fatalf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestLongHeaderSectionInAFile(t *testing.T) {
	raw := []byte("From: a\r\n" + strings.Repeat("X: "+strings.Repeat("y", 1000)+"\r\n", 1000) + "Content-Type: text/html\r\n\r\n<p>")
	m, err := ParseFile(bytes.NewReader(raw), int64(len(raw)))
	if got, want := structure(m), structure(Parse(raw)); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %d parts of type %s", err, len(m.Parts), m.Parts[0].MediaType)
	}
}

func TestFileThatCannotBeRead(t *testing.T) {
	raw := []byte("Content-Type: text/html\r\n\r\n<p>")
	if _, err := ParseFile(bytes.NewReader(raw), int64(len(raw))+100); err == nil {
		t.Error("no error for a file that is too short")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nTo: a@b\r\n\r\nx\r\n--b--"))
	f.Add([]byte("From x\r\nSubject: =?utf-8?q?=C3?=\r\n y\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+AD"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := Parse(raw)
		m.Digest()
		inFile := parseSource(&source{file: bytes.NewReader(raw), size: len(raw), window: 16})
		if got, want := structure(inFile), structure(m); !slices.Equal(got, want) || inFile.Err() != nil {
			t.Fatalf("from a file %q, %v, in memory %q", got, inFile.Err(), want)
		}
		for _, p := range m.Parts {
			if p.Start < 0 || p.Start > p.End || p.End > len(raw) {
				t.Fatalf("part %s is outside of the message: %d to %d of %d", p.Section, p.Start, p.End, len(raw))
			}
			p.Text()
		}
		for _, h := range m.Headers {
			for _, name := range []string{"From", "To", "Subject", "Content-Type", "Message-ID"} {
				h.Text(name)
				h.Addresses(name)
			}
			h.Date()
		}
	})
}

func TestAddressesAreBounded(t *testing.T) {
	for _, test := range []struct {
		name, header string
		want         int
	}{
		{"at the limit", "To: " + strings.Repeat("a@b.example, ", maxAddresses-1) + "z@b.example\r\n", maxAddresses},
		{"one field", "To: " + strings.Repeat("a@b.example,\r\n ", 2*maxAddresses) + "z@b.example\r\n", maxAddresses},
		{"many fields", strings.Repeat("To: a@b.example\r\n", 2*maxAddresses), maxAddresses},
		{"long ones", "To: " + strings.Repeat(strings.Repeat("a", 999)+"@b.example, ", 100) + "z@b.example\r\n", maxAddressOctets / 1012},
	} {
		if got := Parse([]byte(test.header + "\r\n")).Header().Addresses("To"); len(got) != test.want {
			t.Errorf("%s: %d addresses, want %d", test.name, len(got), test.want)
		}
	}
}
