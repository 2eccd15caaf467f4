// Package account keeps the accounts that the user has added: how to reach them in the store, their passwords and
// tokens in the keyring, and nothing else anywhere.
package account

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"pixelwacht/detector"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/discover"
	"pixelwacht/imapsync/keyring"
	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/signin"
	"pixelwacht/imapsync/store"
)

// Settings are how to reach an account. They hold no secret.
type Settings struct {
	Address     string          `json:"address"` // the user's e-mail address, and the name of the account
	Server      imapsync.Server `json:"server"`
	User        string          `json:"user"`                  // to log in as
	Provider    string          `json:"provider,omitempty"`    // name of one that the program knows, "" for all others
	Browser     bool            `json:"browser,omitempty"`     // the user signs in with the browser (OAuth 2.0), not with a password
	OAuth       *provider.OAuth `json:"oauth,omitempty"`       // where, nil for a password
	ClientID    string          `json:"client_id,omitempty"`   // as which program; "": as this build is registered
	Fingerprint string          `json:"fingerprint,omitempty"` // of a certificate that the user trusts, see [imapsync.Fingerprint]
	Mailboxes   []string        `json:"mailboxes,omitempty"`   // that are scanned; none: see [imapsync.Params]
	All         bool            `json:"all,omitempty"`         // with no mailboxes chosen: every one
	Own         []string        `json:"own,omitempty"`         // further addresses of the user
	Scanned     bool            `json:"-"`                     // its mailboxes were scanned to the end; of accounts that were added
}

// SettingsFor are the settings of an address whose server was found. They ask for the browser only where there is no
// other way.
func SettingsFor(address string, found discover.Found) Settings {
	return Settings{
		Address: address, Server: found.Server, User: found.User, Provider: found.Provider.Name,
		Browser: found.Provider.Password == provider.None, OAuth: found.OAuth,
	}
}

// Params are what [Accounts] need. Store, Detector and Keyring are required.
type Params struct {
	Store    *store.Store
	Detector *detector.Detector
	Keyring  keyring.Keyring
	Clients  map[string]signin.Client // as which this build is registered, by the name of the OAuth entry

	TLS  *tls.Config  // nil: the system's certificates
	HTTP *http.Client // for sign-in; nil: one with a time limit
}

// Accounts are the accounts of one data folder. They may be used from many goroutines.
type Accounts struct{ p Params }

// New returns the accounts in p.Store.
func New(p Params) *Accounts { return &Accounts{p: p} }

// ErrNotFound is the error of an account that was not added.
var ErrNotFound = errors.New("no such account")

// Error is what went wrong with one of several accounts.
type Error struct {
	Address string
	Err     error
}

func (e *Error) Error() string { return e.Address + ": " + e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Secrets are what an account is opened with.
type Secrets struct {
	Secret imapsync.Secret // the password, or the refresh token that [signin.Browser] or [signin.Device] returned
	Client imapsync.Secret // of the client ID in the settings; "" where it has none
}

// The names of an account's secrets in the keyring.
func secretName(address string) string       { return address }
func clientSecretName(address string) string { return address + " (client)" }

// SignIn are the parameters for signing in to an account with the browser; client is the secret of the client ID in the
// settings, "" where it has none.
func (a *Accounts) SignIn(s Settings, client imapsync.Secret) signin.Params {
	p := signin.Params{Client: signin.Client{ID: s.ClientID, Secret: client}, Address: s.Address, HTTP: a.p.HTTP}
	p.Provider, _ = provider.Named(s.Provider)
	if s.OAuth != nil {
		p.OAuth = *s.OAuth
	}
	if o := p.Provider.OAuth; o != nil && o.Name == p.OAuth.Name {
		p.OAuth = *o // newer than what was kept
	}
	if s.ClientID == "" {
		p.Client = a.p.Clients[p.OAuth.Name]
	}
	return p
}

// Add logs in, and keeps the account when that works. An account with that address is replaced; what was found in it
// stays. The settings' mailboxes are not looked at.
func (a *Accounts) Add(ctx context.Context, s Settings, secrets Secrets) error {
	source := a.tokens(s, secrets.Client, &given{&secrets.Secret}) // logging in may replace the refresh token
	if err := imapsync.NewAccount(a.params(s, secrets.Secret, source, imapsync.Params{})).Check(ctx); err != nil {
		return err
	}
	if err := a.Keep(s.Address, secrets); err != nil {
		return err
	}
	return a.set(ctx, s)
}

// Keep keeps the secrets of an account, for this run only where there is no keyring.
func (a *Accounts) Keep(address string, secrets Secrets) error {
	if err := a.p.Keyring.Set(secretName(address), secrets.Secret); err != nil {
		return err
	}
	if secrets.Client == "" {
		return a.p.Keyring.Delete(clientSecretName(address))
	}
	return a.p.Keyring.Set(clientSecretName(address), secrets.Client)
}

// List returns the accounts in the order in which they were added.
func (a *Accounts) List(ctx context.Context) ([]Settings, error) {
	all, err := a.p.Store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var list []Settings
	for _, account := range all {
		if account.Settings == "" {
			continue
		}
		var s Settings
		if err := json.Unmarshal([]byte(account.Settings), &s); err != nil {
			return nil, fmt.Errorf("settings of account %s: %w", account.Name, err)
		}
		s.Scanned = account.Scanned
		list = append(list, s)
	}
	return list, nil
}

// Find returns the settings of an account, or [ErrNotFound]. Upper and lower case do not matter.
func (a *Accounts) Find(ctx context.Context, address string) (Settings, error) {
	list, err := a.List(ctx)
	if err != nil {
		return Settings{}, err
	}
	for _, s := range list {
		if strings.EqualFold(s.Address, address) {
			return s, nil
		}
	}
	return Settings{}, fmt.Errorf("%s: %w", address, ErrNotFound)
}

// Choice are the mailboxes of an account, with what is scanned of them now.
type Choice struct {
	Mailboxes []imapsync.Mailbox // Scanned: where none is chosen
	Chosen    []string           // of them; in their order
}

// Mailboxes asks the server of an account which mailboxes there are.
func (a *Accounts) Mailboxes(ctx context.Context, address string) (Choice, error) {
	s, err := a.Find(ctx, address)
	if err != nil {
		return Choice{}, err
	}
	opened, err := a.Open(ctx, address, imapsync.Params{})
	if err != nil {
		return Choice{}, err
	}
	all, err := opened.Mailboxes(ctx)
	choice := Choice{Mailboxes: all}
	for _, m := range all {
		named := func(name string) bool { return name == m.Name || m.Name == "INBOX" && strings.EqualFold(name, m.Name) }
		if len(s.Mailboxes) == 0 && (s.All || m.Scanned) || slices.ContainsFunc(s.Mailboxes, named) {
			choice.Chosen = append(choice.Chosen, m.Name)
		}
	}
	return choice, err
}

// Choose chooses the mailboxes of an account that are scanned, by their names. Where these are those that are scanned
// anyway, or all, a mailbox that is new on the server will be one of them.
func (a *Accounts) Choose(ctx context.Context, address string, choice Choice) error {
	s, err := a.Find(ctx, address)
	if err != nil {
		return err
	}
	var anyway []string
	for _, m := range choice.Mailboxes {
		if m.Scanned {
			anyway = append(anyway, m.Name)
		}
	}
	s.Mailboxes, s.All = choice.Chosen, false
	switch {
	case slices.Equal(choice.Chosen, anyway):
		s.Mailboxes = nil
	case len(choice.Chosen) == len(choice.Mailboxes):
		s.Mailboxes, s.All = nil, true
	}
	return a.set(ctx, s)
}

// set writes the settings of an account.
func (a *Accounts) set(ctx context.Context, s Settings) error {
	settings, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("account %s: %w", s.Address, err)
	}
	account, err := a.p.Store.Account(ctx, store.IMAP, s.Address)
	if err != nil {
		return err
	}
	return a.p.Store.SetSettings(ctx, account.ID, string(settings))
}

// Lasts reports whether secrets are still known in the next run.
func (a *Accounts) Lasts() bool { return a.p.Keyring.Lasts() }

// HasSecret reports whether an account can be opened without asking the user.
func (a *Accounts) HasSecret(address string) bool {
	_, err := a.p.Keyring.Get(secretName(address))
	return err == nil
}

// Open returns an account, ready to scan; p says what (its fields for the account itself are replaced, and its mailboxes
// where it chooses none). It does not connect. Where the keyring does not have the account's password, it is the problem
// [imapsync.NoPassword], or [imapsync.SignInAgain]: see [Accounts.Keep].
func (a *Accounts) Open(ctx context.Context, address string, p imapsync.Params) (*imapsync.Account, error) {
	s, err := a.Find(ctx, address)
	if err != nil {
		return nil, err
	}
	secret, err := a.p.Keyring.Get(secretName(s.Address))
	if err != nil {
		e := &imapsync.Error{Problem: imapsync.NoPassword, Doing: "open account " + address, Err: err}
		e.Provider, _ = provider.Named(s.Provider)
		if s.Browser {
			e.Problem = imapsync.SignInAgain
		}
		return nil, e
	}
	client, err := a.p.Keyring.Get(clientSecretName(s.Address))
	if err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return nil, err
	}
	source := a.tokens(s, client, &kept{a.p.Keyring, secretName(s.Address)})
	return imapsync.NewAccount(a.params(s, secret, source, p)), nil
}

// tokens is where an account's access tokens come from, nil for an account with a password.
func (a *Accounts) tokens(s Settings, client imapsync.Secret, refresh signin.RefreshToken) imapsync.TokenSource {
	if !s.Browser {
		return nil
	}
	return signin.NewSource(a.SignIn(s, client), refresh).Token
}

// given is a refresh token that is not kept yet.
type given struct{ secret *imapsync.Secret }

func (g *given) Get() (imapsync.Secret, error) { return *g.secret, nil }

func (g *given) Set(refresh imapsync.Secret) error {
	*g.secret = refresh
	return nil
}

// kept is the refresh token of an account in the keyring.
type kept struct {
	keyring keyring.Keyring
	name    string
}

func (k *kept) Get() (imapsync.Secret, error)     { return k.keyring.Get(k.name) }
func (k *kept) Set(refresh imapsync.Secret) error { return k.keyring.Set(k.name, refresh) }

// params completes p with what belongs to the account.
func (a *Accounts) params(s Settings, secret imapsync.Secret, token imapsync.TokenSource, p imapsync.Params) imapsync.Params {
	p.Name, p.Server, p.User, p.Fingerprint = s.Address, s.Server, s.User, s.Fingerprint
	p.Provider, _ = provider.Named(s.Provider)
	p.Password, p.Token = "", token
	if token == nil {
		p.Password = secret
	}
	p.Store, p.Detector, p.TLS = a.p.Store, a.p.Detector, a.p.TLS
	p.Own = append([]string{s.Address}, s.Own...)
	if len(p.Mailboxes) == 0 && !p.All {
		p.Mailboxes, p.All = s.Mailboxes, s.All
	}
	return p
}

// Remove removes an account, or mail files that were scanned (by their path), with all that was found in it and its
// secrets. It returns [ErrNotFound] where there is none of that name.
func (a *Accounts) Remove(ctx context.Context, name string) error {
	all, err := a.p.Store.Accounts(ctx)
	if err != nil {
		return err
	}
	found := false
	for _, account := range all {
		if account.Name != name && !(account.Settings != "" && strings.EqualFold(account.Name, name)) {
			continue
		}
		found = true
		if err := errors.Join(a.forgetSecrets(account), a.p.Store.Forget(ctx, account.ID)); err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("%s: %w", name, ErrNotFound)
	}
	return nil
}

// RemoveAll removes all accounts and mail files, everything that was found in them, and all rules and secrets.
func (a *Accounts) RemoveAll(ctx context.Context) error {
	all, err := a.p.Store.Accounts(ctx)
	if err != nil {
		return err
	}
	var failed []error
	for _, account := range all {
		failed = append(failed, a.forgetSecrets(account))
	}
	return errors.Join(append(failed, a.p.Store.ForgetAll(ctx))...)
}

func (a *Accounts) forgetSecrets(account store.Account) error {
	if account.Settings == "" {
		return nil
	}
	return errors.Join(a.p.Keyring.Delete(secretName(account.Name)), a.p.Keyring.Delete(clientSecretName(account.Name)))
}
