package imapsync_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
	"pixelwacht/imapsync/store"
)

// TestRealMail compares, for real messages on a real server, what a scan over IMAP finds with what the detector finds in
// the files, and bounds what is read. PIXELWACHT_CORPUS names a folder of .eml files; without it, the generated
// messages and some broken ones stand in for them.
func TestRealMail(t *testing.T) {
	names, messages := corpus(t)
	t.Run("dovecot", func(t *testing.T) { judgesAsTheFiles(t, startDovecot(t, messages), names, messages, equal) })
	// Courier sees one part in a nested message without a MIME-Version field, and a finding has its number.
	same := func(a, b detector.Result) bool { return slices.Equal(verdict(a), verdict(b)) }
	t.Run("courier", func(t *testing.T) { judgesAsTheFiles(t, startCourier(t, messages), names, messages, same) })
	if os.Getenv("PIXELWACHT_CORPUS") != "" {
		return
	}
	// Cyrus takes no message with a broken header, which the last one has, and some of a corpus.
	names, messages = names[:len(names)-1], messages[:len(messages)-1]
	t.Run("cyrus", func(t *testing.T) { judgesAsTheFiles(t, startCyrus(t, messages), names, messages, equal) })
}

func judgesAsTheFiles(t *testing.T, server mailServer, names []string, messages [][]byte, same func(a, b detector.Result) bool) {
	t.Helper()
	before := server.state(t, "INBOX")
	p := server.params(t)
	var wire recorder
	p.Dial = wire.dial
	summary := scan(t, p)
	if summary.Messages != len(messages) {
		t.Fatalf("got %+v for %d messages", summary, len(messages))
	}
	wire.check(t)
	if after := server.state(t, "INBOX"); !reflect.DeepEqual(after, before) {
		t.Error("the mailbox has changed")
	}

	d := detector.New(catalogue.Builtin())
	exceptions := 0
	if os.Getenv("PIXELWACHT_CORPUS") != "" {
		exceptions = 5
	}
	different, bound, tracked := 0, 0, 0
	for _, m := range byUID(t, p.Store, len(messages)) {
		raw := messages[m.UID-1]
		file := d.Scan(message.Parse(raw), server.user)
		if file.Tracked {
			tracked++
		}
		bound += textOctets(raw)
		if !same(m.Result, file) {
			different++
			t.Logf("%s differs:\nserver %v\nfile   %v", names[m.UID-1], verdict(m.Result), verdict(file))
		}
	}
	if different > exceptions {
		t.Errorf("%d of %d messages differ", different, len(messages))
	}
	ratio := float64(summary.BytesRead) / float64(bound)
	t.Logf("%d messages, %d tracked, %d differ; read %d octets, %.3f of headers and text", len(messages), tracked, different, summary.BytesRead, ratio)
	if ratio >= 1.2 {
		t.Errorf("read %d octets, %.3f times headers and text", summary.BytesRead, ratio)
	}
}

func corpus(t *testing.T) (names []string, messages [][]byte) {
	t.Helper()
	folder := os.Getenv("PIXELWACHT_CORPUS")
	if folder == "" {
		messages = append(mails(60), brokenMails()...)
		for i := range messages {
			names = append(names, fmt.Sprint("generated ", i))
		}
		return names, messages
	}
	paths, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no messages in PIXELWACHT_CORPUS %s: %v", folder, err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		names, messages = append(names, filepath.Base(path)), append(messages, raw)
	}
	return names, messages
}

// brokenMails hide a pixel from what a server makes of their structure.
func brokenMails() [][]byte {
	html := "<html><body>Hello" + fmt.Sprintf(pixel, 7) + "</body></html>"
	part := "--b\r\nContent-Type: text/html\r\n\r\n" + html + "\r\n--b--\r\n"
	var all [][]byte
	for _, rest := range []string{
		"Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n" + part,
		"Content-Type: multipart/mixed\r\n\r\n" + part,
		"Content-Type: multipart/mixed; boundary=\"other\"\r\n\r\n" + part,
		"Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + part,
		"Content-Type: application/octet-stream\r\n\r\n" + html,
		"Content-Type: text/html; charset=\"\r\n\r\n" + html,
		"Content-Type: html\r\n\r\n" + html,
		"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n" + html,
		"\r\n" + html,
		"Content-Type: text/html\r\n" + html,
	} {
		id := fmt.Sprintf("<broken%d@shop.example>", len(all))
		all = append(all, []byte("From: a@shop.example\r\nTo: me@reader.example\r\nSubject: broken\r\nMessage-ID: "+id+"\r\nMIME-Version: 1.0\r\n"+rest))
	}
	return all
}

// byUID are all messages of the store, also those that are copies of others.
func byUID(t *testing.T, s *store.Store, n int) []store.Message {
	t.Helper()
	var all []store.Message
	for id := range n {
		m, err := s.Message(t.Context(), int64(id+1))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// equal compares everything but what was broken, which a server may have repaired, and what names the text.
func equal(a, b detector.Result) bool {
	a.Errors, b.Errors, a.Digest, b.Digest = nil, nil, "", ""
	x, err := json.Marshal(a)
	if err != nil {
		return false
	}
	y, err := json.Marshal(b)
	return err == nil && bytes.Equal(x, y)
}

// verdict is the main part of a result, without anything that people do not want in a log.
func verdict(r detector.Result) []string {
	lines := []string{fmt.Sprint("tracked ", r.Tracked, ", ", r.Remote.References, " references, from ", r.From.Address)}
	for _, f := range r.Findings {
		lines = append(lines, fmt.Sprint(f.Kind, f.Confidence, f.Host, len(f.URL)))
	}
	slices.Sort(lines)
	return lines
}

// textOctets is the size of the header and of all text parts of a message as a server would give them: with CRLF.
func textOctets(raw []byte) int {
	crlf := func(b []byte) int { return len(b) + bytes.Count(b, []byte("\n")) - bytes.Count(b, []byte("\r\n")) }
	header := raw
	for _, separator := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(header, []byte(separator)); i >= 0 {
			header = header[:i+len(separator)]
		}
	}
	sum := crlf(header)
	for _, p := range message.Parse(raw).Parts {
		if strings.HasPrefix(p.MediaType, "text/") && !p.Stray {
			sum += crlf(raw[p.Start:p.End])
		}
	}
	return sum
}
