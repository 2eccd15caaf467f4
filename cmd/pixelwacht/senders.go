package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

func (p *program) sendersCommand() *cobra.Command {
	return p.queryCommand("senders", func(ctx context.Context, s *store.Store, f store.Filter, o report.Options) (int, error) {
		senders, err := s.Senders(ctx, f)
		if err != nil {
			return 0, err
		}
		return len(senders), report.Senders(p.stdout, o, senders)
	})
}

// query writes what the store knows, and returns how many items that is.
type query func(ctx context.Context, s *store.Store, f store.Filter, o report.Options) (int, error)

// queryCommand is the command name, which writes what the store knows.
func (p *program) queryCommand(name string, q query) *cobra.Command {
	var format, sender, since string
	cmd := &cobra.Command{
		Use:   name,
		Short: p.texts.T("cli." + name + ".short"),
		Args:  p.noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := p.options(format)
			if err != nil {
				return err
			}
			var f store.Filter
			if strings.HasPrefix(sender, "@") {
				f.Domain = sender
			} else if sender != "" {
				f.Sender = &sender
			}
			if f.Since, err = p.date("--since", since); err != nil {
				return err
			}
			s, err := p.openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer s.Close()
			n, err := q(cmd.Context(), s, f, o)
			switch {
			case err != nil || n > 0:
			case f == (store.Filter{}):
				p.say(p.texts.T("cli.nothing-stored"))
			case o.Format == report.Table:
				p.say(p.texts.T("cli.nothing-matches"))
			}
			return err
		},
	}
	p.formatFlag(cmd.Flags(), &format, string(report.Table))
	cmd.Flags().StringVar(&sender, "sender", "", p.flag("sender", "ADDRESS"))
	cmd.Flags().StringVar(&since, "since", "", p.flag("since", "DATE"))
	return cmd
}

// date is the time that value, of the flag name, stands for: a day of the local calendar, or a time of RFC 3339.
func (p *program) date(name, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, value, time.Local); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return time.Time{}, p.usage("cli.error.flag-value", args{"Flag": name, "Value": value, "Values": "2026-01-31"})
	}
	return t, nil
}
