package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/account"
	"pixelwacht/imapsync/keyring"
	"pixelwacht/imapsync/signin"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

// As which program this build is registered, set by go build -ldflags "-X main.microsoftClientID=…". Without, people need a
// client ID of their own.
var microsoftClientID, googleClientID, googleClientSecret string

func (p *program) accountCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "account", Short: p.texts.T("cli.account.short"), Args: p.noArguments}
	cmd.AddCommand(p.accountAddCommand(), p.accountListCommand(), p.accountTestCommand(), p.accountRemoveCommand())
	return cmd
}

// openAccounts opens the accounts of the data folder. The caller closes the store.
func (p *program) openAccounts(ctx context.Context) (*account.Accounts, *store.Store, error) {
	s, err := p.openStore(ctx)
	if err != nil {
		return nil, nil, err
	}
	return account.New(account.Params{
		Store: s, Detector: p.detector(), Keyring: keyring.New(), Clients: clients(),
	}), s, nil
}

// clients are as whom this build is registered, by the name of the OAuth entry.
func clients() map[string]signin.Client {
	return map[string]signin.Client{
		"microsoft": {ID: microsoftClientID}, "google": {ID: googleClientID, Secret: imapsync.Secret(googleClientSecret)},
	}
}

// withAccounts runs f with the accounts of the data folder.
func (p *program) withAccounts(ctx context.Context, f func(*account.Accounts) error) error {
	accounts, s, err := p.openAccounts(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(accounts), s.Close())
}

// oneAddress makes sure of one argument.
func (p *program) oneAddress(_ *cobra.Command, given []string) error {
	switch len(given) {
	case 0:
		return p.usage("cli.error.no-address")
	case 1:
		return nil
	}
	return p.usage("cli.error.argument", args{"Argument": given[1]})
}

func (p *program) accountListCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "list",
		Short: p.texts.T("cli.account.list.short"),
		Args:  p.noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := p.options(format)
			if err != nil {
				return err
			}
			return p.withAccounts(cmd.Context(), func(accounts *account.Accounts) error {
				list, err := accounts.List(cmd.Context())
				if err != nil {
					return err
				}
				if len(list) == 0 {
					p.say(p.texts.T("cli.account.none"))
					if o.Format == report.Table {
						return nil
					}
				}
				var rows []report.Account
				for _, s := range list {
					rows = append(rows, report.Account{Address: s.Address, Server: s.Server.URL(), User: s.User, Browser: s.Browser, Mailboxes: s.Mailboxes, Scanned: s.Scanned})
				}
				return report.Accounts(p.stdout, o, rows)
			})
		},
	}
	p.formatFlag(cmd.Flags(), &format, string(report.Table))
	return cmd
}

func (p *program) accountTestCommand() *cobra.Command {
	var passwordFile string
	cmd := &cobra.Command{
		Use:   "test [ADDRESS…]",
		Short: p.texts.T("cli.account.test.short"),
		RunE: func(cmd *cobra.Command, addresses []string) error {
			return p.withAccounts(cmd.Context(), func(accounts *account.Accounts) error {
				return p.testAccounts(cmd.Context(), accounts, addresses, passwordFile)
			})
		},
	}
	cmd.Flags().StringVar(&passwordFile, "password-file", "", p.flag("password-file", "FILE"))
	return cmd
}

func (p *program) testAccounts(ctx context.Context, accounts *account.Accounts, addresses []string, passwordFile string) error {
	chosen, err := p.chosenAccounts(ctx, accounts, addresses)
	if err != nil {
		return err
	}
	var failed []error
	for _, s := range chosen {
		err := p.unlock(ctx, accounts, s, passwordFile)
		if err == nil {
			var opened *imapsync.Account
			if opened, err = accounts.Open(ctx, s.Address, imapsync.Params{}); err == nil {
				err = opened.Check(ctx)
			}
		}
		if err != nil {
			failed = append(failed, p.ofAccount(s.Address, err))
			continue
		}
		p.say(p.texts.T("cli.account.works", args{"Account": s.Address}))
	}
	return errors.Join(failed...)
}

// chosenAccounts are the accounts with these addresses, or all.
func (p *program) chosenAccounts(ctx context.Context, accounts *account.Accounts, addresses []string) ([]account.Settings, error) {
	if len(addresses) == 0 {
		return accounts.List(ctx)
	}
	var chosen []account.Settings
	for _, address := range addresses {
		s, err := accounts.Find(ctx, address)
		if err != nil {
			return nil, p.explainAccount(address, err)
		}
		chosen = append(chosen, s)
	}
	return chosen, nil
}

// explainAccount says in words for people that there is no such account.
func (p *program) explainAccount(address string, err error) error {
	if errors.Is(err, account.ErrNotFound) {
		return p.fail("cli.error.account", args{"Account": address})
	}
	return err
}

// ofAccount says which account an error belongs to.
func (p *program) ofAccount(address string, err error) error {
	server, ok := errors.AsType[*imapsync.Error](err)
	if !ok || errors.Is(err, context.Canceled) {
		return err
	}
	p.logger().Info("conversation with the server failed", "error", server)
	what, next := p.explainServer(server)
	return &failure{status: statusFailed, what: address + ": " + what, next: next, err: err}
}

// unlock asks for the password of an account that the keyring does not have.
func (p *program) unlock(ctx context.Context, accounts *account.Accounts, s account.Settings, passwordFile string) error {
	if s.Browser || passwordFile == "" && accounts.HasSecret(s.Address) {
		return nil
	}
	password, err := p.password(ctx, passwordFile, s.Address)
	if err != nil {
		return err
	}
	return accounts.Keep(s.Address, account.Secrets{Secret: password})
}

func (p *program) accountRemoveCommand() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "remove ADDRESS",
		Short: p.texts.T("cli.account.remove.short"),
		Args:  p.oneAddress,
		RunE:  func(cmd *cobra.Command, given []string) error { return p.forget(cmd.Context(), given[0], yes) },
	}
	cmd.Flags().BoolVar(&yes, "yes", false, p.texts.T("cli.flag.yes"))
	return cmd
}

// ask asks a question on the terminal. Without a terminal, the answer is no.
func (p *program) ask(ctx context.Context, question string) (bool, error) {
	in, ok := p.terminal()
	if !ok {
		return false, nil
	}
	_, _ = fmt.Fprint(p.stderr, p.texts.T("cli.question", args{"Question": report.Clean(question)})+" ")
	answer, err := readLine(ctx, in)
	if err != nil {
		return false, err
	}
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer)), p.texts.T("cli.question.yes")), nil
}
