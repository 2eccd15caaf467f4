package main

import (
	"context"
	"errors"
	"iter"

	"github.com/spf13/cobra"

	"pixelwacht/imapsync/mailfile"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

// standard is the path that stands for standard input or output.
const standard = "-"

func (p *program) scanCommand() *cobra.Command {
	var format string
	var recipients []string
	cmd := &cobra.Command{
		Use:   "scan PATH…",
		Short: p.texts.T("cli.scan.short"),
		Long:  p.texts.T("cli.scan.long"),
		Args:  p.paths(1, 0),
		RunE: func(cmd *cobra.Command, paths []string) error {
			o, err := p.options(format)
			if err != nil {
				return err
			}
			return p.scan(cmd.Context(), o, paths, recipients)
		},
	}
	p.formatFlag(cmd.Flags(), &format, string(report.Table))
	cmd.Flags().StringArrayVar(&recipients, "recipient", nil, p.flag("recipient", "ADDRESS"))
	return cmd
}

// scan writes what is found in the messages of paths, and goes on after files that cannot be read.
func (p *program) scan(ctx context.Context, o report.Options, paths, recipients []string) error {
	d, err := p.overruled(ctx, p.detector())
	if err != nil {
		return err
	}
	w := report.NewMessageWriter(p.stdout, o)
	var summary counts
	var failed error
	for m, err := range mailfile.Scan(ctx, d, p.messagesOf(ctx, paths), recipients...) {
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), w.Close()) // what was written stays readable
		}
		if err != nil {
			p.reportError(err)
			failed = errReported
			continue
		}
		if err := w.Write(m); err != nil {
			return err
		}
		summary.add(m)
	}
	if err := w.Close(); err != nil {
		return err
	}
	if o.Format == report.Table && (summary.messages > 0 || failed == nil) {
		p.say(p.summary(summary))
	}
	return failed
}

// messagesOf are the messages of paths. Standard input can be read only once, so it stays in memory for those who ask
// again.
func (p *program) messagesOf(ctx context.Context, paths []string) iter.Seq2[mailfile.Message, error] {
	type input struct {
		raw []byte
		err error
	}
	read := map[int]input{} // by position in paths
	return func(yield func(mailfile.Message, error) bool) {
		for i, path := range paths {
			if path != standard {
				for m, err := range mailfile.WalkAll(ctx, path) {
					if !yield(m, err) {
						return
					}
				}
				continue
			}
			in, known := read[i]
			if !known {
				in.raw, in.err = p.readMessage(ctx)
				read[i] = in
			}
			if !yield(mailfile.Given(standard, in.raw), in.err) {
				return
			}
		}
	}
}

// counts are what a run has seen.
type counts struct{ messages, tracked int }

func (c *counts) add(m store.Message) {
	c.messages++
	if m.Tracked {
		c.tracked++
	}
}

// summary says what a run has seen.
func (p *program) summary(c counts) string {
	return p.texts.N("cli.summary.messages", c.messages) + " " + p.texts.N("cli.summary.tracked", c.tracked)
}
