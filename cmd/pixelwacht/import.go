package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"pixelwacht/imapsync/mailfile"
	"pixelwacht/imapsync/store"
)

func (p *program) importCommand() *cobra.Command {
	var name string
	var recipients []string
	cmd := &cobra.Command{
		Use:   "import PATH…",
		Short: p.texts.T("cli.import.short"),
		Long:  p.texts.T("cli.import.long"),
		Args:  p.paths(1, 0),
		RunE: func(cmd *cobra.Command, paths []string) error {
			return p.withStore(cmd.Context(), func(s *store.Store) error {
				return p.importFiles(cmd.Context(), &mailfile.Source{Paths: paths, Title: name, Store: s, Detector: p.detector(), Own: recipients})
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "", p.flag("name", "NAME"))
	cmd.Flags().StringArrayVar(&recipients, "recipient", nil, p.flag("recipient", "ADDRESS"))
	return cmd
}

// importFiles scans mail files into the store, and goes on after files that cannot be read.
func (p *program) importFiles(ctx context.Context, source *mailfile.Source) error {
	bars := p.progressBars()
	bar := bars.add("")
	summary, err := source.Scan(ctx, bar.show)
	bar.end()
	bars.end()
	if summary.Messages > 0 || err == nil {
		p.say(p.summary(counts{messages: summary.Messages, tracked: summary.Tracked}))
	}
	switch {
	case errors.Is(err, context.Canceled) && summary.Messages > 0:
		p.say(p.texts.T("cli.import.interrupted"))
	case err == nil:
		p.say(p.texts.T("cli.sync.next"))
	}
	return err
}
