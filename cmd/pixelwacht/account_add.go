package main

import (
	"context"
	"errors"
	"io"

	"github.com/cli/browser"
	"github.com/spf13/cobra"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/account"
	"pixelwacht/imapsync/discover"
	"pixelwacht/imapsync/provider"
	"pixelwacht/imapsync/signin"
	"pixelwacht/ui/report"
)

// addFlags are the flags of account add as they are given.
type addFlags struct {
	server, user, passwordFile, trust  string
	lookUp, plaintext, deviceCode, all bool
	clientID, clientSecretFile, issuer string
	mailboxes, recipients              []string
}

func (p *program) accountAddCommand() *cobra.Command {
	var f addFlags
	cmd := &cobra.Command{
		Use:   "add ADDRESS",
		Short: p.texts.T("cli.account.add.short"),
		Long:  p.texts.T("cli.account.add.long"),
		Args:  p.oneAddress,
		RunE: func(cmd *cobra.Command, given []string) error {
			return p.withAccounts(cmd.Context(), func(accounts *account.Accounts) error {
				return p.addAccount(cmd.Context(), accounts, given[0], f)
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.server, "server", "", p.flag("account-server", "imaps://HOST[:PORT]"))
	flags.StringVar(&f.user, "user", "", p.flag("account-user", "USER"))
	flags.BoolVar(&f.plaintext, "plaintext", false, p.texts.T("cli.flag.plaintext"))
	flags.StringVar(&f.passwordFile, "password-file", "", p.flag("password-file", "FILE"))
	flags.BoolVar(&f.lookUp, "look-up", false, p.texts.T("cli.flag.look-up"))
	flags.StringVar(&f.trust, "trust", "", p.flag("trust", "FINGERPRINT"))
	flags.StringVar(&f.clientID, "client-id", "", p.flag("client-id", "ID"))
	flags.StringVar(&f.clientSecretFile, "client-secret-file", "", p.flag("client-secret-file", "FILE"))
	flags.StringVar(&f.issuer, "issuer", "", p.flag("issuer", "URL"))
	flags.BoolVar(&f.deviceCode, "device-code", false, p.texts.T("cli.flag.device-code"))
	flags.StringArrayVar(&f.mailboxes, "mailbox", nil, p.flag("account-mailbox", "MAILBOX"))
	flags.BoolVar(&f.all, "all", false, p.texts.T("cli.flag.all"))
	flags.StringArrayVar(&f.recipients, "recipient", nil, p.flag("recipient", "ADDRESS"))
	return cmd
}

// addAccount finds the server of an address, signs in, and keeps the account.
func (p *program) addAccount(ctx context.Context, accounts *account.Accounts, address string, f addFlags) error {
	found, err := p.findServer(ctx, address, f)
	if err != nil {
		return err
	}
	p.say(p.texts.T("cli.account.found", args{"Account": address, "Server": found.Server.URL()}))
	s := account.SettingsFor(address, found)
	s.Mailboxes, s.All, s.Own, s.ClientID = f.mailboxes, f.all, f.recipients, f.clientID
	s.Browser = s.Browser || f.clientID != "" || f.deviceCode || f.issuer != ""
	if f.issuer != "" {
		o, err := signin.Issuer(ctx, nil, f.issuer)
		if err != nil {
			return err
		}
		s.OAuth = &o
	}
	if s.Fingerprint, err = p.fingerprint(f.trust); err != nil {
		return err
	}
	secrets, err := p.signIn(ctx, accounts, s, found.Provider, f)
	if err != nil {
		return err
	}
	if err := accounts.Add(ctx, s, secrets); err != nil {
		return p.ofAccount(address, err)
	}
	if !accounts.Lasts() {
		p.say(p.texts.T("cli.account.memory"))
	}
	p.say(p.texts.T("cli.account.added", args{"Account": address}))
	return nil
}

// fingerprint reads the flag --trust; "" is none.
func (p *program) fingerprint(trust string) (string, error) {
	fingerprint, ok := imapsync.ParseFingerprint(trust)
	if trust != "" && !ok {
		return "", p.usage("cli.error.fingerprint", args{"Value": trust})
	}
	return fingerprint, nil
}

// findServer is the server that is named, else the one that is known, else the one that is found by asking around.
func (p *program) findServer(ctx context.Context, address string, f addFlags) (discover.Found, error) {
	if _, ok := provider.Domain(address); !ok {
		return discover.Found{}, p.usage("cli.error.address", args{"Address": address})
	}
	if f.server != "" {
		return p.namedServer(address, f)
	}
	found, err := discover.Preset(address)
	if errors.Is(err, discover.ErrUnknown) {
		found, err = p.lookUp(ctx, address, f.lookUp)
	}
	if err == nil && f.user != "" {
		found.User = f.user
	}
	return found, err
}

// namedServer is the server of the flags. Its user is the address where they name none.
func (p *program) namedServer(address string, f addFlags) (discover.Found, error) {
	user := f.user
	server, login, _, err := imapsync.ParseServer(f.server, user, f.plaintext)
	if e, ok := errors.AsType[*imapsync.URLError](err); ok && e.Problem == "user" {
		server, login, _, err = imapsync.ParseServer(f.server, address, f.plaintext)
	}
	if err != nil {
		return discover.Found{}, p.serverError(err)
	}
	found := discover.Found{Server: server, User: login}
	if known, ok := provider.ForServer(server.Host); ok {
		found.Provider, found.OAuth = known, known.OAuth
	}
	return found, nil
}

// lookUp asks around for a server, when the user agrees to that.
func (p *program) lookUp(ctx context.Context, address string, agreed bool) (discover.Found, error) {
	domain, _ := provider.Domain(address)
	if !agreed {
		var err error
		agreed, err = p.ask(ctx, p.texts.T("cli.account.look-up", args{"Domain": domain}))
		if err != nil {
			return discover.Found{}, err
		}
	}
	if !agreed {
		return discover.Found{}, p.fail("cli.error.unknown-server", args{"Address": address})
	}
	found, err := discover.Finder{}.LookUp(ctx, address)
	switch {
	case errors.Is(err, discover.ErrUnknown):
		return found, p.fail("cli.error.not-found", args{"Address": address})
	case err != nil || !found.Unconfirmed:
		return found, err
	}
	server := args{"Server": found.Server.URL()}
	yes, err := p.ask(ctx, p.texts.T("cli.account.unconfirmed", server))
	if err == nil && !yes {
		err = p.fail("cli.error.unconfirmed", server)
	}
	return found, err
}

// signIn asks for the password, or has the user sign in with the browser.
func (p *program) signIn(ctx context.Context, accounts *account.Accounts, s account.Settings, known provider.Provider, f addFlags) (account.Secrets, error) {
	if !s.Browser {
		if f.passwordFile == "" && known.Name != "" {
			for _, sentence := range known.Explain(p.texts) {
				p.say(report.Clean(sentence))
			}
		}
		password, err := p.password(ctx, f.passwordFile, s.Address)
		return account.Secrets{Secret: password}, err
	}
	if s.OAuth == nil {
		return account.Secrets{}, p.fail("cli.error.no-oauth")
	}
	var secrets account.Secrets
	if f.clientSecretFile != "" {
		secret, err := p.password(ctx, f.clientSecretFile, s.Address)
		if err != nil {
			return secrets, err
		}
		secrets.Client = secret
	}
	params := accounts.SignIn(s, secrets.Client)
	var err error
	if f.deviceCode {
		secrets.Secret, err = signin.Device(ctx, params, func(c signin.Code) {
			p.say(report.Clean(p.texts.T("cli.account.code", args{"Page": c.Page, "Code": c.Code})))
		})
		return secrets, err
	}
	secrets.Secret, err = signin.Browser(ctx, params, p.texts, func(url string) error {
		p.say(p.texts.T("cli.account.browser"))
		p.say(url)
		browser.Stdout, browser.Stderr = io.Discard, io.Discard
		go func() { _ = browser.OpenURL(url) }() // some browsers stay in the foreground; the user has the URL
		return nil
	})
	return secrets, err
}
