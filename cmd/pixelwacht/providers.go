package main

import (
	"context"

	"github.com/spf13/cobra"

	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

func (p *program) providersCommand() *cobra.Command {
	return p.queryCommand("providers", func(ctx context.Context, s *store.Store, f store.Filter, o report.Options) (int, error) {
		providers, err := s.Providers(ctx, f)
		if err != nil {
			return 0, err
		}
		return len(providers), report.Providers(p.stdout, o, providers)
	})
}
