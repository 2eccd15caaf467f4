package redirect

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"pixelwacht/assets/links"
)

func TestClean(t *testing.T) {
	c := Builtin()
	ses := func(target string) string {
		return "https://click.sender.test/CL0/" + url.QueryEscape(target) + "/1/0100-000000/hash=123"
	}
	for _, e := range []struct{ name, in, want string }{ // want "" is no change
		{"redirector", ses("https://shop.test/a?b=1"), "https://shop.test/a?b=1"},
		{"redirector and parameters", ses("https://shop.test/a?utm_source=x&b=1&mc_eid=2"), "https://shop.test/a?b=1"},
		{"redirector in a redirector", ses(ses("https://shop.test/")), "https://shop.test/"},
		{"redirector to one that is not certain", ses("https://shop.test/go?url=https%3A%2F%2Fother.test%2F"), "https://shop.test/go?url=https%3A%2F%2Fother.test%2F"},
		{"all parameters", "https://shop.test/a?utm_source=x&UTM_Medium=y", "https://shop.test/a"},
		{"some parameters", "https://shop.test/a?b=%41+c&utm_id=1&d&=e&fbclid=2", "https://shop.test/a?b=%41+c&d&=e"},
		{"encoded name", "https://shop.test/a?utm%5Fsource=x&b=1", "https://shop.test/a?b=1"},
		{"escaped twice", "https://shop.test/a?b=1&amp;utm_source=x", "https://shop.test/a?b=1"},
		{"fragment stays", "https://shop.test/a?utm_source=x#utm_source=y", "https://shop.test/a#utm_source=y"},
		{"near misses", "https://shop.test/a?xutm_source=1&utm=2&gclidx=3&ref=4&cid=5&utmsource=6", ""},
		{"no query", "https://shop.test/utm_source=x", ""},
		{"clean", "https://shop.test/a?b=1", ""},
		{"gateway", "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.test%2F&data=x&utm_source=y", ""},
		{"redirector to a gateway", ses("https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.test%2F"), "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fshop.test%2F"},
		{"not certain", "https://sender.test/go?url=https%3A%2F%2Fshop.test%2F&utm_source=x", ""},
		{"opaque redirector", "https://ct.sender.test/ls/click?upn=u001.aBc", ""},
		{"unsubscribe", ses("https://shop.test/unsubscribe/abc?utm_source=x"), ""},
		{"unsubscribe, German", "https://shop.test/newsletter/abmelden?utm_source=x", ""},
		{"signed", "https://files.test/a?X-Amz-Signature=1&utm_source=x", ""},
		{"signature", "https://files.test/a?sig=1&utm_source=x", ""},
		{"confirmation", ses("https://shop.test/confirm?id=1"), ""},
		{"sign in", "https://shop.test/auth/abc?utm_source=x", ""},
		{"author is no auth", "https://shop.test/author/abc?utm_source=x", "https://shop.test/author/abc"},
		{"token", "https://shop.test/a?reset_token=1&utm_source=x", ""},
		{"long code in the query", "https://shop.test/r?u=a1B2c3D4" + strings.Repeat("aBcDeF7", 10) + "&utm_source=x", ""},
		{"short code in the query", "https://shop.test/a?u=a1B2c3D4e5F6g7H8i9J0k&utm_source=x", "https://shop.test/a?u=a1B2c3D4e5F6g7H8i9J0k"},
		{"UUID in the path", "https://shop.test/go/3f2504e0-4f89-11d3-9a0c-0305e82c3301?utm_source=x", ""},
		{"code in a parameter that goes", "https://shop.test/a?mc_eid=a1b2c3d4e5f6a1b2c3d4", "https://shop.test/a"},
		{"date and words", "https://shop.test/2026-01-31-20-ways-to-win-the-2026-cup/1234567890123456789012?utm_source=x", "https://shop.test/2026-01-31-20-ways-to-win-the-2026-cup/1234567890123456789012"},
		{"relative", "/a?utm_source=x", ""},
		{"mailto", "mailto:a@shop.test?utm_source=x", ""},
		{"javascript", "javascript:location='https://shop.test/?utm_source=x'", ""},
	} {
		want, changes := e.want, e.want != ""
		if !changes {
			want = e.in
		}
		got, ok := c.Clean(e.in)
		if got != want || ok != changes {
			t.Errorf("%s: %s\n got %s, %t\nwant %s", e.name, e.in, got, ok, want)
		}
		if again, ok := c.Clean(got); ok {
			t.Errorf("%s: a second time gives %s", e.name, again)
		}
	}
}

func TestParameters(t *testing.T) {
	if _, err := load(string(links.Parameters)); err != nil {
		t.Fatal(err)
	}
	var table table
	if err := toml.NewDecoder(bytes.NewReader(links.Parameters)).DisallowUnknownFields().Decode(&table); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, s := range table.Service {
		if s.Name == "" || len(s.Parameters) == 0 || !strings.Contains(" DOC OSS PUB COM ", " "+s.Source+" ") {
			t.Errorf("not complete: %+v", s)
		}
		for _, p := range s.Parameters {
			if seen[p] || p != strings.ToLower(p) || len(strings.TrimSuffix(p, "*")) < 3 || strings.Contains(strings.TrimSuffix(p, "*"), "*") {
				t.Errorf("%s: %q is there twice, has capitals, or is too short", s.Name, p)
			}
			seen[p] = true
		}
	}
	for _, name := range strings.Fields("utm_* mc_eid mc_cid mkt_tok _hsenc _hsmi vero_id oly_enc_id fbclid gclid _kx ml_subscriber") {
		if !seen[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, e := range examples {
		f.Add(e.in)
	}
	f.Add("https://shop.test/a?utm_source=x&amp;b=1#c")
	c := Builtin()
	f.Fuzz(func(t *testing.T, in string) {
		clean, ok := c.Clean(in)
		if ok == (clean == in) {
			t.Errorf("%q: %q, %t", in, clean, ok)
		}
		if again, ok := c.Clean(clean); ok {
			t.Errorf("%q: %q, and a second time %q", in, clean, again)
		}
		if ok && !isURL(clean) {
			t.Errorf("%q: not a URL: %q", in, clean)
		}
	})
}
