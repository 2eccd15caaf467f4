package detector

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
)

// scan scans an HTML message to reader@post.test with the given body.
func scan(t *testing.T, body string) Result {
	t.Helper()
	return scanRaw(t, "From: Shop <news@shop.test>\nTo: Reader@Post.test\nContent-Type: text/html; charset=utf-8\n\n"+body)
}

func scanRaw(t *testing.T, raw string) Result {
	t.Helper()
	return New(catalogue.Builtin()).Scan(message.Parse([]byte(strings.ReplaceAll(raw, "\n", "\r\n"))))
}

// summary is the findings as "kind confidence provider", the surest first.
func summary(r Result) string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s", f.Kind, f.Confidence, f.Provider)))
	}
	return strings.Join(all, "; ")
}

const guid = "0b7c0f5e-93ad-4a0e-8c1e-5d1f30c2a9b4"

func TestVerdict(t *testing.T) {
	md5sum := md5.Sum([]byte("reader@post.test"))
	sha := sha256.Sum256([]byte("reader@post.test"))
	base := base64.RawURLEncoding.EncodeToString([]byte("reader@post.test"))
	for _, c := range []struct{ name, body, want string }{
		{"nothing", `<p>hello</p>`, ""},
		{"known host and path", `<img src="https://shop.us3.list-manage.com/track/open.php?u=1&id=2&e=3" width=1 height=1>`, "open-pixel certain Mailchimp"},
		{"known shape on another host", `<img src="https://click.shop.test/wf/open?upn=u001.s4A7ZqC2Ftxqw36qkcPzhAm2BF5MGadQYgYpgr" width=1 height=1>`, "open-pixel likely SendGrid"},
		{"tiny with token", `<img src="https://shop.test/a/` + guid + `" width=1 height=1>`, "open-pixel likely"},
		{"2×2 with token", `<img src="https://shop.test/a/` + guid + `" width=2 height=2>`, "open-pixel likely"},
		{"hidden with token", `<img src="https://shop.test/a/` + guid + `" style="display:none">`, "open-pixel likely"},
		{"hidden picture file with token", `<img src="https://shop.test/a/` + guid + `.gif" alt="" style="display:none">`, "open-pixel likely"},
		{"tiny, tracking word", `<img src="https://shop.test/track.php" width=1 height=1>`, "open-pixel likely"},
		{"no size, token, tracking word", `<img src="https://shop.test/open?m=` + guid + `">`, "open-pixel likely"},
		{"visible, token, tracking word", `<img src="https://shop.test/open?m=` + guid + `" width=600 height=200>`, "unique-image likely"},
		{"visible, token, vague word", `<img src="https://shop.test/view/` + guid + `" width=600 height=300>`, "unique-image possible"},
		{"hidden parent with token", `<div style="display:none"><img src="https://shop.test/a/` + guid + `"></div>`, "open-pixel likely"},
		{"visible, somebody else's address", `<img src="https://shop.test/x?e=other@post.test" width=600 height=80>`, "unique-image possible"},
		{"visible, token", `<img src="https://shop.test/banner.php?m=` + guid + `" width=600 height=200>`, "unique-image possible"},
		{"address", `<img src="https://shop.test/x.gif?e=reader%40post.test" width=600 height=80>`, "unique-image certain"},
		{"address in MD5", `<img src="https://ads.test/p?m=` + hex.EncodeToString(md5sum[:]) + `" width=1 height=1>`, "open-pixel certain"},
		{"address in SHA-256", `<img src="https://ads.test/p/` + strings.ToUpper(hex.EncodeToString(sha[:])) + `" width=1 height=1>`, "open-pixel certain"},
		{"address in base64", `<img src="https://ads.test/p/` + base + `" width=1 height=1>`, "open-pixel certain"},
		{"address in hexadecimal", `<img src="https://ads.test/` + hex.EncodeToString([]byte("reader@post.test")) + `.gif" width=1 height=1>`, "open-pixel certain"},
		{"somebody else's address", `<img src="https://shop.test/x?e=other@post.test" width=1 height=1>`, "open-pixel likely"},
		{"avatar of a public service", `<img src="https://www.gravatar.com/avatar/` + hex.EncodeToString(md5sum[:]) + `?s=40" width=40 height=40>`, "unique-image possible"},
		{"style attribute", `<td style="background:url(https://shop.test/open/` + guid + `)">`, "open-pixel likely"},
		{"wrapped by Gmail's proxy", `<img src="https://ci3.googleusercontent.com/proxy/abc=s0-d-e1-ft#https://shop.us3.list-manage.com/track/open.php?u=1&id=2&e=3" width=1 height=1>`, "open-pixel certain Mailchimp"},
		{"repeated tracker counts once", strings.Repeat(`<img src="https://shop.test/a/`+guid+`" width=1 height=1>`, 2), "open-pixel likely"},
		{"redirector", `<a href="https://shop.us3.list-manage.com/track/click?u=1&id=2&e=3">x</a>`, "click-link certain Mailchimp"},

		{"logo", `<img src="https://shop.test/logo.png" width=120 height=40 alt=Shop>`, ""},
		{"logo with a content hash", `<img src="https://cdn.test/5f3a9c81d2e4471bb0aa5f3a9c81d2e4.png" width=120 height=40>`, ""},
		{"logo with a version", `<img src="https://shop.test/logo.png?v=20240101&w=600" width=120 height=40>`, ""},
		{"spacer", `<img src="https://shop.test/spacer.gif" width=1 height=1>`, ""},
		{"repeated spacer", strings.Repeat(`<img src="https://shop.test/i/s.gif" width=1 height=1>`, 9), ""},
		{"rule of one pixel", `<img src="https://shop.test/i/line.gif" width="100%" height=1>`, ""},
		{"hidden twin", `<img src="https://cdn.test/5f3a9c81d2e4471bb0aa5f3a9c81d2e4.png" width=600 alt="Sale" style="display:none">`, ""},
		{"inline pictures", `<img src="cid:a@b" width=1 height=1><img src="data:image/gif;base64,R0lGOD" width=1 height=1>`, ""},
		{"sender's own address", `<img src="https://shop.test/sig.png?u=news@shop.test" width=120 height=40>`, ""},
		{"version with an at sign", `<img src="https://cdn.test/npm/pkg@v1.min/logo" width=120 height=40>`, ""},
		{"twin without an extension", `<img src="https://s7.shop.test/is/image/Shop/hero?wid=600" alt="Sale" width=320 height=200 style="display:none">`, ""},
		{"hidden in Outlook only", `<img src="https://shop.test/timer?id=12345" alt="Sale" width=600 height=200 style="mso-hide:all">`, ""},
		{"font", `<style>@font-face{src:url(https://fonts.test/s/v12/` + guid + `.woff2)}</style>`, ""},
		{"comment", `<!-- <img src="https://shop.test/a/` + guid + `" width=1 height=1> -->`, ""},
		{"picture for dense screens", `<img src="https://shop.test/logo@2x.png" width=120 height=40>`, ""},
		{"plain link", `<a href="https://shop.test/unsubscribe">x</a>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := scan(t, c.body)
			if got := summary(r); got != c.want {
				t.Errorf("got %q, want %q\n%+v", got, c.want, r.Findings)
			}
			if want := strings.Contains(c.want, "e certain") || strings.Contains(c.want, "l certain") || strings.Contains(c.want, "likely"); r.Tracked != want {
				t.Errorf("tracked = %v, want %v", r.Tracked, want)
			}
		})
	}
}

// A tracker of an unknown service is named by its host, not by that of the reader's proxy before it.
func TestProvidersBehindAProxy(t *testing.T) {
	r := scan(t, `<img src="https://ci3.googleusercontent.com/proxy/abc=s0-d-e1-ft#https://t.shop.test/a/`+guid+`" width=1 height=1>`)
	if got := r.Providers(); !slices.Equal(got, []string{"shop.test"}) {
		t.Errorf("got %q", got)
	}
}

func TestReadReceipt(t *testing.T) {
	r := scanRaw(t, "From: a@b.test\nDisposition-Notification-To: <a@b.test>\n\nhello")
	if got := summary(r); got != "read-receipt certain" || !r.Tracked {
		t.Errorf("got %q, tracked %v", got, r.Tracked)
	}
}

func TestEvidence(t *testing.T) {
	r := scan(t, `<p><img src="https://shop.test/open?a=1&amp;m=`+guid+`" width=1 height=1></p>`)
	f := r.Findings[0]
	if f.URL != "https://shop.test/open?a=1&m="+guid || f.Host != "shop.test" || f.Part != "1" || f.Where != "img src" || f.Token != guid ||
		f.Width != 1 || f.Height != 1 || f.Count != 1 {
		t.Errorf("%+v", f)
	}
	for _, reason := range []Reason{RecipientToken, Tiny, TrackingWord, OnlyImageOfHost} {
		if !slices.Contains(f.Reasons, reason) {
			t.Errorf("reason %s missing in %v", reason, f.Reasons)
		}
	}
	if want := (Remote{References: 1, Hosts: 1}); r.Remote != want {
		t.Errorf("remote %+v, want %+v", r.Remote, want)
	}
}

func TestHeader(t *testing.T) {
	r := scanRaw(t, "From: =?utf-8?q?Caf=C3=A9?= <News@Mail.Shop.co.uk>\nTo: B@x.test, a@x.test\nDelivered-To: a@x.test\nSubject: =?iso-8859-1?q?=E9?=\nDate: Fri, 2 Jan 2026 04:04:05 +0100\nMessage-ID: <1@x>\n\nhello")
	if r.From != (Address{"Café", "news@mail.shop.co.uk", "shop.co.uk"}) || r.Subject != "é" || r.MessageID != "<1@x>" ||
		!r.Date.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) || !slices.Equal(r.Recipients, []string{"a@x.test", "b@x.test"}) {
		t.Errorf("%+v", r)
	}
}

func TestEncrypted(t *testing.T) {
	r := scanRaw(t, "From: a@b.test\nContent-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n--b--\n")
	if !r.Encrypted || len(r.Errors) > 0 {
		t.Errorf("encrypted %v, errors %q", r.Encrypted, r.Errors)
	}
}

// A message assembled from what a sync fetches gives the same result as the whole message.
func TestAssembledMessage(t *testing.T) {
	body := `<img src="https://shop.test/a/` + guid + `" width=1 height=1>`
	header := "From: a@b.test\r\nTo: c@d.test\r\nContent-Type: text/html\r\n\r\n"
	d := New(catalogue.Builtin())
	whole := d.Scan(message.Parse([]byte(header + body)))
	part := d.Scan(message.Assemble([]byte(header), []message.Fetched{{Section: "1", Type: "TEXT/HTML", Body: []byte(body)}}, false))
	a, _ := json.Marshal(whole)
	b, _ := json.Marshal(part)
	if string(a) != string(b) {
		t.Errorf("whole     %s\nassembled %s", a, b)
	}
}

// A sync fetches just HeaderFields. Every field that a verdict can hang on is in this message.
func TestHeaderFieldsAreAllThatMatter(t *testing.T) {
	d := New(catalogue.Builtin())
	read := map[string]bool{}
	for _, name := range d.HeaderFields() {
		read[strings.ToLower(name)] = true
	}
	header := "From: a@shop.test\r\nReply-To: b@shop.test\r\nTo: c@post.test\r\nDelivered-To: d@post.test\r\nX-SG-ID: 1\r\n" +
		"Return-Receipt-To: a@shop.test\r\nX-Whatever: 1\r\nSubject: x\r\nDate: Fri, 2 Jan 2026 04:04:05 +0100\r\nContent-Type: text/html\r\n"
	body := []byte(`<img src="https://a.test/?x=b@shop.test" width=1 height=1><img src="https://a.test/?y=d@post.test" width=1 height=1>` +
		`<img src="https://a.test/wf/open?upn=u001.s4A7ZqC2Ftxqw36qkcPzhAm2BF5MGadQYgYpgr" width=1 height=1>`)
	few := ""
	for line := range strings.Lines(header) {
		if name, _, _ := strings.Cut(line, ":"); read[strings.ToLower(name)] {
			few += line
		}
	}
	part := []message.Fetched{{Section: "1", Type: "text/html", Body: body}}
	a, _ := json.Marshal(d.Scan(message.Assemble([]byte(header), part, false)))
	b, _ := json.Marshal(d.Scan(message.Assemble([]byte(few), part, false)))
	if string(a) != string(b) {
		t.Errorf("all fields %s\nthose read %s", a, b)
	}
	d.catalogue.ByHeader(func(name string) []string {
		if !read[strings.ToLower(name)] {
			t.Errorf("the catalogue asks for %s, which is not fetched", name)
		}
		return nil
	})
}

// The keys of a result are a contract with scripts: added to, never renamed or dropped.
func TestResultKeys(t *testing.T) {
	b, err := json.Marshal(scan(t, `<img src="https://shop.test/track.php" width=1 height=1>`))
	if err != nil {
		t.Fatal(err)
	}
	var line struct {
		Findings []map[string]any
	}
	var keys map[string]any
	if json.Unmarshal(b, &keys) != nil || json.Unmarshal(b, &line) != nil {
		t.Fatal(string(b))
	}
	for _, k := range []string{"message_id", "date", "subject", "from", "recipients", "tracked", "findings", "remote", "encrypted", "errors"} {
		if _, ok := keys[k]; !ok {
			t.Errorf("key %q is missing", k)
		}
	}
	for _, k := range []string{"kind", "url", "host", "provider", "company", "confidence", "reasons", "exposes", "part", "where", "target"} {
		if _, ok := line.Findings[0][k]; !ok {
			t.Errorf("key %q of a finding is missing", k)
		}
	}
}

func TestLocate(t *testing.T) {
	for _, c := range []struct{ url, host, path, query string }{
		{"https://A.test/b?c#d", "a.test", "/b", "c"},
		{"//a.test", "a.test", "/", ""},
		{`https:\\a.test\b`, "a.test", `\b`, ""},
		{"https:a.test/b", "a.test", "/b", ""},
		{"http://user:pw@a.test:8080/b", "a.test", "/b", ""},
		{"http://a%2etest/b c?%zz", "a.test", "/b c", "%zz"},
		{"http://0x7f.1/", "0x7f.1", "/", ""},
		{"http://a.test./", "a.test", "/", ""},
	} {
		l, ok := locate(c.url)
		if !ok || l.host != c.host || l.path != c.path || l.query != c.query {
			t.Errorf("locate(%q) = %+v, %v", c.url, l, ok)
		}
	}
	for _, url := range []string{"", "cid:a", "data:,x", "logo.png", "/logo.png", "mailto:a@b.test", "https://"} {
		if l, ok := locate(url); ok {
			t.Errorf("locate(%q) = %+v, want none", url, l)
		}
	}
}
