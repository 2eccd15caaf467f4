package corpustest

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// placeholder is "{scope:kind length}" for a made-up value, or "{name}" for one of the message.
//
// The scope says for whom a value is made, which is what tells a tracker from a picture: s for the sender's account, r
// for the recipient at this sender, c for the mailing, m for the recipient's copy of the mailing, x for this place
// alone. The same kind in the same scope is the same value, wherever it stands; a label behind a second colon makes
// another one.
var placeholder = regexp.MustCompile(`\{(?:([srcmx]):([a-zA-Z]+?)(\d*)(?::(\w+))?|(\w+))\}`)

const (
	lowerHex   = "0123456789abcdef"
	upperHex   = "0123456789ABCDEF"
	decimal    = "0123456789"
	letters    = "abcdefghijklmnopqrstuvwxyz"
	lowerAlnum = letters + decimal
	alnum      = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + lowerAlnum
	base64URL  = alnum + "-_"
	base32     = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	crockford  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// alphabets are the kinds of values that are a string of random characters.
var alphabets = map[string]string{
	"hex": lowerHex, "HEX": upperHex, "num": decimal, "let": letters, "al": lowerAlnum, "an": alnum, "base": base64URL,
	"upper": base32, "ulid": crockford,
}

// fill writes a template out.
func (m *mail) fill(template string) string {
	return placeholder.ReplaceAllStringFunc(template, func(s string) string {
		p := placeholder.FindStringSubmatch(s)
		if p[5] != "" {
			return m.named(p[5])
		}
		n, _ := strconv.Atoi(p[3])
		return value(m.scope(p[1], s), p[2], n)
	})
}

// scope is the source of a value.
func (m *mail) scope(letter, spec string) *rand.Rand {
	switch letter {
	case "s":
		return source(m.seed, "s", m.host, spec)
	case "r":
		return source(m.seed, "r", m.host, m.to, spec)
	case "c":
		return source(m.seed, "c", m.host, m.mailing, spec)
	case "m":
		return source(m.seed, "m", m.host, m.mailing, m.to, spec)
	}
	return m.rand
}

// value makes a value of a kind up.
func value(r *rand.Rand, kind string, n int) string {
	if alphabet, ok := alphabets[kind]; ok {
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		if kind == "num" && n > 0 && b[0] == '0' {
			b[0] = '4'
		}
		return string(b)
	}
	switch kind {
	case "uuid":
		h := value(r, "hex", 32)
		return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
	case "word":
		return words[r.IntN(len(words))]
	case "slug":
		return words[r.IntN(len(words))] + "-" + words[r.IntN(len(words))]
	case "jwt":
		claims := fmt.Sprintf(`{"sub":"%s","iat":%s}`, value(r, "hex", 16), value(r, "num", 10))
		return encode(`{"alg":"HS256","typ":"JWT"}`) + "." + encode(claims) + "." + value(r, "base", 43)
	case "json":
		return encode(fmt.Sprintf(`{"u":%s,"m":%s,"k":"%s"}`, value(r, "num", 7), value(r, "num", 6), value(r, "hex", 8)))
	case "date":
		return fmt.Sprintf("20%d-%02d-%02d", 20+r.IntN(7), 1+r.IntN(12), 1+r.IntN(28))
	}
	panic("corpustest: no such kind: " + kind)
}

// encode is base64 for URLs, without padding.
func encode(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// named is a value of the message.
func (m *mail) named(name string) string {
	switch name {
	case "host":
		return m.host
	case "label":
		return strings.TrimSuffix(m.host, "."+m.host[strings.LastIndexByte(m.host, '.')+1:])
	case "dest":
		return url.QueryEscape(m.dest)
	case "destb64":
		return encode(m.dest)
	case "destmandrill":
		inner := fmt.Sprintf(`{"u":%s,"v":1,"url":%q,"id":"%s","url_ids":["%s"]}`, value(m.rand, "num", 8), m.dest, value(m.rand, "hex", 32), value(m.rand, "hex", 40))
		return encode(fmt.Sprintf(`{"s":"%s","v":1,"p":%q}`, value(m.rand, "base", 27), inner))
	case "destcustomerio":
		return encode(fmt.Sprintf(`{"email_id":"%s","href":%q,"internal":"%s","link_id":%d}`, value(m.rand, "base", 42), m.dest, value(m.rand, "hex", 12), 1+m.rand.IntN(90)))
	case "emailid":
		return encode(fmt.Sprintf(`{"email_id":"%s"}`, m.fill("{m:base42}")))
	}
	for _, form := range addressForms {
		if form.name == name {
			return form.write(m.to)
		}
	}
	panic("corpustest: no such name: " + name)
}

// addressForm is a way to hide an address in a URL.
type addressForm struct {
	name  string
	write func(address string) string
}

// addressForms are the ways to write an address that services and spammers use.
var addressForms = []addressForm{
	{"address", func(a string) string { return a }},
	{"percent", func(a string) string { return strings.ReplaceAll(url.QueryEscape(a), ".", "%2E") }},
	{"percentall", func(a string) string {
		var b strings.Builder
		for _, c := range []byte(a) {
			fmt.Fprintf(&b, "%%%02x", c)
		}
		return b.String()
	}},
	{"doublepercent", func(a string) string { return url.QueryEscape(url.QueryEscape(a)) }},
	{"base64", func(a string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(a))) }},
	{"base64url", encode},
	{"base64json", func(a string) string { return encode(fmt.Sprintf(`{"id":48213,"email":%q,"c":"spring"}`, a)) }},
	{"base64query", func(a string) string { return encode("cid=4821&email=" + a + "&t=1") }},
	{"base64base64", func(a string) string { return encode(base64.StdEncoding.EncodeToString([]byte(a))) }},
	{"hexaddress", func(a string) string { return hex.EncodeToString([]byte(a)) }},
	{"rot13", rot13},
	{"reversed", reverse},
	{"base64reversed", func(a string) string { return reverse(encode(a)) }},
	{"md5", func(a string) string { return fmt.Sprintf("%x", md5.Sum([]byte(a))) }},
	{"md5upper", func(a string) string { return fmt.Sprintf("%X", md5.Sum([]byte(a))) }},
	{"sha1", func(a string) string { return fmt.Sprintf("%x", sha1.Sum([]byte(a))) }},
	{"sha256", func(a string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(a))) }},
	{"sha512", func(a string) string { return fmt.Sprintf("%x", sha512.Sum512([]byte(a))) }},
	{"sha256base64", func(a string) string {
		s := sha256.Sum256([]byte(a))
		return base64.RawURLEncoding.EncodeToString(s[:])
	}},
	{"md5base64", func(a string) string { s := md5.Sum([]byte(a)); return base64.RawURLEncoding.EncodeToString(s[:]) }},
	{"md5local", func(a string) string {
		local, _, _ := strings.Cut(a, "@")
		return fmt.Sprintf("%x", md5.Sum([]byte(local)))
	}},
	{"sha1local", func(a string) string {
		local, _, _ := strings.Cut(a, "@")
		return fmt.Sprintf("%x", sha1.Sum([]byte(local)))
	}},
	{"atsign", func(a string) string { return strings.Replace(a, "@", "(at)", 1) }},
	{"equals", func(a string) string { return strings.Replace(a, "@", "=", 1) }},
}

func rot13(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return 'a' + (r-'a'+13)%26
		case 'A' <= r && r <= 'Z':
			return 'A' + (r-'A'+13)%26
		}
		return r
	}, s)
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
