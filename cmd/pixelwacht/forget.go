package main

import (
	"context"

	"github.com/spf13/cobra"

	"pixelwacht/imapsync/account"
)

func (p *program) forgetCommand() *cobra.Command {
	var all, yes bool
	cmd := &cobra.Command{
		Use:   "forget ACCOUNT | --all",
		Short: p.texts.T("cli.forget.short"),
		Long:  p.texts.T("cli.forget.long"),
		RunE: func(cmd *cobra.Command, given []string) error {
			switch {
			case all && len(given) > 0:
				return p.usage("cli.error.argument", args{"Argument": given[0]})
			case all:
				return p.forgetAll(cmd.Context(), yes)
			case len(given) == 0:
				return p.usage("cli.error.nothing-to-forget")
			case len(given) > 1:
				return p.usage("cli.error.argument", args{"Argument": given[1]})
			}
			return p.forget(cmd.Context(), given[0], yes)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, p.texts.T("cli.flag.forget-all"))
	cmd.Flags().BoolVar(&yes, "yes", false, p.texts.T("cli.flag.yes"))
	return cmd
}

// forget removes one account, once the user has confirmed it.
func (p *program) forget(ctx context.Context, name string, confirmed bool) error {
	return p.withAccounts(ctx, func(accounts *account.Accounts) error {
		if err := p.confirm(ctx, confirmed, p.texts.T("cli.forget.one", args{"Account": name})); err != nil {
			return err
		}
		if err := accounts.Remove(ctx, name); err != nil {
			return p.explainAccount(name, err)
		}
		p.say(p.texts.T("cli.forget.done", args{"Account": name}))
		return nil
	})
}

// forgetAll removes everything, once the user has confirmed it.
func (p *program) forgetAll(ctx context.Context, confirmed bool) error {
	return p.withAccounts(ctx, func(accounts *account.Accounts) error {
		if err := p.confirm(ctx, confirmed, p.texts.T("cli.forget.all")); err != nil {
			return err
		}
		if err := accounts.RemoveAll(ctx); err != nil {
			return err
		}
		p.say(p.texts.T("cli.forget.all-done"))
		return nil
	})
}

// confirm makes sure that the user wants what cannot be undone.
func (p *program) confirm(ctx context.Context, confirmed bool, question string) error {
	if confirmed {
		return nil
	}
	yes, err := p.ask(ctx, question)
	if err == nil && !yes {
		err = p.fail("cli.error.unconfirmed-removal")
	}
	return err
}
