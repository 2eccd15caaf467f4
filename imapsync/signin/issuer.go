package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/provider"
)

// maxMetadata is how large a server's description of itself may be, in octets.
const maxMetadata = 256 << 10

// Issuer asks a server for its endpoints (RFC 8414, or OpenID Connect Discovery 1.0). client is the HTTP client, nil for one
// with a time limit.
func Issuer(ctx context.Context, client *http.Client, issuer string) (provider.OAuth, error) {
	base, err := url.Parse(strings.TrimSuffix(issuer, "/"))
	if err != nil || base.Host == "" || !isProtected(base) || base.RawQuery != "" || base.Fragment != "" || base.User != nil {
		return provider.OAuth{}, fmt.Errorf("issuer %q: not of the form https://HOST[/PATH]", issuer)
	}
	if client == nil {
		client = &http.Client{Timeout: answerTime}
	}
	for _, place := range []string{
		base.Scheme + "://" + base.Host + "/.well-known/oauth-authorization-server" + base.Path,
		base.String() + "/.well-known/openid-configuration",
	} {
		o, err := metadata(ctx, client, place)
		if err == nil {
			return o, nil
		}
		if ctx.Err() != nil {
			return provider.OAuth{}, ctx.Err()
		}
	}
	return provider.OAuth{}, &imapsync.Error{Problem: imapsync.SignInFailed, Doing: "ask " + base.Host + " how to sign in", Err: errors.New("it does not say")}
}

func metadata(ctx context.Context, client *http.Client, place string) (provider.OAuth, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, place, nil)
	if err != nil {
		return provider.OAuth{}, err
	}
	response, err := client.Do(request)
	if err != nil {
		return provider.OAuth{}, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return provider.OAuth{}, errors.New(response.Status)
	}
	var m struct {
		Auth   string   `json:"authorization_endpoint"`
		Token  string   `json:"token_endpoint"`
		Device string   `json:"device_authorization_endpoint"`
		Scopes []string `json:"scopes_supported"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxMetadata)).Decode(&m); err != nil {
		return provider.OAuth{}, err
	}
	for _, endpoint := range []string{m.Auth, m.Token, m.Device} {
		u, err := url.Parse(endpoint)
		if endpoint != "" && (err != nil || !isProtected(u)) {
			return provider.OAuth{}, errors.New("an endpoint is not protected")
		}
	}
	if m.Auth == "" || m.Token == "" {
		return provider.OAuth{}, errors.New("an endpoint is missing")
	}
	o := provider.OAuth{Auth: m.Auth, Token: m.Token, Device: m.Device}
	for _, scope := range []string{"openid", "email", "offline_access"} { // who it is, and a refresh token
		if slices.Contains(m.Scopes, scope) {
			o.Scopes = append(o.Scopes, scope)
		}
	}
	return o, nil
}

// isProtected reports whether what is said to a server stays between it and this machine.
func isProtected(u *url.URL) bool {
	host := u.Hostname()
	ip, err := netip.ParseAddr(host)
	return u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || err == nil && ip.IsLoopback())
}
