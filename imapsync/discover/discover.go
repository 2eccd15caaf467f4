// Package discover finds the IMAP server of an address.
//
// [Preset] knows it, or not, without asking anybody. [Finder.LookUp] asks around, in the standard ways: DNS SRV records
// (RFC 6186, RFC 8314), Mozilla's autoconfiguration (https://datatracker.ietf.org/doc/draft-ietf-mailmaint-autoconfig/), and
// MX records, by which it recognises a provider. Whoever is asked learns the domain of the address, never the address
// itself; call it when the user has agreed to that.
package discover

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/provider"
)

// Found is a server that an address may belong to.
type Found struct {
	Server   imapsync.Server
	User     string            // to log in as
	Provider provider.Provider // the zero value where it is not one that the program knows
	OAuth    *provider.OAuth   // how to sign in with the browser; nil where that is not known
	Source   Source

	// Unconfirmed says that the server has another domain than the address, and that nobody vouches for it: the user
	// decides whether it gets the password (RFC 6186 section 6).
	Unconfirmed bool
}

// Source is who has said it.
type Source string

// The sources.
const (
	Builtin    Source = "preset"     // what the program knows
	DNS        Source = "dns"        // SRV records
	Autoconfig Source = "autoconfig" // a file at the domain
	Database   Source = "database"   // Thunderbird's
	MX         Source = "mx"         // the host that takes the mail
)

// ErrUnknown is the error of an address whose server nobody knows.
var ErrUnknown = errors.New("the mail server is not known")

// ErrAddress is the error of a text that is no address.
var ErrAddress = errors.New("not an e-mail address")

// Preset returns what the program itself knows of an address, or [ErrUnknown]. A provider without IMAP is the problem
// [imapsync.NoIMAP].
func Preset(address string) (Found, error) {
	if _, ok := provider.Domain(address); !ok {
		return Found{}, fmt.Errorf("%q: %w", address, ErrAddress)
	}
	p, ok := provider.For(address)
	if !ok {
		return Found{}, ErrUnknown
	}
	return of(p, address, Builtin)
}

// of is the server of a provider.
func of(p provider.Provider, address string, source Source) (Found, error) {
	if !p.HasIMAP() {
		return Found{Provider: p}, &imapsync.Error{Problem: imapsync.NoIMAP, Doing: "find the server of " + p.Name, Provider: p}
	}
	server, user, _, err := imapsync.ParseServer(p.IMAP, p.UserOf(address), false)
	if err != nil {
		return Found{}, err
	}
	return Found{Server: server, User: user, Provider: p, OAuth: p.OAuth, Source: source}, nil
}

// Resolver asks the DNS. [net.Resolver] is one.
type Resolver interface {
	LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
}

// Finder asks around. The zero value asks the real world.
type Finder struct {
	Resolver Resolver     // nil: [net.DefaultResolver]
	HTTP     *http.Client // nil: [http.DefaultClient]
}

// The longest that one question may take, and all of them.
const (
	questionTime = 10 * time.Second
	wholeTime    = 40 * time.Second
)

// LookUp asks who runs the mail of an address, or returns [ErrUnknown]. It first looks at what [Preset] knows.
func (f Finder) LookUp(ctx context.Context, address string) (Found, error) {
	if found, err := Preset(address); !errors.Is(err, ErrUnknown) {
		return found, err
	}
	ctx, cancel := context.WithTimeout(ctx, wholeTime)
	defer cancel()
	domain, _ := provider.Domain(address)
	for _, ask := range []func(context.Context, string, string) (Found, error){f.srv, f.autoconfig, f.mx} {
		found, err := ask(ctx, domain, address)
		if !errors.Is(err, ErrUnknown) {
			return found, err
		}
	}
	if err := ctx.Err(); err != nil {
		return Found{}, err
	}
	return Found{}, ErrUnknown
}

func (f Finder) resolver() Resolver {
	if f.Resolver == nil {
		return net.DefaultResolver
	}
	return f.Resolver
}

// srv asks for SRV records: implicit TLS is preferred (RFC 8314 section 5.1), then the record with the best priority.
func (f Finder) srv(ctx context.Context, domain, address string) (Found, error) {
	for _, service := range []struct {
		name     string
		security imapsync.Security
	}{{"imaps", imapsync.TLS}, {"imap", imapsync.StartTLS}} {
		ctx, cancel := context.WithTimeout(ctx, questionTime)
		_, records, err := f.resolver().LookupSRV(ctx, service.name, "tcp", domain)
		cancel()
		if err != nil {
			continue // no record is an error, too
		}
		for _, r := range records {
			host := strings.ToLower(strings.TrimSuffix(r.Target, "."))
			if host == "" || r.Port == 0 { // "." says that there is no such service, RFC 2782
				continue
			}
			server := imapsync.Server{Host: host, Port: int(r.Port), Security: service.security}
			return known(Found{Server: server, User: address, Source: DNS, Unconfirmed: !sameOrganisation(host, domain)}, address), nil
		}
	}
	return Found{}, ErrUnknown
}

// known adds what the program knows of the provider whose server was found.
func known(found Found, address string) Found {
	p, ok := provider.ForServer(found.Server.Host)
	if !ok {
		return found
	}
	found.Provider, found.User, found.Unconfirmed = p, p.UserOf(address), false
	if found.OAuth == nil {
		found.OAuth = p.OAuth
	}
	return found
}

// sameOrganisation reports whether two domains have the same owner.
func sameOrganisation(a, b string) bool {
	ours, err := publicsuffix.EffectiveTLDPlusOne(a)
	if err != nil {
		return a == b
	}
	theirs, err := publicsuffix.EffectiveTLDPlusOne(b)
	return err == nil && ours == theirs
}

// mx recognises a provider by the host that takes the mail for it, or asks Thunderbird's database about that.
func (f Finder) mx(ctx context.Context, domain, address string) (Found, error) {
	question, cancel := context.WithTimeout(ctx, questionTime)
	defer cancel()
	records, err := f.resolver().LookupMX(question, domain)
	if err != nil || len(records) == 0 {
		return Found{}, ErrUnknown
	}
	host := strings.ToLower(strings.TrimSuffix(records[0].Host, ".")) // the one with the best preference
	p, ok := provider.ForMX(host)
	if ok {
		return of(p, address, MX)
	}
	owner, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil || owner == domain {
		return Found{}, ErrUnknown
	}
	if p, ok := provider.For("x@" + owner); ok {
		return of(p, address, MX)
	}
	found, err := f.fetch(ctx, databaseURL+owner, domain, address)
	found.Source = Database
	return found, err
}
