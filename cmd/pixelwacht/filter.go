package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"pixelwacht/detector/block"
)

func (p *program) filterCommand() *cobra.Command {
	var flags blockFlags
	cmd := &cobra.Command{
		Use:   "filter",
		Short: p.texts.T("cli.filter.short"),
		Long:  p.texts.T("cli.filter.long"),
		Args:  p.noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			blocker, err := p.blocker(flags)
			if err != nil {
				return err
			}
			return p.filter(cmd.Context(), blocker, flags.rules)
		},
	}
	p.addBlockFlags(cmd.Flags(), &flags)
	return cmd
}

// filter blocks the message on standard input. Whatever goes wrong, the caller has to learn that what it got is not
// the message. An interrupted filter writes nothing, and ends as interrupted. What the data folder knows and cannot be
// read, because another program has the database for itself or it is damaged, is no reason to hold mail up: the mode that was
// given counts, and the message is judged by itself.
func (p *program) filter(ctx context.Context, blocker block.Blocker, rules bool) (err error) {
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
	evidence, unread := p.addKnown(ctx, &blocker, rules)
	defer func() {
		if unread = errors.Join(unread, evidence.Err(), evidence.Close()); unread != nil {
			p.logger().Warn("what the data folder knows cannot be read, and does not count", "mode", blocker.Mode, "error", unread)
		}
	}()
	in, err := p.spool(ctx)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return temporary(err)
	}
	defer in.Close()
	out := &interruptible{ctx: ctx, Writer: p.stdout}
	blocked, err := blocker.Stream(out, in, in.size, false)
	if err != nil {
		return orElse(ctx.Err(), temporary(err))
	}
	p.logger().Info("blocked", "mode", blocked.Mode, "rule", blocked.Rule, "places", blocked.Blocked+blocked.Closed, "links", blocked.Links)
	return nil
}

// interruptible is a writer that fails when ctx is done.
type interruptible struct {
	ctx context.Context
	io.Writer
}

func (w *interruptible) Write(b []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Writer.Write(b)
}
