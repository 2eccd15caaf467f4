package discover

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/provider"
)

// databaseURL is Thunderbird's public database, which has a file for each domain of a provider.
const databaseURL = "https://autoconfig.thunderbird.net/v1.1/"

// maxFile is how large a configuration may be, in octets.
const maxFile = 256 << 10

// autoconfig asks the domain itself, and then the public database. The query parameter with the address, which others send,
// is left out.
func (f Finder) autoconfig(ctx context.Context, domain, address string) (Found, error) {
	for _, question := range []struct {
		url    string
		source Source
	}{
		{"https://autoconfig." + domain + "/mail/config-v1.1.xml", Autoconfig},
		{"https://" + domain + "/.well-known/autoconfig/mail/config-v1.1.xml", Autoconfig},
		{databaseURL + domain, Database},
		{"http://autoconfig." + domain + "/mail/config-v1.1.xml", Autoconfig}, // many have no certificate for that name
	} {
		found, err := f.fetch(ctx, question.url, domain, address)
		if errors.Is(err, ErrUnknown) {
			continue
		}
		found.Source = question.source
		return found, err
	}
	return Found{}, ErrUnknown
}

// fetch reads a configuration. Whatever is wrong with it, it is [ErrUnknown]: the next place may know better.
func (f Finder) fetch(ctx context.Context, url, domain, address string) (Found, error) {
	ctx, cancel := context.WithTimeout(ctx, questionTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return Found{}, ErrUnknown
	}
	base := f.HTTP
	if base == nil {
		base = http.DefaultClient
	}
	client := *base
	client.Jar = nil
	client.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if len(via) > 3 || via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
			return http.ErrUseLastResponse
		}
		return nil
	}
	response, err := client.Do(request)
	if err != nil {
		return Found{}, ErrUnknown
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return Found{}, ErrUnknown
	}
	found, err := parse(io.LimitReader(response.Body, maxFile), domain, address)
	if err != nil {
		return Found{}, fmt.Errorf("%w (%v)", ErrUnknown, err)
	}
	found.Unconfirmed = response.Request.URL.Scheme != "https" && !sameOrganisation(found.Server.Host, domain)
	return known(found, address), nil
}

// clientConfig is what counts of a configuration file, version 1.1.
type clientConfig struct {
	Incoming []struct {
		Type       string   `xml:"type,attr"`
		Hostname   string   `xml:"hostname"`
		Port       string   `xml:"port"`
		SocketType string   `xml:"socketType"`
		Username   string   `xml:"username"`
		Methods    []string `xml:"authentication"`
	} `xml:"emailProvider>incomingServer"`
	OAuth struct {
		Auth  string `xml:"authURL"`
		Token string `xml:"tokenURL"`
		Scope string `xml:"scope"`
	} `xml:"oAuth2"`
}

// parse returns the first IMAP server of a configuration that is spoken to with TLS, implicit TLS before STARTTLS.
func parse(r io.Reader, domain, address string) (Found, error) {
	var config clientConfig
	if err := xml.NewDecoder(r).Decode(&config); err != nil {
		return Found{}, err
	}
	local, _, _ := strings.Cut(address, "@")
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		local = address[:at]
	}
	fill := strings.NewReplacer("%EMAILADDRESS%", address, "%EMAILLOCALPART%", local, "%EMAILDOMAIN%", domain)
	for _, security := range []struct {
		socketType string
		security   imapsync.Security
		scheme     string
	}{{"SSL", imapsync.TLS, "imaps"}, {"STARTTLS", imapsync.StartTLS, "imap"}} {
		for _, in := range config.Incoming {
			if in.Type != "imap" || !strings.EqualFold(strings.TrimSpace(in.SocketType), security.socketType) {
				continue
			}
			host := strings.ToLower(fill.Replace(strings.TrimSpace(in.Hostname)))
			port, err := strconv.Atoi(strings.TrimSpace(in.Port))
			if err != nil || strings.ContainsAny(host, "/:@?#[] ") {
				continue
			}
			user := fill.Replace(strings.TrimSpace(in.Username))
			if user == "" {
				user = address
			}
			server, user, _, err := imapsync.ParseServer(fmt.Sprintf("%s://%s:%d", security.scheme, host, port), user, false)
			if err != nil {
				continue
			}
			found := Found{Server: server, User: user}
			o := config.OAuth
			if slices.ContainsFunc(in.Methods, func(m string) bool { return strings.EqualFold(strings.TrimSpace(m), "OAuth2") }) &&
				strings.HasPrefix(o.Auth, "https://") && strings.HasPrefix(o.Token, "https://") {
				found.OAuth = &provider.OAuth{Auth: o.Auth, Token: o.Token, Scopes: strings.Fields(o.Scope)}
			}
			return found, nil
		}
	}
	return Found{}, errors.New("it names no IMAP server with TLS")
}
