package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"pixelwacht/detector/block"
)

func (p *program) filterCommand() *cobra.Command {
	var mode string
	cmd := &cobra.Command{
		Use:   "filter",
		Short: p.texts.T("cli.filter.short"),
		Long:  p.texts.T("cli.filter.long"),
		Args:  p.noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			blocker, err := p.blocker(mode)
			if err != nil {
				return err
			}
			return p.filter(cmd.Context(), blocker)
		},
	}
	p.modeFlag(cmd.Flags(), &mode)
	return cmd
}

// filter blocks the message on standard input. Whatever goes wrong, the caller has to learn that what it got is not
// the message. An interrupted filter writes nothing, and ends as interrupted.
func (p *program) filter(ctx context.Context, blocker block.Blocker) (err error) {
	temporary := func(reason any) error {
		return &failure{
			status: statusTemporary, what: p.texts.T("cli.error.filter", args{"Reason": fmt.Sprint(reason)}), next: p.texts.T("cli.error.filter.next"),
		}
	}
	defer func() {
		if reason := recover(); reason != nil {
			err = temporary(reason)
		}
	}()
	raw, err := p.readMessage(ctx)
	var blocked []byte
	if err == nil {
		blocked = blocker.Message(raw).Bytes
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return temporary(err)
	}
	if _, err := p.stdout.Write(blocked); err != nil {
		return temporary(err)
	}
	return nil
}
