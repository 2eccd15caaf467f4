package detector

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Each sign has a twin that is alike but for it: what the sign is worth shows between the two.
func TestSigns(t *testing.T) {
	const (
		code     = "5f3a9c81d2e4471bb0aa17c3"
		other    = "9d1c22b7f0e84a5c93aa0be4"
		pictures = `<img src="https://p.shop.test/a.jpg" width=300 height=200 alt=A>`
	)
	for _, c := range []struct{ name, body, want string }{
		{"no size, code", `<img src="https://t.shop.test/x/` + code + `">`, "open-pixel likely"},
		{"no size, no code", `<img src="https://t.shop.test/x/banner">`, "open-pixel possible"},
		{"no size, code, but one of several such", `<img src="https://t.shop.test/x/` + code + `"><img src="https://t.shop.test/x/` + other + `">`, "open-pixel possible; open-pixel possible"},
		{"no size, code, on a web site", `<img src="https://www.shop.test/x/` + code + `">`, "open-pixel likely"},
		{"no size, code, on a web site with other pictures", `<img src="https://www.shop.test/x/` + code + `"><img src="https://www.shop.test/logo.png" width=90 height=30>`, "open-pixel possible"},
		{"no size, code, on a store of files", `<img src="https://files.shop.test/x/` + code + `">`, "open-pixel possible"},
		{"20×1", `<img src="https://t.shop.test/x?i=` + code + `" width=20 height=1>`, "open-pixel likely"},
		{"10×10", `<img src="https://t.shop.test/x?i=` + code + `" width=10 height=10>`, "open-pixel likely"},
		{"10×1 with a number and a word", `<img src="https://t.shop.test/open.php?M=6031897" width=10 height=1>`, "open-pixel likely"},
		{"10×10 bullet", `<img src="https://t.shop.test/bullet.gif" width=10 height=10>`, ""},
		{"full-size logo that says it reports", `<img src="https://t.shop.test/open/` + code + `/logo.png" width=180 height=60 alt=Shop>`, "unique-image likely"},
		{"full-size logo in a directory with a code", `<img src="https://t.shop.test/x/` + code + `/logo.png" width=180 height=60 alt=Shop>`, ""},
		{"banner for a subscriber", `<img src="https://t.shop.test/banner.png?subscriber=` + code + `" width=600 height=200>`, "unique-image likely"},
		{"banner with a code", `<img src="https://t.shop.test/banner.png?k=` + code + `" width=600 height=200>`, ""},
		{"live picture for everybody", `<img src="https://t.shop.test/timer?end=20260131" width=600 height=100>`, ""},
		{"spacer in a directory of its own", `<img src="https://t.shop.test/a/` + code + `/spacer.gif">`, "open-pixel likely"},
		{"spacer in the directory of all pictures", `<img src="https://t.shop.test/a/` + code + `/spacer.gif"><img src="https://t.shop.test/a/` + code + `/b.jpg" width=300 height=200>`, ""},
		{"pixel named by a code", `<img src="https://t.shop.test/` + code + `.png" width=1 height=1>`, "open-pixel likely"},
		{"pixel named by a code on a store of files", `<img src="https://cdn.shop.test/` + code + `.png" width=1 height=1>`, "open-pixel possible"},
		{"pixel named by a word", `<img src="https://t.shop.test/header.gif" width=1 height=1>`, "open-pixel possible"},
		{"pixel that is used again and again", strings.Repeat(`<img src="https://t.shop.test/header.gif" width=1 height=1>`, 5), ""},
		{"pixel with a short code in a directory", `<img src="https://t.shop.test/o/k7f3w9q2/1.gif" width=1 height=1>`, "open-pixel possible"},
		{"… of a newsletter service", `<img src="https://tr.flexmail.eu/o/k7f3w9q2/1.gif" width=1 height=1>`, "open-pixel likely Flexmail"},
		{"a spacer of a newsletter service", `<img src="https://tr.flexmail.eu/o/48213/spacer.gif" width=1 height=1>`, ""},
		{"code in the name of the host", `<img src="https://` + code + `.t.shop.test/p.gif" width=1 height=1>`, "open-pixel likely"},
		{"host without a dot", `<img src="http://2130706433/i/x" width=600 height=80>`, ""},
		{"style sheet that says it reports", `<link rel=stylesheet href="https://t.shop.test/track/open.css?id=` + code + `">`, "open-pixel likely"},
		{"style sheet with a code", `<link rel=stylesheet href="https://t.shop.test/css/main.css?id=` + code + `">`, ""},
		{"SafeLinks around a picture", `<img src="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.us3.list-manage.com%2Ftrack%2Fopen.php%3Fu%3D1%26id%3D2%26e%3D3&data=05" width=1 height=1>`, "open-pixel certain Mailchimp"},
		{"a proxy around a logo", `<img src="https://ci3.googleusercontent.com/meips/ADKq_NZ` + code + `=s0-d-e1-ft#https://p.shop.test/logo.png" width=120 height=40>`, ""},
		{"a proxy that does not say", `<img src="https://ci3.googleusercontent.com/meips/ADKq_NZ` + code + `=s0" width=120 height=40>`, ""},
		{"pictures only", pictures, ""},
	} {
		if got := summary(scan(t, c.body)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestLinks(t *testing.T) {
	many := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `<a href="`+format+`">x</a>`, fmt.Sprintf("%x%s", 10+i, strings.Repeat("7c3f9", 4)))
		}
		return b.String()
	}
	const likely = "click-link likely"
	for _, c := range []struct{ name, body, want string }{
		{"all links go there with a code", many("https://news.shop.test/x/%s", 3), strings.Repeat(likely+"; ", 2) + likely},
		{"the web site's own pages", many("https://www.shop.test/x/%s", 3), ""},
		{"one link with a code", many("https://news.shop.test/x/%s", 1), ""},
		{"one link through a host that says so", many("https://click.shop.test/x/%s", 1), likely},
		{"most links go elsewhere", many("https://news.shop.test/x/%s", 3) + `<a href=https://a.test/1>x</a><a href=https://a.test/2>x</a><a href=https://a.test/3>x</a><a href=https://a.test/4>x</a>`, ""},
		{"leads elsewhere, with a code", `<a href="https://go.shop.test/r?u=25591822712bf473&url=https%3A%2F%2Fshop.test%2Fa">x</a>`, likely},
		{"leads elsewhere", `<a href="https://go.shop.test/r?url=https%3A%2F%2Fshop.test%2Fa">x</a>`, ""},
		{"a parameter that names the reader", `<a href="https://www.shop.test/a?mc_eid=25591822712bf473">x</a>`, likely},
		{"a parameter that names the mailing", `<a href="https://www.shop.test/a?utm_source=news&utm_campaign=25591822712bf473">x</a>`, ""},
		{"the reader's address", `<a href="https://www.shop.test/a?e=reader%40post.test">x</a>`, "click-link certain"},
		{"somebody else's address", `<a href="https://www.shop.test/a?e=friend%40post.test">x</a>`, ""},
		{"the filter of the reader's own server", `<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.test%2Fa&data=05%7C02%7C25591822712bf47325591822712bf473">x</a>`, ""},
	} {
		r := scan(t, c.body)
		if got := summary(r); got != c.want || r.Tracked {
			t.Errorf("%s: got %q, tracked %v, want %q", c.name, got, r.Tracked, c.want)
		}
	}
	r := scan(t, `<a href="https://go.shop.test/r?u=25591822712bf473&url=https%3A%2F%2Fshop.test%2Fa">x</a>`)
	if f := r.Findings[0]; f.Target != "https://shop.test/a" || f.Token != "25591822712bf473" || !slices.Contains(f.Reasons, Redirector) || !slices.Contains(f.Exposes, Click) {
		t.Errorf("%+v", f)
	}
}

// Who forwards a mail with a code in a picture is seen to have done so; without a code nobody can be told apart.
func TestExposesForwarding(t *testing.T) {
	with := scan(t, `<img src="https://shop.test/a/`+guid+`" width=1 height=1>`)
	without := scan(t, `<img src="https://shop.test/track.php" width=1 height=1>`)
	if !slices.Contains(with.Exposes(), Forwarded) || slices.Contains(without.Exposes(), Forwarded) {
		t.Errorf("with a code %v, without %v", with.Exposes(), without.Exposes())
	}
}
