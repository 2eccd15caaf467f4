package main

import (
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
		RunE: func(*cobra.Command, []string) error {
			blocker, err := p.blocker(mode)
			if err != nil {
				return err
			}
			return p.filter(blocker)
		},
	}
	p.modeFlag(cmd.Flags(), &mode)
	return cmd
}

// filter blocks the message on standard input. Whatever goes wrong, the caller has to learn that what it got is not
// the message.
func (p *program) filter(blocker block.Blocker) (err error) {
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
	raw, err := p.readMessage()
	if err != nil {
		return temporary(err)
	}
	if _, err := p.stdout.Write(blocker.Message(raw).Bytes); err != nil {
		return temporary(err)
	}
	return nil
}
