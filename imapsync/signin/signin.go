// Package signin signs people in with their browser: OAuth 2.0 for programs on people's own machines (RFC 8252), with PKCE
// (RFC 7636) and a redirect to the loopback interface, or with a code that is entered on another device (RFC 8628).
//
// It speaks only with the endpoints that it is given, and only when the user wants to sign in or an access token has
// expired. Tokens are in no error. Errors are a *[imapsync.Error] where a person can do something about them.
package signin

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/provider"
)

// Client is this program as it is registered with a provider: a public client, RFC 6749 section 2.1. Google gives such
// clients a secret, too, which everybody may know who has the program.
type Client struct {
	ID     string
	Secret imapsync.Secret
}

// Params say where and as whom to sign in. OAuth and Client are required.
type Params struct {
	OAuth    provider.OAuth
	Client   Client
	Address  string            // of the user, so that the page does not ask for it
	Provider provider.Provider // for errors; the zero value: not known
	HTTP     *http.Client      // nil: one with a time limit
}

// answerTime is how long an endpoint may take.
const answerTime = 30 * time.Second

// config is what the OAuth library wants, and the context that carries the HTTP client to it.
func (p *Params) config(ctx context.Context, redirect string) (context.Context, *oauth2.Config) {
	client := p.HTTP
	if client == nil {
		client = &http.Client{Timeout: answerTime}
	}
	return context.WithValue(ctx, oauth2.HTTPClient, client), &oauth2.Config{
		ClientID: p.Client.ID, ClientSecret: string(p.Client.Secret), RedirectURL: redirect, Scopes: p.OAuth.Scopes,
		Endpoint: oauth2.Endpoint{
			AuthURL: p.OAuth.Auth, TokenURL: p.OAuth.Token, DeviceAuthURL: p.OAuth.Device, AuthStyle: oauth2.AuthStyleInParams,
		},
	}
}

func (p *Params) check() error {
	if p.Client.ID == "" {
		return p.problem(imapsync.NoClientID, "", nil)
	}
	return nil
}

// refreshToken is what a sign-in is for. A server that gives none would have people sign in every hour.
func (p *Params) refreshToken(token *oauth2.Token, err error) (imapsync.Secret, error) {
	switch {
	case err != nil:
		return "", p.explain(imapsync.SignInFailed, err)
	case token.RefreshToken == "":
		return "", p.problem(imapsync.SignInFailed, "", errors.New("the server gives no refresh token"))
	}
	return imapsync.Secret(token.RefreshToken), nil
}

func (p *Params) problem(problem imapsync.Problem, said string, err error) error {
	return &imapsync.Error{Problem: problem, Doing: "sign in with the browser", Said: said, Err: err, Provider: p.Provider}
}

// wantsAdministrator matches what Microsoft says where an organisation's members may not allow programs themselves.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
var wantsAdministrator = regexp.MustCompile(`AADSTS(65001|65004|65005|90008|90094|90095|90099|900941|900971|50105|53003|700016)\b|(?i)admin(istrator)? (approval|consent)`)

// explain says what an error of the OAuth library means. otherwise is what a refusal is that says nothing special.
func (p *Params) explain(otherwise imapsync.Problem, err error) error {
	refusal, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case !ok && errors.Is(err, context.Canceled):
		return context.Canceled
	case !ok:
		return p.problem(imapsync.Unreachable, "", errors.New("no answer from the sign-in server")) // err may hold the request
	}
	return p.refused(otherwise, refusal.ErrorCode, refusal.ErrorDescription)
}

// refused says what an error response means, RFC 6749 sections 4.1.2.1 and 5.2.
func (p *Params) refused(otherwise imapsync.Problem, code, description string) error {
	said := imapsync.Printable(code + ": " + description)
	if description == "" {
		said = imapsync.Printable(code)
	}
	switch {
	case wantsAdministrator.MatchString(description):
		return p.problem(imapsync.AdminConsent, said, nil)
	case code == "temporarily_unavailable", code == "server_error":
		return p.problem(imapsync.ServerRefusal, said, nil)
	}
	return p.problem(otherwise, said, nil)
}

// Source returns access tokens, and gets new ones by the refresh token. Its method Token is an [imapsync.TokenSource]. It
// may be used from many goroutines.
type Source struct {
	p       Params
	refresh RefreshToken

	mu     sync.Mutex
	access *oauth2.Token
}

// RefreshToken is where a refresh token is kept. It is read each time that it is needed: several sources may have the same
// one, and servers may replace it by a new one (RFC 6749 section 6).
type RefreshToken interface {
	Get() (imapsync.Secret, error)
	Set(imapsync.Secret) error
}

// NewSource returns a source for the account that was signed in to with p.
func NewSource(p Params, refresh RefreshToken) *Source { return &Source{p: p, refresh: refresh} }

// Token returns an access token that is valid for a while, and another one than refused.
func (s *Source) Token(ctx context.Context, refused imapsync.Secret) (imapsync.Secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.access.Valid() && s.access.AccessToken != string(refused) {
		return imapsync.Secret(s.access.AccessToken), nil
	}
	if err := s.p.check(); err != nil {
		return "", err
	}
	refresh, err := s.refresh.Get()
	if err != nil {
		return "", s.p.problem(imapsync.SignInAgain, "", err)
	}
	ctx, config := s.p.config(ctx, "")
	token, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: string(refresh)}).Token()
	if err != nil {
		return "", s.p.explain(imapsync.SignInAgain, err)
	}
	s.access = token
	if next := imapsync.Secret(token.RefreshToken); next != "" && next != refresh {
		if err := s.refresh.Set(next); err != nil {
			return "", err
		}
	}
	return imapsync.Secret(token.AccessToken), nil
}
