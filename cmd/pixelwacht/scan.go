package main

import (
	"context"
	"errors"
	"iter"

	"github.com/spf13/cobra"

	"pixelwacht/detector"
	"pixelwacht/detector/message"
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
	d := p.detector()
	w := report.NewMessageWriter(p.stdout, o)
	var summary counts
	var failed error
	for len(paths) > 0 {
		results, n := p.results(ctx, d, paths, recipients)
		for m, err := range results {
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
		paths = paths[n:]
	}
	if err := w.Close(); err != nil {
		return err
	}
	if o.Format == report.Table && (summary.messages > 0 || failed == nil) {
		p.say(p.summary(summary))
	}
	return failed
}

// results are those of the first n paths: standard input alone, or all paths before it.
func (p *program) results(ctx context.Context, d *detector.Detector, paths, recipients []string) (results iter.Seq2[store.Message, error], n int) {
	if paths[0] == standard {
		return func(yield func(store.Message, error) bool) {
			m := store.Message{File: standard}
			raw, err := p.readMessage(ctx)
			if err == nil {
				m.Result = d.Scan(message.Parse(raw), recipients...)
			}
			yield(m, err)
		}, 1
	}
	for n < len(paths) && paths[n] != standard {
		n++
	}
	return mailfile.Scan(ctx, d, func(yield func(mailfile.Message, error) bool) {
		for _, path := range paths[:n] {
			for m, err := range mailfile.Walk(ctx, path) {
				if !yield(m, err) {
					return
				}
			}
		}
	}, recipients...), n
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
