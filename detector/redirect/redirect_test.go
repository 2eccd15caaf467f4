package redirect

import (
	"bytes"
	"compress/zlib"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// The destination that most made-up URLs below hold, in the forms that services write it in.
const (
	shop    = "https://shop.test/a?b=1&c=%20d"
	escaped = "https%3A%2F%2Fshop.test%2Fa%3Fb%3D1%26c%3D%2520d"
)

func std(s string) string    { return base64.StdEncoding.EncodeToString([]byte(s)) }
func rawURL(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func deflated(s string) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return rawURL(b.String())
}

func swapped(s string) string {
	digits := []byte(hex.EncodeToString([]byte(s)))
	for i := 0; i < len(digits); i += 2 {
		digits[i], digits[i+1] = digits[i+1], digits[i]
	}
	return string(digits)
}

var examples = []struct {
	service string
	in      string
	want    string // "" is shop
	exact   bool
}{
	{"Outlook SafeLinks", "https://nam02.safelinks.protection.outlook.com/?url=" + escaped + "&data=05%7C01%7Cx&sdata=abc%3D&reserved=0", "", true},
	{"Outlook SafeLinks", "https://nam02.safelinks.protection.outlook.com/ap/w-59584e83/?url=" + escaped + "&data=05", "", true},
	{"Outlook SafeLinks", "https://gcc01.safelinks.protection.office365.us/?url=" + escaped, "", true},
	{"Outlook SafeLinks", "https://chn01.safelinks.protection.partner.outlook.cn/?url=" + escaped, "", true},
	{"Outlook SafeLinks", "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url=" + escaped + "&locale=en", "", true},
	{"Proofpoint URL Defense", "https://urldefense.proofpoint.com/v1/url?u=http://shop.test/a?b%3D1%26amp%3Bc&k=abc%3D%0A&r=d", "http://shop.test/a?b=1&c", false},
	{"Proofpoint URL Defense", "https://urldefense.proofpoint.com/v2/url?u=https-3A__shop.test_a-2Db-5Fc-3Fd-3De&d=DwMFaQ&c=x&r=y", "https://shop.test/a-b_c?d=e", true},
	{"Proofpoint URL Defense", "https://urldefense.proofpoint.com/v3/__https://shop.test/a__;!!abc!def$", "https://shop.test/a", true},
	{"Proofpoint URL Defense", "https://urldefense.com/v3/__https://shop.test/a*b?c=d*26e__;IyU!!abc!def$", "https://shop.test/a#b?c=d%26e", true},
	{"Proofpoint URL Defense", "https://urldefense.com/v3/__https:/shop.test/**Ax*b__;w6TDtiUj!!abc!def$", "https://shop.test/äöx%b", false},
	{"Proofpoint URL Defense", "https://urldefense.us/v3/__https://shop.test/__;!!abc$", "https://shop.test/", true},
	{"Barracuda Link Protection", "https://linkprotect.cudasvc.com/url?a=" + escaped + "&c=E,1,abc,,&typo=1", "", true},
	{"Cisco Secure Email", "https://secure-web.cisco.com/1abc-DEF_ghi/" + escaped, "", true},
	{"Trend Micro", "https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url=" + escaped + "&umid=1&auth=2", "", true},
	{"Sophos", "https://us-west-2.protection.sophos.com?d=shop.test&u=" + std(shop) + "&i=1&t=2&h=3", "", true},
	{"Symantec Click-Time", "https://clicktime.symantec.com/3abc?u=" + escaped, "", true},
	{"Symantec Click-Time", "https://clicktime.cloud.postoffice.net/clicktime.php?U=" + escaped + "&E=x", "", true},
	{"Trellix", "https://protect2.fireeye.com/v1/url?k=1-2&q=1&e=3&u=" + escaped, "", true},
	{"Check Point", "https://protect.checkpoint.com/v2/___https://shop.test/a?b=1&c=%20d___.YXA6eA", "", true},
	{"Check Point", "https://url.avanan.click/v2/r01/___https://shop.test/a?b=1&c=%20d___.YXA6eA", "", true},
	{"Check Point", "https://protect.checkpoint.com/v2/r05/___https:/shop.test/a___.YXA6eA", "https://shop.test/a", true},
	{"FortiMail", "https://gateway.test/fmlurlsvc/?fewReq=:B:abc=&url=" + escaped, "", true},
	{"SonicWall", "https://gateway.test/click?PV=2&MSGID=1&ESV=2&B64_ENCODED_URL=" + std(shop) + "&HK=3", "", true},
	{"Vade", "https://m365.eu.vadesecure.com/safeproxy/v4?f=1&i=2&u=" + escaped, "", true},
	{"Vade", "https://antiphishing.vadesecure.com/v4?f=1&i=2&u=" + escaped, "", true},
	{"EdgePilot", "https://link.edgepilot.com/s/abc/def?u=" + shop, "https://shop.test/a?b=1", true},
	{"SpamTitan", "https://linklock.titanhq.com/analyse?url=" + escaped + "&data=x", "", true},
	{"GMX", "https://deref-gmx.net/mail/client/abc/dereferrer/?redirectUrl=" + escaped, "", true},
	{"GMX", "https://deref-gmx.com/mail/client/abc/dereferrer/?redirectUrl=" + escaped, "", true},
	{"WEB.DE", "https://deref-web.de/mail/client/abc/dereferrer/?redirectUrl=" + escaped, "", true},
	{"WEB.DE", "https://deref-web-02.de/mail/client/abc/dereferrer/?redirectUrl=" + escaped, "", true},
	{"mail.com", "https://deref-mail.com/mail/client/abc/dereferrer/?redirectUrl=" + escaped, "", true},
	{"QQ Mail", "https://mail.qq.com/cgi-bin/mail_spam?action=check_link&url=" + escaped, "", false},

	{"Gmail picture proxy", "https://ci3.googleusercontent.com/proxy/aBc_dEf=s0-d-e1-ft#" + shop, "", true},
	{"Gmail picture proxy", "https://ci4.googleusercontent.com/meips/aBc_dEf=s0-d-e1-ft#" + shop, "", true},
	{"Yahoo picture proxy", "https://ecp.yusercontent.com/mail?url=" + escaped + "&t=1&ymreqid=2&sig=3", "", true},
	{"Outlook picture proxy", "https://outlook.live.com/actions/ei?u=" + escaped + "&d=2026-01-01", "", true},
	{"DuckDuckGo picture proxy", "https://external-content.duckduckgo.com/iu/?u=" + escaped + "&f=1", "", true},
	{"Proton picture proxy", "https://mail.proton.me/api/core/v4/images?Url=" + escaped + "&DryRun=0", "", true},
	{"Fastmail picture proxy", "https://www.fastmailusercontent.com/proxy/0123abcd/" + swapped(shop) + "/img.gif", "", true},
	{"Yandex picture proxy", "https://resize.yandex.net/mailservice?url=" + escaped + "&proxy=yes&key=1", "", true},
	{"GitHub picture proxy", "https://camo.githubusercontent.com/0123abcd/" + hex.EncodeToString([]byte(shop)), "", true},
	{"Cloudinary", "https://res.cloudinary.com/name/image/fetch/w_100/https%3A%2F%2Fshop.test%2Fa.png", "https://shop.test/a.png", false},
	{"Substack", "https://substackcdn.com/image/fetch/$s_!abc!,w_1/https%3A%2F%2Fshop.test%2Fa.png", "https://shop.test/a.png", false},

	{"Amazon SES", "https://abc.r.eu-west-1.awstrack.me/L0/https:%2F%2Fshop.test%2Fa%3Fb=1%26c=%2520d/1/0100-000000/hash=123", "", true},
	{"Amazon SES", "https://click.sender.test/CL0/https:%2F%2Fshop.test%2Fa%3Fb=1%26c=%2520d/1/0100-000000/hash=123", "", true},
	{"Mailjet", "https://abc.mjt.lu/lnk/AbC/1/dEf/" + rawURL(shop), "", true},
	{"Customer.io", "https://e.customeriomail.com/e/c/" + rawURL(`{"email_id":"x","href":"`+shop+`","link_id":1}`) + "/0123abcd", "", true},
	{"Customer.io", "https://track.sender.test/e/c/" + rawURL(`{"email_id":"x","href":"https://shop.test/a?b=1\u0026c=%20d"}`) + "/0123abcd", "", true},
	{"Mandrill", "https://mandrillapp.com/track/click/1/shop.test?p=" + rawURL(`{"s":"x","v":1,"p":"{\"u\":1,\"url\":\"https:\\\/\\\/shop.test\\\/a?b=1&c=%20d\"}"}`), "", true},
	{"Sailthru", "https://link.sender.test/click/5f0c1d2e3a4b5c6d.7/" + rawURL(shop) + "/5a6b7c8dB0123abcd", "", true},
	{"Mailgun", "https://email.sender.test/c/" + deflated("h=abc&l="+escaped+"&r=someone%40reader.test"), "", true},
	{"Kit", "https://click.convertkit-mail.com/abc/def/" + std(shop), "", true},
	{"Kit", "https://0abc.click.convertkit-mail4.com/abc/def/" + std(shop), "", true},
	{"Kit", "https://0abc.click.kit-mail3.com/abc/def/" + std(shop), "", true},
	{"ActiveCampaign", "https://sender.lt.acemlna.test/Prod/link-tracker?redirectUrl=" + url.QueryEscape(std(escaped)) + "&sig=1&a=2", "", true},
	{"Postmark", "https://click.pstmrk.it/3s/shop.test%2Fa%3Fb%3D1%26c%3D%2520d/abc/def/ghi", "", true},
	{"Postmark", "https://click.pstmrk.it/3/shop.test%2Fa/abc/def/ghi", "http://shop.test/a", false},
	{"Mailchimp", "https://us1.mailchimp.com/mctx/clicks?url=" + escaped + "&xid=1&uid=2", "", true},
	{"Mailchimp", "https://us1.mailchimp.com/mctx/click?url=" + escaped + "&xid=1&uid=2", "", true},
	{"Substack", "https://substack.com/redirect/2/" + rawURL(`{"e":"`+shop+`","p":1,"s":2}`) + ".abc-def?", "", true},
	{"Drip", "https://t.drip.test/c/" + rawURL(`{"alg":"HS256"}`) + "." + rawURL(`{"aud":"detour","url":"`+shop+`"}`) + ".abc-def", "", true},
	{"Drip", "https://t.drip.test/c/" + rawURL(`{"account_id":"1","url":"`+shop+`"}`), "", true},
	{"Granicus govDelivery", "https://lnks.gd/l/" + rawURL(`{"alg":"HS256"}`) + "." + rawURL(`{"bulletin_link_id":1,"uri":"bp2:click","url":"`+shop+`"}`) + ".abc/s/1/br/2-l", "", true},
	{"Granicus govDelivery", "https://links.govdelivery.com/track?type=click&enid=abc&&&101&&&" + shop, "", false},
	{"Emarsys", "https://link.sender.test/u/nrd.php?p=abc_1_2_3&ems_l=4&d=" + std(shop), "", false},
	{"HubSpot", "https://t.hsms06.test/e1t/c/5/abc?t=" + escaped + "&si=1&pi=2", "", false},
	{"HubSpot", "https://t.sidekickopen.test/e2t/c/5/abc?t=" + escaped, "", false},
	{"Salesloft", "https://hello.sender.test/t/123/c/0f1e2d3c/" + strings.TrimRight(base32.StdEncoding.EncodeToString([]byte(shop)), "=") + "/shop-test-a", "", true},
	{"Movable Ink", "https://live.sender.test/p/cp/0123abcd/c?mi_u=1&url=" + escaped, "", false},
	{"Elastic Email", "https://api.elasticemail.test/tracking/click?msgid=1&target=" + escaped, "", true},
	{"UniSender", "https://geteml.test/ru/mail_link_tracker?hash=1&url=" + std(shop), "", false},
	{"Mailtrack", "https://mailtrack.io/trace/link/0123abcd?url=" + escaped + "&signature=1", "", true},
	{"Bananatag", "https://bl-1.com/h/abc?url=" + escaped, "", true},
	{"WordPress.com", "https://public-api.wordpress.com/bar/?stat=x&redirect_to=" + escaped, "", true},
	{"Microsoft", "https://nam.safelink.emails.azure.net/redirect/?destination=" + escaped + "&p=abc", "", true},

	{"Google", "https://www.google.com/url?q=" + escaped + "&source=gmail&ust=1&usg=2", "", true},
	{"Google", "https://www.google.co.uk/url?sa=t&url=" + escaped, "", true},
	{"", "https://google.other.test/url?q=" + escaped, "", false},
	{"YouTube", "https://www.youtube.com/redirect?event=x&q=" + escaped, "", true},
	{"Facebook", "https://l.facebook.com/l.php?u=" + escaped + "&h=abc", "", true},
	{"Facebook", "https://l.messenger.com/l.php?u=" + escaped + "&h=abc", "", true},
	{"Instagram", "https://l.instagram.com/?u=" + escaped + "&e=abc", "", true},
	{"Threads", "https://l.threads.com/?u=" + escaped + "&e=abc", "", true},
	{"LinkedIn", "https://www.linkedin.com/redir/redirect?url=" + escaped + "&urlhash=abc", "", true},
	{"LinkedIn", "https://www.linkedin.com/safety/go?url=" + escaped, "", true},
	{"X", "https://twitter.com/i/redirect?url=" + escaped + "&t=1&cn=2", "", true},
	{"Amazon", "https://www.amazon.de/gp/r.html?C=1&K=2&T=C&U=" + escaped + "&H=3", "", true},
	{"eBay", "https://rover.ebay.com/rover/0/e11050.m1.l1/7?euid=1&loc=" + escaped, "", false},
	{"DuckDuckGo", "https://duckduckgo.com/l/?uddg=" + escaped, "", true},
	{"Bing", "https://www.bing.com/ck/a?!&&p=1&u=a1" + rawURL(shop) + "&ntb=1", "", true},
	{"Yahoo", "https://r.search.yahoo.com/_ylt=abc/RV=2/RE=1/RO=10/RU=" + escaped + "/RK=2/RS=3", "", false},
	{"Yahoo", "http://us.rd.yahoo.com/mail/*" + shop, "", false},
	{"Yahoo", "http://srd.yahoo.com/drst/1/**" + escaped, "", false},
	{"VK", "https://vk.com/away.php?to=" + escaped, "", true},
	{"Steam", "https://steamcommunity.com/linkfilter/?u=" + escaped, "", true},
	{"Slack", "https://slack-redir.net/link?url=" + escaped, "", true},
	{"Reddit", "https://out.reddit.com/t3_abc?url=" + escaped + "&token=x", "", true},
	{"Medium", "https://medium.com/r/?url=" + escaped, "", true},
	{"Tumblr", "https://t.umblr.com/redirect?z=" + escaped + "&t=x", "", true},
	{"Pocket", "https://getpocket.com/redirect?url=" + escaped, "", true},

	{"DoubleClick", "https://adclick.g.doubleclick.net/pcs/click?xai=1&adurl=" + escaped, "", false},
	{"Google", "https://www.googleadservices.com/pagead/aclk?sa=L&adurl=" + escaped, "", false},
	{"Google", "https://www.google.com/aclk?sa=l&adurl=" + escaped, "", false},
	{"Awin", "https://www.awin1.com/cread.php?awinmid=1&awinaffid=2&ued=" + escaped, "", false},
	{"Tradedoubler", "https://clk.tradedoubler.com/click?p=1&a=2&url=" + escaped, "", false},
	{"Rakuten Advertising", "https://click.linksynergy.com/deeplink?id=1&mid=2&murl=" + escaped, "", false},
	{"CJ Affiliate", "https://www.anrdoezrs.net/click-1-2?url=" + escaped, "", false},
	{"CJ Affiliate", "https://www.dpbolvw.net/click-1-2?url=" + escaped, "", false},
	{"CJ Affiliate", "https://www.jdoqocy.com/click-1-2?url=" + escaped, "", false},
	{"CJ Affiliate", "https://www.kqzyfj.com/click-1-2?url=" + escaped, "", false},
	{"CJ Affiliate", "https://www.tkqlhce.com/click-1-2?url=" + escaped, "", false},
	{"Skimlinks", "https://go.skimresources.com/?id=1&url=" + escaped, "", false},
	{"ShareASale", "https://shareasale.com/r.cfm?b=1&u=2&m=3&urllink=" + escaped, "", false},
	{"Adform", "https://track.adform.net/C/?bn=1;cpdir=&cpdir=" + escaped, "", false},

	{"", "https://sender.test/go?url=" + escaped, "", false},
	{"", "https://sender.test/go?id=1&U=" + std(shop), "", false},
	{"", "https://sender.test/go?target=https://shop.test/a+b", "https://shop.test/a+b", false},
	{"", "//sender.test/go?url=" + escaped, "", false},
	{"", "https://sender.test/x#" + shop, "", false},
	{"", "https://sender.test/fetch/" + escaped + "/x", "", false},
	{"", "https://archive.test/web/2026/https://shop.test/a?b=1&c=%20d", "", false},
	{"", "https://archive.test/web/2026/http:/shop.test/a", "http://shop.test/a", false},
	{"", "https://anonymous.test/?" + shop, "", false},
	// A fragment of the wrapper is carried over to the destination.
	{"Amazon SES", "https://click.sender.test/CL0/https:%2F%2Fshop.test%2Fa/1/0100-000000/hash=123#b", "https://shop.test/a", false},
	// A form would take "+" for a space.
	{"Outlook SafeLinks", "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.test%2Fa+b", "https://shop.test/a+b", false},
}

func TestNext(t *testing.T) {
	used := map[*rule]bool{}
	for _, e := range examples {
		want := e.want
		if want == "" {
			want = shop
		}
		r, got := new(wrapper).match(e.in)
		if got.URL != want || got.Service != e.service || got.Exact != e.exact {
			t.Errorf("%s\n got %+v\nwant %q %q exact %t", e.in, got, want, e.service, e.exact)
		}
		used[r] = true
	}
	unused := func(rules []rule) {
		for i, r := range rules {
			if !used[&rules[i]] {
				t.Errorf("no example for rule %d of %q, host %q, path %q", i, r.service, r.host, r.path)
			}
		}
	}
	unused(indexed.other)
	for _, rules := range []map[string][]rule{indexed.byHost, indexed.byPath} {
		for _, some := range rules {
			unused(some)
		}
	}
}

func TestNothingInside(t *testing.T) {
	for _, in := range []string{
		"", "x", "mailto:a@b.test", "javascript:location='https://shop.test/'", "data:text/html,https://shop.test/", "/go?url=" + escaped,
		"https://sender.test/", "https://sender.test/?utm_source=https", "https://sender.test/go?url=", "https://sender.test/go?url=ftp%3A%2F%2Fshop.test",
		"https://sender.test/go?url=https%3A%2F%2F", "https://sender.test/go?url=https%3A%2F%2F%2F", "https://sender.test/go?url=javascript%3Aalert(1)",
		"https://sender.test/go?url=https%3A%2F%2Fa.test%0Ab", "https://sender.test/go?url=https%3A%2F%2F%FF%FE",
		"https://mandrillapp.com/track/click/1/x?p=" + rawURL(`{"p":1}`), "https://mandrillapp.com/track/click/1/x?p=" + rawURL(`{"p":"{\"url\":7}"}`),
		"https://email.sender.test/c/eJxXXXX", "https://email.sender.test/c/" + deflated("l=mailto%3Aa%40b.test"),
		"https://urldefense.com/v3/__https://shop.test/***__;!!x", "https://urldefense.com/v3/__https://shop.test/**Ax__;YQ!!x",
		"https://urldefense.com/v3/__https://shop.test/", "https://protect.checkpoint.com/v2/r02/___myyux://xmtu.yjxy/___.YXA",
		"https://click.pstmrk.it/3s/noplace/abc", "https://click.pstmrk.it/open/shop.test/abc",
		"https://www.facebook.com/sharer/sharer.php?u=" + escaped, "https://x.com/intent/post?url=" + escaped,
		"https://ct.sendgrid.test/ls/click?upn=u001.aBc", "https://login.test/?continue=" + escaped,
	} {
		if got, ok := Next(in); ok {
			t.Errorf("%s: found %+v", in, got)
		}
	}
}

func TestLayers(t *testing.T) {
	ses := "https://click.sender.test/CL0/" + strings.ReplaceAll(url.PathEscape(shop), "+", "%2B") + "/1/0100-000000/hash=123"
	safe := "https://nam02.safelinks.protection.outlook.com/?url=" + url.QueryEscape(ses) + "&data=x"
	gmail := "https://ci3.googleusercontent.com/proxy/x=s0#" + safe
	layers := Layers(gmail)
	want := []Target{
		{safe, "Gmail picture proxy", Proxy, true}, {ses, "Outlook SafeLinks", Gateway, true}, {shop, "Amazon SES", Click, true},
	}
	if !slices.Equal(layers, want) {
		t.Errorf("got %+v\nwant %+v", layers, want)
	}
	if last, ok := Last(gmail); !ok || last != (Target{shop, "Gmail picture proxy", Proxy, true}) {
		t.Errorf("last: %+v", last)
	}
	if last, _ := Last("https://nam02.safelinks.protection.outlook.com/?url=" + url.QueryEscape("https://sender.test/go?url="+escaped)); last.URL != shop || last.Exact {
		t.Errorf("an exact layer around one that is not: %+v", last)
	}
	deep := shop
	for range 20 {
		deep = "https://sender.test/go?url=" + url.QueryEscape(deep)
	}
	if n := len(Layers(deep)); n != maxLayers && len(deep) < maxURL {
		t.Errorf("%d layers", n)
	}
	if _, ok := Last(shop); ok {
		t.Error("a plain URL has a last layer")
	}
}

func FuzzLayers(f *testing.F) {
	for _, e := range examples {
		f.Add(e.in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		for _, l := range Layers(in) {
			if !isURL(l.URL) || clean(l.URL) != l.URL {
				t.Errorf("%q: not a URL: %q", in, l.URL)
			}
			if l.Exact && !isPlain(l.URL) {
				t.Errorf("%q: exact, but not plain: %q", in, l.URL)
			}
		}
	})
}

func BenchmarkNext(b *testing.B) {
	for name, in := range map[string]string{
		"nothing inside": "https://www.sender.test/images/2026/header/logo.png?width=600&height=200",
		"SafeLinks":      examples[0].in,
		"Mailgun":        "https://email.sender.test/c/" + deflated("h=abc&l="+escaped+"&r=someone%40reader.test"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Next(in)
			}
		})
	}
}
