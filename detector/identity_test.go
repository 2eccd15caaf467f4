package detector

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"testing"
)

// look finds an address in a URL of a message from news@shop.test to Reader@Post.test and, by its tag, to a.b+x@gmail.com.
func look(t *testing.T, url string) (Reason, bool) {
	t.Helper()
	id := newIdentity([]string{"Reader@Post.test", "a.b+x@gmail.com", "dotless@post"}, []mail.Address{{Address: "news@shop.test"}})
	at, ok := locate(url)
	if !ok {
		t.Fatalf("no URL: %q", url)
	}
	k, _ := id.find(&at)
	if k.reason != "" && k.text == "" {
		t.Errorf("%s: found without what stands for it", url)
	}
	return k.reason, k.other
}

func TestAddressInURL(t *testing.T) {
	const a = "reader@post.test"
	b64, raw64 := base64.StdEncoding.EncodeToString, base64.RawURLEncoding.EncodeToString
	m, s1, s2, s5 := md5.Sum([]byte(a)), sha1.Sum([]byte(a)), sha256.Sum256([]byte(a)), sha512.Sum512([]byte(a))
	sum := func(text string) string { s := md5.Sum([]byte(text)); return hex.EncodeToString(s[:]) }
	for _, c := range []struct {
		name, value string
		want        Reason
	}{
		{"plain", a, AddressPlain},
		{"capitals", "READER@POST.test", AddressPlain},
		{"percent-encoded", "reader%40post.test", AddressPlain},
		{"percent-encoded twice", "reader%2540post.test", AddressPlain},
		{"percent-encoded whole", "%72eader%40%70ost.test", AddressPlain},
		{"without a dot", "dotless@post", AddressPlain},
		{"among others", "x:reader@post.test;y", AddressPlain},
		{"behind an underscore", "u_reader@post.test", AddressPlain},
		{"bounce form, equals sign", "bounce-17-reader=post.test", AddressPlain},
		{"bounce form, word", "reader_at_post.test", AddressPlain},
		{"bounce form, minus", "Reader-at-post.test", AddressPlain},
		{"base64", b64([]byte(a)), AddressBase64},
		{"base64 without padding", raw64([]byte(a)), AddressBase64},
		{"base64 escaped", url.QueryEscape(b64([]byte(a))), AddressBase64},
		{"base64 twice", b64([]byte(b64([]byte(a)))), AddressBase64},
		{"base64 three times", b64([]byte(b64([]byte(b64([]byte(a)))))), AddressBase64},
		{"base64 of JSON", b64([]byte(`{"id":17,"email":"` + a + `"}`)), AddressBase64},
		{"base64 of JSON with base64", b64([]byte(`{"e":"` + b64([]byte(a)) + `"}`)), AddressBase64},
		{"base64 behind a word", "newsletter-" + raw64([]byte(a)), AddressBase64},
		{"base64 of a query", b64([]byte("id=7&e=reader%40post.test")), AddressBase64},
		{"base64 of binary with the address", raw64([]byte("\x08\x01\x12\x10" + a + "\x18\x07")), AddressBase64},
		{"JSON Web Token", raw64([]byte(`{"alg":"none"}`)) + "." + raw64([]byte(`{"sub":"`+a+`"}`)) + ".c2ln", AddressBase64},
		{"hexadecimal", hex.EncodeToString([]byte(a)), AddressHex},
		{"hexadecimal capitals", strings.ToUpper(hex.EncodeToString([]byte(a))), AddressHex},
		{"rot13", "ernqre@cbfg.grfg", AddressROT13},
		{"backwards", "tset.tsop@redaer", AddressReversed},
		{"MD5", hex.EncodeToString(m[:]), AddressMD5},
		{"MD5 capitals", strings.ToUpper(hex.EncodeToString(m[:])), AddressMD5},
		{"MD5 in base64", b64(m[:]), AddressMD5},
		{"MD5 as spelled", sum("Reader@Post.test"), AddressMD5},
		{"MD5 of capitals", sum("READER@POST.TEST"), AddressMD5},
		{"MD5 of the local part", sum("reader"), AddressMD5},
		{"MD5 without the tag", sum("a.b@gmail.com"), AddressMD5},
		{"MD5 without Gmail's dots", sum("ab@gmail.com"), AddressMD5},
		{"MD5 in JSON in base64", b64([]byte(`{"h":"` + hex.EncodeToString(m[:]) + `"}`)), AddressMD5},
		{"SHA-1", hex.EncodeToString(s1[:]), AddressSHA1},
		{"SHA-256", hex.EncodeToString(s2[:]), AddressSHA256},
		{"SHA-256 behind a name", "u_" + hex.EncodeToString(s2[:]), AddressSHA256},
		{"SHA-256 in base64", raw64(s2[:]), AddressSHA256},
		{"SHA-512", hex.EncodeToString(s5[:]), AddressSHA512},
		{"somebody else's", "somebody@else.test", OtherAddress},
		{"somebody else's in base64", b64([]byte("somebody@else.test")), OtherAddress},

		{"the sender's", "news@shop.test", ""},
		{"the sender's organisation", "info@mail.shop.test", ""},
		{"another address that ends alike", "xreader@post.test.shop.test", ""},
		{"only the domain", "post.test", ""},
		{"only the local part", "reader", ""},
		{"another hash", sum("other@post.test"), ""},
		{"a picture for dense screens", "logo@2x.png", ""},
		{"a version", "pkg@1.2.3", ""},
		{"words in base64", b64([]byte("newsletter of january")), ""},
		{"a random code", "YWN0aW9uLXZpZXctb3Blbi0xMjM0NTY3", ""},
	} {
		for _, form := range []string{"https://t.test/o?e=%s", "https://t.test/o/%s/x.gif", "https://t.test/o?%s"} {
			value := c.value
			if strings.Contains(form, "/%s/") {
				value = strings.NewReplacer("/", "%2F", "#", "%23", "?", "%3F").Replace(value)
			}
			reason, other := look(t, fmt.Sprintf(form, value))
			if reason != c.want || other != (c.want == OtherAddress) {
				t.Errorf("%s in %s: got %q, %v, want %q", c.name, form, reason, other, c.want)
			}
		}
	}
	if reason, _ := look(t, "https://"+hex.EncodeToString(m[:])+".t.test/"); reason != AddressMD5 {
		t.Errorf("in the name of the host: got %q", reason)
	}
}

// An address costs the same to look for, however deep a URL nests percent signs or codes.
func TestIdentityIsBounded(t *testing.T) {
	deep := []byte("reader@post.test")
	for range maxEncoding + 2 {
		deep = []byte(base64.StdEncoding.EncodeToString(deep))
	}
	if reason, _ := look(t, "https://t.test/?"+string(deep)); reason != "" {
		t.Errorf("followed more than %d encodings: %q", maxEncoding, reason)
	}
	look(t, "https://t.test/?%"+strings.Repeat("25", 1<<20))
	look(t, "https://t.test/?"+strings.Repeat("@", 1<<20))
	look(t, "https://t.test/?"+strings.Repeat("a@b.test,", 1<<17))
}

// A long code is decoded piece by piece; an address in it is found wherever it stands.
func TestAddressInLongCode(t *testing.T) {
	for at := range 3 * maxWord / 50 {
		text := strings.Repeat("x", 50*at) + " reader@post.test " + strings.Repeat("y", 2*maxWord)
		if reason, _ := look(t, "https://t.test/?"+base64.StdEncoding.EncodeToString([]byte(text))); reason != AddressBase64 {
			t.Fatalf("behind %d characters: got %q", 50*at, reason)
		}
	}
}

func FuzzIdentity(f *testing.F) {
	f.Add("https://t.test/o?e=cmVhZGVyQHBvc3QudGVzdA==")
	f.Add("https://t.test/%2540/reader=post.test/7265616465724070")
	f.Fuzz(func(t *testing.T, url string) {
		at, ok := locate(url)
		if !ok {
			return
		}
		id := newIdentity([]string{"reader@post.test"}, []mail.Address{{Address: "news@shop.test"}})
		if k, found := id.find(&at); found != (k.reason != "") || found && k.text == "" {
			t.Errorf("%+v, %v", k, found)
		}
		at.tokens()
		at.trackingWord()
	})
}
