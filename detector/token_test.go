package detector

import (
	"testing"
)

func TestMeasure(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        strength
	}{
		{"UUID", guid, strongToken},
		{"UUID without its signs", "0b7c0f5e93ad4a0e8c1e5d1f30c2a9b4", strongToken},
		{"hexadecimal", "5f3a9c81d2e4471bb0aa", strongToken},
		{"short hexadecimal", "5f3a9c81d2e4", strongToken},
		{"base64 of JSON", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9", strongToken},
		{"Fernet", "gAAAAABmT0VhQ2xpY2tBbmRPcGVuVG9rZW5Gb3JUZXN0MTIzNDU2Nzg5MA==", strongToken},
		{"ULID", "01HV8Q3K7Z9X2M4N6P8R0T1V3W", strongToken},
		{"nanoid", "V1StGXR8_Z5jdHi6B-myT", strongToken},
		{"ObjectId", "65f1c0a2b3d4e5f6a7b8c9d0", strongToken},
		{"with a prefix", "u001.s4A7ZqC2Ftxqw36qkcPzhAm2BF5MGadQYgYpgr", strongToken},
		{"short mix of cases and digits", "4xKq9ZbT2mLw", strongToken},
		{"lower-case letters and digits", "p7unqrnzo5iquzomk5uq", strongToken},
		{"random letters", "djkejxsqykhqhnhshlcyodqttzbx", strongToken},
		{"long number", "756546528925", strongToken},
		{"pieces of a code", "612.7095519.5xrc6j", strongToken},
		{"number", "1234567", weakToken},
		{"few letters and digits", "a1b2c3d4", weakToken},
		{"random short letters", "pkjxtqy", weakToken},
		{"name of a product, which a code could look like", "iPhone14ProMax", weakToken},
		{"several short codes", "1dx.2k50.0.fsi52", weakToken},

		{"word", "newsletter", noToken},
		{"long word", "rechtsschutzversicherung", noToken},
		{"words", "newsletter-january-2026", noToken},
		{"words of a file", "header_background_image_large", noToken},
		{"capitals that begin words", "HeaderBackgroundImageLarge", noToken},
		{"picture file", "LETTER_Knitting1_1200px.jpg", noToken},
		{"year", "2026", noToken},
		{"date", "20260131", noToken},
		{"date and time", "20260131235959", noToken},
		{"seconds since 1970", "1767225600", noToken},
		{"milliseconds since 1970", "1767225600123", noToken},
		{"size", "600x400", noToken},
		{"version", "v2", noToken},
		{"URL", "https://shop.test/0b7c0f5e93ad4a0e8c1e5d1f30c2a9b4", noToken},
		{"nothing", "", noToken},
	} {
		if got := measure(c.value); got != c.want {
			t.Errorf("%s: measure(%q) = %d, want %d", c.name, c.value, got, c.want)
		}
	}
}

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		url, best, name string
		static          bool
	}{
		{"https://t.test/o/" + guid, guid, "", false},
		{"https://t.test/o?x=1&m=" + guid, guid, "", false},
		{"https://t.test/" + guid + "?m=5f3a9c81d2e4471bb0aa", "5f3a9c81d2e4471bb0aa", "", false}, // the query says more
		{"https://t.test/r.php?gAAAAABmT0VhQ2xpY2tBbmRPcGVu====", "gAAAAABmT0VhQ2xpY2tBbmRPcGVu====", "", false},
		{"https://t.test/a/" + guid + ".gif", "", guid, true},
		{"https://t.test/" + guid + "/logo.png", guid, "logo", true},
		{"https://t.test/logo.png?m=" + guid, guid, "logo", false},
		{"https://5f3a9c81d2e4471bb0aa.t.shop.test/p.gif", "5f3a9c81d2e4471bb0aa", "p", false},
		{"https://d5f3a9c81d2e4471b.r.cloudfront.net/p.gif", "", "p", true},
		{"https://t.test/logo.png?w=600&v=5f3a9c81d2e4471bb0aa", "", "logo", true},
		{"https://s3.test/logo.png?X-Amz-Signature=5f3a9c81d2e4471bb0aa&Expires=1767225600", "", "logo", true},
		{"https://t.test/logo.png?utm_campaign=5f3a9c81d2e4471bb0aa", "", "logo", true},
	} {
		at, _ := locate(c.url)
		got := at.tokens()
		if got.best.text != c.best || got.name.text != c.name || got.static() != c.static {
			t.Errorf("%s: best %q, name %q, static %v; want %q, %q, %v", c.url, got.best.text, got.name.text, got.static(), c.best, c.name, c.static)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct {
		url  string
		want wordiness
	}{
		{"https://t.test/open.php?m=1", plainWord},
		{"https://t.test/email_open/1", plainWord},
		{"https://open.shop.test/1", plainWord},
		{"https://t.test/x?track=1", plainWord},
		{"https://t.test/track-shoes", vagueWord},
		{"https://t.test/view/1", vagueWord},
		{"https://open.test/1", noWord}, // the name of the site
		{"https://t.test/open-toe-sandals", noWord},
		{"https://t.test/x?q=open", noWord},
		{"https://t.test/hero.jpg", noWord},
	} {
		at, _ := locate(c.url)
		if got := at.trackingWord(); got != c.want {
			t.Errorf("%s: got %d, want %d", c.url, got, c.want)
		}
	}
}
