package block

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// vector is a file in testdata/vectors: one way to make a program load something. HTML files are bodies, files of the
// kind eml are whole messages, and both are templates over the address that is loaded.
type vector struct {
	name, text string
	isMessage  bool
	staticOnly bool // not opened in Chromium, which loads nothing for it, or loads many of its kind
}

func vectors(t *testing.T) []vector {
	t.Helper()
	dir := filepath.Join("testdata", "vectors")
	listed, err := os.ReadFile(filepath.Join(dir, "static-only.txt"))
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(string(listed))
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	for _, entry := range entries {
		name, isMessage := strings.CutSuffix(entry.Name(), ".eml")
		name, isBody := strings.CutSuffix(name, ".html")
		if !isMessage && !isBody {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, vector{name, string(text), isMessage, slices.Contains(names, name)})
	}
	if len(all) < 500 {
		t.Fatalf("only %d vectors", len(all))
	}
	return all
}

// instantiate fills in a vector so that what it loads is under origin, in a folder with the name of the vector.
func (v vector) instantiate(t *testing.T, origin string) string {
	t.Helper()
	authority := strings.TrimPrefix(origin, "http://")
	url := origin + "/" + v.name
	text := func(s string) func() string { return func() string { return s } }
	parsed, err := template.New(v.name).Funcs(template.FuncMap{
		"u": text(url), "rest": text("//" + authority + "/" + v.name), "authority": text(authority), "name": text(v.name),
		"image":  text(`<html><body><p>x</p><img src="` + url + `"></body></html>`),
		"base64": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"before": func(prefix, s string) string { return prefix + s },
		"trim":   func(cutset, s string) string { return strings.TrimRight(s, cutset) },
		"every":  every, "qp": quoteAll, "utf16le": utf16le, "utf16be": utf16be, "utf7": utf7, "ebcdic": ebcdic, "uuencode": uuencode,
	}).Parse(v.text)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := parsed.Execute(&b, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// message is the vector as a whole message; n says in which transfer encoding a body is put.
func (v vector) message(t *testing.T, origin string, n int) []byte {
	t.Helper()
	if !v.isMessage {
		return asMessage(v.instantiate(t, origin), n)
	}
	v.text = strings.ReplaceAll(v.text, "\n", "\r\n")
	return []byte(v.instantiate(t, origin))
}

// every puts separator behind every n characters of s.
func every(n int, separator, s string) string {
	var b strings.Builder
	for len(s) > n {
		b.WriteString(s[:n] + separator)
		s = s[n:]
	}
	return b.String() + s
}

func quoteAll(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "=%02x", c)
	}
	return b.String()
}

func utf16be(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return string(b)
}

func utf16le(s string) string {
	b := []byte(utf16be(s))
	for i := 0; i < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

func utf7(s string) string {
	return regexp.MustCompile(`[<>="]`).ReplaceAllStringFunc(s, func(c string) string {
		return "+" + base64.RawStdEncoding.EncodeToString([]byte(utf16be(c))) + "-"
	})
}

func ebcdic(s string) (string, error) { return charmap.CodePage037.NewEncoder().String(s) }

func uuencode(s string) string {
	var b strings.Builder
	b.WriteString("begin 644 a.html\r\n")
	for line := range slices.Chunk([]byte(s), 45) {
		b.WriteByte(byte(' ' + len(line)))
		for group := range slices.Chunk(line, 3) {
			var g [3]byte
			copy(g[:], group)
			for _, v := range []byte{g[0] >> 2, g[0]<<4&0x30 | g[1]>>4, g[1]<<2&0x3c | g[2]>>6, g[2] & 0x3f} {
				b.WriteByte(' ' + v)
			}
		}
		b.WriteString("\r\n")
	}
	return b.String() + "`\r\nend\r\n"
}

// webPage is what a browser gets.
type webPage struct{ contentType, body string }

// independentPages are the parts of a message that a mail program would show as a page, as the standard library reads
// it: nothing of it is ours, and what it cannot read is left out.
func independentPages(raw []byte) []webPage {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil
	}
	return partPages(m.Header.Get, m.Body, 0)
}

func partPages(field func(string) string, body io.Reader, depth int) []webPage {
	mediaType, params, err := mime.ParseMediaType(field("Content-Type"))
	if err != nil || depth > 100 {
		return nil
	}
	switch strings.ToLower(field("Content-Transfer-Encoding")) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	var pages []webPage
	switch mediaType {
	case "text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml":
		text, _ := io.ReadAll(body)
		contentType := mediaType
		if charset := params["charset"]; charset != "" {
			contentType += "; charset=" + charset
		}
		pages = append(pages, webPage{contentType, string(text)})
	case "message/rfc822", "message/global", "message/news":
		if m, err := mail.ReadMessage(body); err == nil {
			pages = partPages(m.Header.Get, m.Body, depth+1)
		}
	default:
		if !strings.HasPrefix(mediaType, "multipart/") {
			break
		}
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if err != nil {
				break
			}
			pages = append(pages, partPages(p.Header.Get, p, depth+1)...)
		}
	}
	return pages
}

// readings are the ways in which a program could come to text in a message: as it stands, with any transfer encoding
// undone wherever it could begin, and in the charsets that are not like ASCII.
func readings(raw []byte) []string {
	var all []string
	raw = regexp.MustCompile(`(?m)^X-B[a-zA-Z-]*:[^\r\n]*(\r\n[ \t][^\r\n]*)*`).ReplaceAll(raw, nil) // fields whose name means nothing any more
	for _, body := range bytes.Split(raw, []byte("\r\n\r\n")) {
		all = append(all, string(body))
		quoted := regexp.MustCompile(`=[ \t]*\r?\n`).ReplaceAll(body, nil)
		all = append(all, string(regexp.MustCompile(`=[0-9A-Fa-f]{2}`).ReplaceAllFunc(quoted, func(e []byte) []byte {
			var c byte
			fmt.Sscanf(string(e[1:]), "%02x", &c)
			return []byte{c}
		})))
		for piece := range bytes.SplitSeq(body, []byte("=")) {
			alphabet := regexp.MustCompile(`[^A-Za-z0-9+/]`).ReplaceAll(piece, nil)
			for skip := range min(4, len(alphabet)) {
				text := alphabet[skip:]
				decoded, _ := base64.RawStdEncoding.DecodeString(string(text[:len(text)-len(text)%4]))
				all = append(all, string(decoded))
			}
		}
		if bytes.Contains(body, []byte("begin ")) {
			all = append(all, uudecode(string(body)))
		}
	}
	for _, text := range all {
		converted, _ := charmap.CodePage037.NewDecoder().String(text)
		unfolded := strings.ReplaceAll(strings.ReplaceAll(text, "\r\n ", ""), "\x1b(B", "")
		all = append(all, converted, strings.ReplaceAll(unfolded, "\x00", ""), strings.ReplaceAll(unfolded, "~\n", ""))
	}
	return all
}

// uudecode undoes uuencode on the lines that could be encoded.
func uudecode(s string) string {
	var b []byte
	for line := range strings.SplitSeq(s, "\r\n") {
		for i := 1; i+4 <= len(line); i += 4 {
			var v [4]byte
			for k := range v {
				v[k] = (line[i+k] - ' ') & 0x3f
			}
			b = append(b, v[0]<<2|v[1]>>4, v[1]<<4|v[2]>>2, v[2]<<6|v[3])
		}
	}
	return string(b)
}

// Nothing that could lead to the host of a vector is left in its blocked copy, whichever program opens it: that covers
// the vectors that Chromium does not load, too.
func TestVectorsHoldNoHost(t *testing.T) {
	const host = "canary-7f3a.test"
	d := testDetector()
	for i, v := range vectors(t) {
		t.Run(v.name, func(t *testing.T) {
			raw := v.message(t, "http://"+host, i)
			c := checkLaws(t, d, raw)
			if v.isMessage {
				holds := func(b []byte) bool {
					return slices.ContainsFunc(readings(b), func(s string) bool { return strings.Contains(strings.ToLower(s), host) })
				}
				if !holds(raw) {
					t.Errorf("the check is blind for it")
				}
				if holds(c.Bytes) {
					t.Errorf("the host is left:\n%.1500q", c.Bytes)
				}
				return
			}
			for section, body := range markupBodies(c.Bytes) {
				for _, where := range remote(body) {
					t.Errorf("part %s: remote: %s", section, where)
				}
			}
		})
	}
}
