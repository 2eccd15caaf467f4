package block

import (
	"net/mail"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"

	"pixelwacht/detector/message"
)

// Rules say how the messages of single senders are blocked: a mode for each address ("news@shop.example") and for each
// organisation, which is a domain with all that is below it ("@shop.example"). Keys are as Sender makes them. The most
// specific rule wins: that of the address, then that of its domain, then those of the domains above.
//
// A rule goes by what the From field says, and anybody can write anything there. So a rule to block more is safe,
// and Trust is as good as the mail server's checks: it is not honoured when the server found the sender to be forged
// (dmarc=fail in an Authentication-Results field, RFC 8601), nor for a message with several authors that are not all
// trusted. A server that checks nothing leaves a forged sender trusted.
type Rules map[string]Mode

// Sender makes the key of a rule from what a person writes: an address, or a domain with or without "@" in front. ok is
// false for anything else, and for domains that belong to nobody ("com", "co.uk").
func Sender(s string) (key string, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	local, domain, found := cutLast(s, "@")
	if !found {
		local, domain = "", s
	}
	domain = strings.TrimSuffix(domain, ".")
	if !isDomain(domain) {
		return "", false
	}
	if local != "" {
		if a, err := mail.ParseAddress(local + "@" + domain); err != nil || !strings.EqualFold(a.Address, local+"@"+domain) {
			return "", false
		}
		return local + "@" + domain, true
	}
	if suffix, icann := publicsuffix.PublicSuffix(domain); suffix == domain && (icann || !strings.Contains(domain, ".")) {
		return "", false
	}
	return "@" + domain, true
}

func isDomain(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || strings.ContainsFunc(label, func(r rune) bool { return r < utf8.RuneSelf && !isDomainCharacter(byte(r)) }) {
			return false
		}
	}
	return true
}

func isDomainCharacter(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// cutLast is strings.Cut at the last separator.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// of returns the mode for one address, and the key of the rule that says so.
func (r Rules) of(address string) (mode Mode, key string, ok bool) {
	address = strings.ToLower(strings.TrimSpace(address))
	if mode, ok = r[address]; ok {
		return mode, address, true
	}
	_, domain, ok := cutLast(address, "@")
	for ok {
		if mode, ok := r["@"+domain]; ok {
			return mode, "@" + domain, true
		}
		_, domain, ok = strings.Cut(domain, ".")
	}
	return "", "", false
}

// For returns how a message with the header h is blocked, mode being how messages without a rule are. key is that of the
// rule that decided, "" when none did. Window, command line and gateway all go by this.
func (r Rules) For(h message.Header, mode Mode) (decided Mode, key string) {
	if len(r) == 0 {
		return mode, ""
	}
	for i, author := range h.Addresses("From") {
		m, k, ok := r.of(author.Address)
		if !ok {
			m = mode
		}
		if i == 0 || slices.Index(byStrictness, m) > slices.Index(byStrictness, decided) {
			decided, key = m, k
		}
	}
	if decided == "" || decided == Trust && isForged(h) {
		return mode, ""
	}
	return decided, key
}

// byStrictness are the modes, the strictest last.
var byStrictness = []Mode{Trust, Trackers, All}

// isForged reports whether a mail server found that the message does not come from whom From says.
func isForged(h message.Header) bool {
	return slices.ContainsFunc(h.Values("Authentication-Results"), func(v string) bool {
		return strings.Contains(strings.ToLower(strings.Join(strings.Fields(v), "")), "dmarc=fail")
	})
}
