package demo

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
)

func testNow() time.Time {
	return time.Date(2031, time.March, 3, 10, 0, 0, 0, time.FixedZone("", 3600))
}

func demoMessages(t *testing.T) []Message {
	t.Helper()
	messages, err := Messages(testNow())
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

func header(t *testing.T, m Message) mail.Header {
	t.Helper()
	parsed, err := mail.ReadMessage(bytes.NewReader(m.Raw))
	if err != nil {
		t.Fatalf("%s: %v", m.File, err)
	}
	return parsed.Header
}

func TestMessagesAreManyAndVaried(t *testing.T) {
	messages := demoMessages(t)
	senders, mailboxes := make(map[string]int), make(map[string]int)
	for _, m := range messages {
		from, err := mail.ParseAddress(header(t, m).Get("From"))
		if err != nil {
			t.Errorf("%s: From: %v", m.File, err)
			continue
		}
		senders[from.Address]++
		mailboxes[m.Mailbox]++
	}
	histories := 0
	for _, n := range senders {
		if n >= 3 {
			histories++
		}
	}
	for _, tt := range []struct {
		what      string
		got, want int
	}{
		{"messages", len(messages), 44},
		{"senders", len(senders), 25},
		{"senders with a history of at least 3 messages", histories, 10},
		{"mailboxes", len(mailboxes), 3},
		{"messages in INBOX", mailboxes["INBOX"], 20},
	} {
		if tt.got < tt.want {
			t.Errorf("%d %s, want at least %d", tt.got, tt.what, tt.want)
		}
	}
}

func TestDatesLieInTheLastSixMonths(t *testing.T) {
	west, east := time.FixedZone("", -11*3600), time.FixedZone("", 14*3600)
	for _, now := range []time.Time{
		testNow(),
		time.Date(2028, time.March, 1, 0, 0, 1, 0, time.UTC),
		time.Date(2029, time.January, 1, 0, 0, 0, 0, west),
		time.Date(2030, time.December, 31, 23, 59, 59, 0, east),
	} {
		messages, err := Messages(now)
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range messages {
			if age := now.Sub(m.Date); age < 0 || age > 184*24*time.Hour {
				t.Errorf("%v: %s is dated %v", now, m.File, m.Date)
			}
			if i > 0 && m.Date.Before(messages[i-1].Date) {
				t.Errorf("%v: %s comes before an older message", now, m.File)
			}
		}
		if span := messages[len(messages)-1].Date.Sub(messages[0].Date); span < 170*24*time.Hour {
			t.Errorf("%v: messages span %v, want about six months", now, span)
		}
	}
}

func TestMessageIDsAreUniqueAndTheSenders(t *testing.T) {
	seen := make(map[string]string)
	for _, m := range demoMessages(t) {
		h := header(t, m)
		id := h.Get("Message-ID")
		from, _ := mail.ParseAddress(h.Get("From"))
		_, domain, _ := strings.Cut(from.Address, "@")
		if !strings.HasPrefix(id, "<") || !strings.HasSuffix(id, "@"+domain+">") {
			t.Errorf("%s: Message-ID %s is not of %s", m.File, id, domain)
		}
		if other, ok := seen[id]; ok {
			t.Errorf("%s and %s share the Message-ID %s", m.File, other, id)
		}
		seen[id] = m.File
	}
}

func TestLinesEndInCRLFAndAreShort(t *testing.T) {
	for _, m := range demoMessages(t) {
		for i, line := range bytes.Split(bytes.TrimSuffix(m.Raw, []byte("\r\n")), []byte("\r\n")) {
			if bytes.ContainsAny(line, "\r\n") || len(line) > 998 { // RFC 5322 section 2.1.1
				t.Errorf("%s: line %d has %d octets, or a bare CR or LF", m.File, i+1, len(line))
			}
		}
		if !bytes.HasSuffix(m.Raw, []byte("\r\n")) {
			t.Errorf("%s: last line does not end", m.File)
		}
	}
}

// content is a message read by a library that is not ours.
type content struct {
	Message
	types []string // media types of all parts, nested messages included
	text  string   // header fields and text parts, decoded
	err   error    // of reading the body
}

func read(m Message) content {
	c := content{Message: m}
	var text strings.Builder
	c.err = c.walk(bytes.NewReader(m.Raw), &text)
	c.text = text.String()
	return c
}

func (c *content) walk(r io.Reader, text *strings.Builder) error {
	entity, err := message.Read(r)
	if err != nil {
		return err
	}
	return entity.Walk(func(_ []int, e *message.Entity, err error) error {
		if err != nil {
			return err
		}
		for fields := e.Header.Fields(); fields.Next(); {
			value, err := fields.Text()
			if err != nil {
				return err
			}
			fmt.Fprintf(text, "%s: %s\n", fields.Key(), value)
		}
		mediaType, _, err := e.Header.ContentType()
		if err != nil {
			return err
		}
		c.types = append(c.types, mediaType)
		switch {
		case mediaType == "message/rfc822":
			return c.walk(e.Body, text)
		case strings.HasPrefix(mediaType, "text/"):
			_, err = io.Copy(text, e.Body)
		case !strings.HasPrefix(mediaType, "multipart/"):
			_, err = io.Copy(io.Discard, e.Body)
		}
		return err
	})
}

func TestOnlyTheBrokenMessageIsBroken(t *testing.T) {
	for _, m := range demoMessages(t) {
		c := read(m)
		if m.File == "INBOX/lottery-1.eml" {
			if !errors.Is(c.err, io.ErrUnexpectedEOF) {
				t.Errorf("%s: %v, want it to end in the middle", m.File, c.err)
			}
			continue
		}
		if c.err != nil {
			t.Errorf("%s: %v", m.File, c.err)
		}
		if strings.Contains(c.text, "{{") || strings.Contains(c.text, "}}") {
			t.Errorf("%s: a placeholder hides in encoded text", m.File)
		}
	}
}

// The demo has something of everything that mail does and that a scan must get right.
func TestEveryFeatureIsThere(t *testing.T) {
	hashMD5 := md5.Sum([]byte(Recipient))
	hashSHA256 := sha256.Sum256([]byte(Recipient))
	raw := func(pattern string) func(content) bool {
		re := regexp.MustCompile(pattern)
		return func(c content) bool { return re.Match(c.Raw) }
	}
	decoded := func(pattern string) func(content) bool {
		re := regexp.MustCompile(pattern)
		return func(c content) bool { return re.MatchString(c.text) }
	}
	part := func(mediaType string) func(content) bool {
		return func(c content) bool { return strings.Contains(strings.Join(c.types, "\n"), mediaType) }
	}
	for _, tt := range []struct {
		what string
		is   func(content) bool
		min  int
	}{
		{"plain text", func(c content) bool { return len(c.types) == 1 && c.types[0] == "text/plain" }, 8},
		{"spacers", decoded(`<img src="[^"]+/spacer\.gif" width="1"`), 3},
		{"remote logos", decoded(`<img src="https://www\.noorderbank\.example/static/mail/logo`), 2},
		{"pixels without a size", decoded(`<img src="https://stat\.spoorpas\.example/[^>]*style="display:none">`), 1},
		{"a personalised picture", decoded(`<img src="https://live\.kestrelair\.example/[^>]*width="536"`), 1},
		{"a read-receipt request", raw(`(?m)^Disposition-Notification-To: `), 2},
		{"the MD5 of the address", decoded(`<img src="https://[^"]*` + hex.EncodeToString(hashMD5[:])), 1},
		{"the SHA-256 of the address", decoded(`<img src="https://[^"]*` + hex.EncodeToString(hashSHA256[:])), 1},
		{"the plain address", decoded(`<img src="https://[^"]*` + regexp.QuoteMeta(Recipient)), 1},
		{"the address in base64", decoded(`<img src="https://[^"]*` + base64.RawURLEncoding.EncodeToString([]byte(Recipient))), 2},
		{"a beacon in a style attribute", decoded(`style="[^"]*background-image:url\(&#39;https://stat\.`), 1},
		{"a beacon in a style element", decoded(`(?s)<style[^>]*>[^<]*background-image: url\('https://[^']*emltrk`), 1},
		{"click redirectors", decoded(`<a href="https://[^"]*(/lnk/|/ls/click|/track/click|\?qs=|/L0/|/mk/cl/)`), 10},
		{"quoted-printable", raw(`(?m)^Content-Transfer-Encoding: quoted-printable\r$`), 5},
		{"base64 text", raw(`(?m)^Content-Type: text/html.*\r\nContent-Transfer-Encoding: base64\r$`), 2},
		{"7bit", raw(`(?m)^Content-Transfer-Encoding: 7bit\r$`), 5},
		{"8bit", raw(`(?m)^Content-Transfer-Encoding: 8bit\r$`), 4},
		{"Latin-1", raw(`charset=iso-8859-1`), 1},
		{"UTF-8", raw(`charset=utf-8`), 10},
		{"encoded words in Q", raw(`(?m)^Subject: =\?utf-8\?q\?`), 1},
		{"encoded words in B", raw(`(?m)^Subject: =\?utf-8\?b\?`), 1},
		{"encoded words in Latin-1", raw(`(?m)^Subject: =\?iso-8859-1\?`), 2},
		{"multipart/alternative", part("multipart/alternative"), 10},
		{"multipart/related", part("multipart/related"), 1},
		{"a cid: picture", decoded(`<img src="cid:`), 1},
		{"a nested message", part("message/rfc822"), 1},
		{"an encrypted message", part("multipart/encrypted"), 1},
		{"an attachment", raw(`(?m)^Content-Disposition: attachment; filename="[^"]*\.pdf"`), 1},
		{"Dutch", decoded(`<html lang="nl">`), 20},
		{"English", decoded(`<html lang="en">`), 12},
	} {
		n := 0
		for _, m := range demoMessages(t) {
			if tt.is(read(m)) {
				n++
			}
		}
		if n < tt.min {
			t.Errorf("%s: %d messages, want at least %d", tt.what, n, tt.min)
		}
	}
}

// Nobody real is a sender, a recipient or linked to: hosts outside .example and .test are those of the services that
// track, and these are the ones.
func TestOnlyTrackersAreReal(t *testing.T) {
	trackers := []string{".acemlnb.com", ".awstrack.me", ".cmail20.com", ".customeriomail.com", ".emltrk.com",
		".hubspotemail.net", ".hubspotlinks.com", ".klclick2.com", ".liadm.com", ".list-manage.com", "mailtrack.io",
		".mcusercontent.com", ".mjt.lu", ".movable-ink-4417.com", ".picsrv.net", ".pstmrk.it", ".rs6.net",
		".sendgrid.net", ".sendibm1.com", ".sparkpostmail2.com"}
	fictional := func(domain string) bool {
		return strings.HasSuffix(domain, ".example") || strings.HasSuffix(domain, ".test")
	}
	address := regexp.MustCompile(`[\w.+-]+@([\w-]+\.)+[a-z]+`)
	link := regexp.MustCompile(`https?://[^\s"'<>)]+`)
	for _, m := range demoMessages(t) {
		text := read(m).text
		for _, a := range address.FindAllString(text, -1) {
			if !fictional(a) {
				t.Errorf("%s: address %s", m.File, a)
			}
		}
		for _, l := range link.FindAllString(text, -1) {
			u, err := url.Parse(l)
			if err != nil {
				t.Errorf("%s: %v", m.File, err)
				continue
			}
			known := fictional(u.Hostname())
			for _, tracker := range trackers {
				known = known || strings.HasSuffix("."+u.Hostname(), "."+strings.TrimPrefix(tracker, "."))
			}
			if !known {
				t.Errorf("%s: %s is neither fictional nor a tracker", m.File, l)
			}
		}
	}
}
