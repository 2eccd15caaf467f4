package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"pixelwacht/detector/block"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

func (p *program) rulesCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "rules [set SENDER all|trackers|trust | remove SENDER]",
		Short: p.texts.T("cli.rules.short"),
		Long:  p.texts.T("cli.rules.long"),
		RunE: func(cmd *cobra.Command, words []string) error {
			switch {
			case len(words) == 0:
				return p.showRules(cmd.Context(), format)
			case words[0] == "set" && len(words) == 3:
				return p.setRule(cmd.Context(), words[1], block.Mode(words[2]))
			case words[0] == "remove" && len(words) == 2:
				return p.removeRule(cmd.Context(), words[1])
			}
			return p.usage("cli.error.rules")
		},
	}
	p.formatFlag(cmd.Flags(), &format, string(report.Table))
	return cmd
}

func (p *program) showRules(ctx context.Context, format string) error {
	o, err := p.options(format)
	if err != nil {
		return err
	}
	rules, err := store.ReadRules(ctx, p.dataDir)
	if err != nil {
		return err
	}
	if len(rules) == 0 && o.Format == report.Table {
		p.say(p.texts.T("cli.rules.none"))
		return nil
	}
	return report.Rules(p.stdout, o, rules)
}

func (p *program) setRule(ctx context.Context, sender string, mode block.Mode) error {
	key, err := p.senderKey(sender)
	if err != nil {
		return err
	}
	if mode != block.All && mode != block.Trackers && mode != block.Trust {
		return p.usage("cli.error.rules")
	}
	return p.withStore(ctx, func(s *store.Store) error { return s.SetRule(ctx, key, mode) })
}

func (p *program) removeRule(ctx context.Context, sender string) error {
	key, err := p.senderKey(sender)
	if err != nil {
		return err
	}
	err = p.withStore(ctx, func(s *store.Store) error { return s.RemoveRule(ctx, key) })
	if errors.Is(err, store.ErrNotFound) {
		return p.fail("cli.error.no-rule", args{"Sender": key})
	}
	return err
}

func (p *program) senderKey(sender string) (string, error) {
	key, ok := block.Sender(sender)
	if !ok {
		return "", p.usage("cli.error.sender", args{"Sender": sender})
	}
	return key, nil
}

// openStore opens the store in the data folder, and says where a damaged one is that it has replaced.
func (p *program) openStore(ctx context.Context) (*store.Store, error) {
	s, err := store.Open(ctx, p.dataDir)
	if err == nil && s.Damaged() != "" {
		p.report(p.texts.T("cli.store.damaged"), p.texts.T("cli.store.damaged.next", args{"Path": s.Damaged()}))
	}
	return s, err
}

// withStore runs f with the store in the data folder.
func (p *program) withStore(ctx context.Context, f func(*store.Store) error) error {
	s, err := p.openStore(ctx)
	if err != nil {
		return err
	}
	return errors.Join(f(s), s.Close())
}
