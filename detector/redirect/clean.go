package redirect

import (
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"pixelwacht/assets/links"
)

// Cleaner makes links lead where they lead without telling anybody on the way: around services that count clicks, and
// without the parameters that tell the page who comes. It may be used from many goroutines.
type Cleaner struct {
	names    map[string]bool // lower case
	prefixes []string        // lower case
}

// Builtin returns the cleaner for the parameters that the program ships with.
func Builtin() *Cleaner {
	c, _ := load(string(links.Parameters)) // the tests hold that the shipped data has no errors
	return c
}

// table is the format of assets/links/parameters.toml.
type table struct {
	Service []struct {
		Name       string   `toml:"name"`
		Parameters []string `toml:"parameters"`
		Source     string   `toml:"source"`
	} `toml:"service"`
}

func load(text string) (*Cleaner, error) {
	var t table
	err := toml.Unmarshal([]byte(text), &t)
	c := &Cleaner{names: map[string]bool{}}
	for _, s := range t.Service {
		for _, name := range s.Parameters {
			if prefix, ok := strings.CutSuffix(name, "*"); ok {
				c.prefixes = append(c.prefixes, prefix)
			} else {
				c.names[name] = true
			}
		}
	}
	return c, err
}

// Clean returns the URL to follow instead of url. ok is false where url stays as it is: because there is nothing to
// clean, or because a link could break. Cleaning a clean URL changes nothing.
//
// What stays: links through a mail gateway, which checks where they lead; redirectors whose destination is not certain;
// and what a server could refuse when a letter is different or has to be asked in this very form, judging by its words:
// signed URLs, and those that unsubscribe, confirm, sign in, or carry a token.
func (c *Cleaner) Clean(url string) (clean string, ok bool) {
	if !isURL(url) {
		return url, false
	}
	clean = url
	for range maxLayers {
		t, wraps := Next(clean)
		switch {
		case wraps && t.Kind == Click && t.Exact:
			clean = t.URL
			continue
		case !wraps && isDelicate(clean):
			return url, false
		case !wraps:
			clean = c.withoutParameters(clean)
		}
		return clean, clean != url
	}
	return url, false
}

// withoutParameters returns url without its tracking parameters; what is left is not touched.
func (c *Cleaner) withoutParameters(url string) string {
	address, fragment, hasFragment := strings.Cut(url, "#")
	address, query, ok := strings.Cut(address, "?")
	if !ok {
		return url
	}
	var kept []string
	dropped := false
	for pair := range strings.SplitSeq(query, "&") {
		if c.tracks(pair) {
			dropped = true
		} else {
			kept = append(kept, pair)
		}
	}
	if !dropped {
		return url
	}
	if hasCode(address, 20) || hasCode(strings.Join(kept, "&"), 64) {
		return url
	}
	if len(kept) > 0 {
		address += "?" + strings.Join(kept, "&")
	}
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

// tracks reports whether a key=value pair of a query is a tracking parameter.
func (c *Cleaner) tracks(pair string) bool {
	name, _, _ := strings.Cut(pair, "=")
	// QUIRK: "&amp;amp;" is common
	return c.IsParameter(strings.ToLower(percentDecode(strings.TrimPrefix(name, "amp;"))))
}

// IsParameter reports whether a query key, in lower case, is that of a tracking parameter.
func (c *Cleaner) IsParameter(name string) bool {
	if c.names[name] {
		return true
	}
	for _, prefix := range c.prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// What says that a URL must reach its server as it is, in the languages that we know: parts of words, and whole words.
var (
	delicateParts = []string{
		"unsubscri", "optout", "opt-out", "opt_out", "oneclick", "one-click", "one_click", "uitschrij", "afmeld", "abmeld", "abbestell", "austrag",
		"desabonn", "desinscri", "desuscri", "disiscri", "cancellati", "descadast", "wypisz", "preference", "voorkeur",
		"verif", "confirm", "bevestig", "bestaetig", "activat", "aktivier", "activeer", "aanmeld", "anmeld", "login", "logon", "signin", "sign-in", "sign_in",
		"password", "passwort", "wachtwoord", "passwd", "magic", "oauth", "openid", "invitation", "signature", "x-amz-", "x-goog-", "token", "webauthn",
	}
	delicateWords = []string{
		"auth", "code", "expires", "expiry", "hash", "hmac", "invite", "jwt", "key", "nonce", "oob", "oobcode", "otp", "passcode", "reset", "saml",
		"secret", "session", "sid", "sig", "sign", "sso", "ticket", "unsub",
	}
)

// isDelicate reports whether a link could break when it is changed.
func isDelicate(url string) bool {
	text := strings.ToLower(percentDecode(percentDecode(url)))
	for _, part := range delicateParts {
		if strings.Contains(text, part) {
			return true
		}
	}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r < 0x80 && !isAlphanumeric(byte(r)) }) {
		if slices.Contains(delicateWords, word) {
			return true
		}
	}
	return false
}

// hasCode reports whether there is a code of that length in a part of a URL: neither words nor a number.
func hasCode(s string, length int) bool {
	const changes = 6 // from digit to letter and back; a date among words has none
	for run := range strings.FieldsFuncSeq(s, func(r rune) bool { return r >= 0x80 || !isAlphanumeric(byte(r)) && r != '-' && r != '_' }) {
		n := 0
		for i := 1; i < len(run); i++ {
			if isAlphanumeric(run[i-1]) && isAlphanumeric(run[i]) && isDigit(run[i-1]) != isDigit(run[i]) {
				n++
			}
		}
		if len(run) >= length && n >= changes {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
