package detector

import (
	"net"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Organisation is the registrable domain of a host name by the public suffix list ("news.example.co.uk" →
// "example.co.uk"). A host that has none (an IP address, a single label) is its own organisation.
func Organisation(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if host == "" || isAddress(host) {
		return host
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return domain
}

// isAddress reports whether a host is an IP address.
func isAddress(host string) bool {
	last := host[len(host)-1] // no name of a top-level domain ends in a digit
	return (last == ']' || '0' <= last && last <= '9' || strings.IndexByte(host, ':') >= 0) && net.ParseIP(strings.Trim(host, "[]")) != nil
}
