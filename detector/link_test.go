package detector

import (
	"testing"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
)

// found scans HTML from shop.test and returns the confidence of the finding for a URL, "" for none.
func found(body, url string) Confidence {
	r := New(catalogue.Builtin()).Scan(message.Parse([]byte("From: a@shop.test\r\nTo: b@post.test\r\nContent-Type: text/html\r\n\r\n" + body)))
	for _, f := range r.Findings {
		if f.URL == url {
			return f.Confidence
		}
	}
	return ""
}

// A link is counted where its host counts openings, or belongs to a service; a page that has a number is not.
func TestLinkHosts(t *testing.T) {
	pixel := func(host string) string {
		return `<img src="https://` + host + `/o/0123456789abcdef0123456789abcdef" width="1" height="1">`
	}
	for _, tt := range []struct {
		name, body, url string
		want            Confidence
	}{
		{"the host of the pixel", pixel("mail.shop.test"), "https://mail.shop.test/r/9s8d7f6g5h", Likely},
		{"its pages", pixel("mail.shop.test"), "https://mail.shop.test/story/9s8d7f6g5h", ""},
		{"its pages for everybody", pixel("mail.shop.test"), "https://mail.shop.test/r/summer", ""},
		{"another host", pixel("mail.shop.test"), "https://help.shop.test/r/9s8d7f6g5h", ""},
		{"a web site with a pixel", pixel("www.shop.test"), "https://www.shop.test/r/9s8d7f6g5h", ""},
		{"a service", "", "https://shop.email-provider.eu/c/9s8d7f6g5h/3f4g5h6j7k", Likely},
		{"a page of a service", "", "https://shop.email-provider.eu/terms", ""},
	} {
		if got := found(tt.body+`<a href="`+tt.url+`">read</a>`, tt.url); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A link's ping tells of the click, and of the reader where it has a code.
func TestPing(t *testing.T) {
	for url, want := range map[string]Confidence{
		"https://t.shop.test/p?u=8f14e45fceea167a5a36dedd4bea2543": Likely,
		"https://t.shop.test/p": "",
	} {
		body := `<a href="https://www.shop.test/sale" ping="` + url + ` /other">read</a>`
		if got := found(body, url); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}

// A code behind the name of a picture file says who asks for it, unless it says which version, or proves something.
func TestPicturesThatTrack(t *testing.T) {
	for _, tt := range []struct {
		url, attributes string
		want            Confidence
	}{
		{"https://www.shop.test/media/hero.jpg?uid=ea6955e74ba39e0b42a14326", `width="600" height="240" alt="Hero"`, Likely},
		{"https://www.shop.test/logo.png?rid=6d99a573-9db3-41e9-a06e-c8a216ef3c19", `width="180" height="60" alt="Shop"`, Likely},
		{"https://www.shop.test/logo.png?id=ea6955e74ba39e0b42a14326", `width="180" height="60" alt="Shop"`, ""},
		{"https://www.shop.test/logo.png?v=ea6955e74ba39e0b42a14326", `width="180" height="60" alt="Shop"`, ""},
		{"https://www.shop.test/logo.png?rid=42", `width="180" height="60" alt="Shop"`, ""},
		{"https://cdn.shop.test/a.jpg?Signature=ea6955e74ba39e0b42a14326&Expires=1790000000", `width="600" height="240"`, ""},
		{"https://hotels.shop.test/max300/140957158.jpg?k=9c65c2b108ef8a6bf4d739e4dbf7eeacb3f10a48ab1c1a82b39e0ddd2092b599", "", ""},
		{"https://t.shop.test/p-75654652892592.gif", `width="1" height="1"`, Likely},
		{"https://t.shop.test/p-20260131235959.gif", `width="1" height="1"`, ""},
		{"https://t.shop.test/open/0123456789abcdef0123456789abcdef.png", "", Likely},
		{"https://t.shop.test/photos/0123456789abcdef0123456789abcdef.png", `alt="Photo"`, ""},
		{"https://mi.shop.test/p/rp/0c1d2e3f4a5b6c7d.png?mi_u=80974610", `width="600" height="200" alt=""`, Likely},
		{"https://www.shop.test/thumb.php?src=a.jpg&q=80", `width="600" height="200"`, ""},
	} {
		got := found(`<img src="`+tt.url+`" `+tt.attributes+`>`, tt.url)
		if got == Possible {
			got = ""
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.url, got, tt.want)
		}
	}
}
