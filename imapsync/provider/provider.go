// Package provider knows mail providers: which addresses they give, where their IMAP server is, what kind of password it
// wants today, and where people find how to get one. It only reads what ships with the program (assets/providers), and
// asks nobody.
package provider

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/net/idna"

	"pixelwacht/assets/providers"
	"pixelwacht/assets/translations"
)

// Password is the kind of password that a provider takes for IMAP.
type Password string

// The kinds of passwords.
const (
	Own          Password = "own"             // the one for the website
	Separate     Password = "separate"        // one for mail, which is set on the website
	App          Password = "app"             // one made on the website for one program
	AppIfTwoStep Password = "app-if-two-step" // the one for the website, and with two-step verification one for one program
	Bridge       Password = "bridge"          // one that the provider's own program on this machine shows
	None         Password = "none"            // none at all: people sign in with their browser
)

// Provider is a mail provider.
type Provider struct {
	Name      string   `toml:"name"`
	Domains   []string `toml:"domains"`   // of the addresses it gives
	MX        []string `toml:"mx"`        // domains of the hosts that take mail for customers with a domain of their own
	IMAP      string   `toml:"imap"`      // URL of the server, without user; "" where there is no IMAP
	User      string   `toml:"user"`      // "local" where the user's name is the part of the address before the @
	Password  Password `toml:"password"`  // "" where there is no IMAP
	Page      string   `toml:"page"`      // that explains the password or, without IMAP, how to save mail; may be ""
	TwoStep   bool     `toml:"two-step"`  // there are app passwords only for those who use two-step verification
	SwitchOn  string   `toml:"switch-on"` // page where people switch IMAP on; "" where it always is
	OAuthName string   `toml:"oauth"`     // of the entry in oauth.toml; "" where people cannot sign in with their browser
	Daily     int      `toml:"daily"`     // megabytes that IMAP may fetch in a day; 0: no limit is known

	// Organisations decide for their members whether programs may sign in, and whether IMAP is on.
	Administrator bool `toml:"administrator"`

	OAuth *OAuth `toml:"-"` // nil where people cannot sign in with their browser
}

// OAuth is where people sign in with their browser (RFC 6749), and what is asked for.
type OAuth struct {
	Name       string            `toml:"name" json:"name,omitempty"`
	Auth       string            `toml:"auth" json:"auth,omitempty"`         // authorization endpoint
	Token      string            `toml:"token" json:"token,omitempty"`       // token endpoint
	Device     string            `toml:"device" json:"device,omitempty"`     // device authorization endpoint (RFC 8628); "" where there is none
	Redirect   string            `toml:"redirect" json:"redirect,omitempty"` // where the browser comes back to, without port; "": http://127.0.0.1
	Scopes     []string          `toml:"scopes" json:"scopes,omitempty"`
	Parameters map[string]string `toml:"parameters" json:"parameters,omitempty"` // further ones of the authorization request
}

// HasIMAP reports whether there is a server to connect to.
func (p Provider) HasIMAP() bool { return p.IMAP != "" }

// UserOf is the name that the owner of an address logs in with.
func (p Provider) UserOf(address string) string {
	if at := strings.LastIndexByte(address, '@'); at >= 0 && p.User == "local" {
		return address[:at]
	}
	return address
}

// For returns the provider that gives addresses like this one.
func For(address string) (Provider, bool) {
	domain, ok := Domain(address)
	if !ok {
		return Provider{}, false
	}
	return find(domain, func(p Provider) []string { return p.Domains })
}

// ForMX returns the provider that takes mail on a host that an MX record names.
func ForMX(host string) (Provider, bool) {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return find(host, func(p Provider) []string { return p.MX })
}

// ForServer returns the provider whose IMAP server has that name.
func ForServer(host string) (Provider, bool) {
	for _, p := range All() {
		if u, err := url.Parse(p.IMAP); err == nil && p.HasIMAP() && u.Hostname() == strings.ToLower(host) {
			return p, true
		}
	}
	return Provider{}, false
}

// Named returns the provider with that name.
func Named(name string) (Provider, bool) {
	all := All()
	i := slices.IndexFunc(all, func(p Provider) bool { return p.Name == name })
	if i < 0 {
		return Provider{}, false
	}
	return all[i], true
}

// Domain is the domain of an address, in lower case and as the DNS has it.
func Domain(address string) (string, bool) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "", false
	}
	domain, err := idna.Lookup.ToASCII(strings.TrimSuffix(address[at+1:], "."))
	return domain, err == nil && strings.Contains(domain, ".")
}

// find returns the provider with the longest domain that name is or lies below. Two labels are the least: a provider
// never has all of .com.
func find(name string, domains func(Provider) []string) (Provider, bool) {
	all := All()
	for ; strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		for _, p := range all {
			if slices.Contains(domains(p), name) {
				return p, true
			}
		}
	}
	return Provider{}, false
}

// All returns all providers. They are read-only.
func All() []Provider { return builtin().Providers }

// file is a file of assets/providers.
type file struct {
	Providers []Provider `toml:"provider"`
	OAuth     []OAuth    `toml:"oauth"`
}

var builtin = sync.OnceValue(func() file {
	all, err := read(providers.Files())
	if err != nil {
		panic(fmt.Sprintf("embedded providers: %v", err))
	}
	return all
})

func read(files fs.FS) (file, error) {
	names, err := fs.Glob(files, "*.toml")
	if err != nil {
		return file{}, err
	}
	var all file
	for _, name := range names {
		f, err := files.Open(name)
		if err != nil {
			return file{}, err
		}
		var one file
		err = errors.Join(toml.NewDecoder(f).DisallowUnknownFields().Decode(&one), f.Close())
		if err != nil {
			return file{}, fmt.Errorf("%s: %w", name, err)
		}
		all.Providers = append(all.Providers, one.Providers...)
		all.OAuth = append(all.OAuth, one.OAuth...)
	}
	for i, p := range all.Providers {
		if p.OAuthName == "" {
			continue
		}
		j := slices.IndexFunc(all.OAuth, func(o OAuth) bool { return o.Name == p.OAuthName })
		if j < 0 {
			return file{}, fmt.Errorf("%s: there is no oauth entry %q", p.Name, p.OAuthName)
		}
		all.Providers[i].OAuth = &all.OAuth[j]
	}
	return all, nil
}

// Explain says in the language of texts what people need to sign in: which password, and what to switch on first. Each is a
// sentence.
func (p Provider) Explain(texts *translations.Texts) []string {
	args := translations.Args{"Provider": p.Name, "Page": p.Page, "SwitchOn": p.SwitchOn}
	if !p.HasIMAP() {
		return []string{texts.T("problem.no-imap", args), texts.T("problem.no-imap.next", args)}
	}
	sentences := []string{texts.T("provider."+string(p.Password), args)}
	if p.TwoStep {
		sentences = append(sentences, texts.T("provider.two-step"))
	}
	if p.SwitchOn != "" {
		sentences = append(sentences, texts.T("provider.switch-on", args))
	}
	if p.Administrator {
		sentences = append(sentences, texts.T("provider.administrator", args))
	}
	return sentences
}
