package main

import (
	"context"

	"github.com/spf13/cobra"

	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

func (p *program) messagesCommand() *cobra.Command {
	return p.queryCommand("messages", func(ctx context.Context, s *store.Store, f store.Filter, o report.Options) (int, error) {
		messages, err := s.Messages(ctx, f)
		if err != nil {
			return 0, err
		}
		return len(messages), report.Messages(p.stdout, o, messages)
	})
}
