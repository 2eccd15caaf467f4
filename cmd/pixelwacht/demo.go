package main

import (
	"context"
	"os"
	"time"

	"github.com/spf13/cobra"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/demo"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

func (p *program) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: p.texts.T("cli.demo.short"),
		Long:  p.texts.T("cli.demo.long"),
		Args:  p.noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if canOpenWindow() {
				return p.openWindow(cmd.Context(), true)
			}
			return p.demoAsText(cmd.Context())
		},
	}
}

// demoAsText scans the demo mailbox over IMAP, as any other, and writes its senders. What it stores is in a folder of
// its own, and gone at the end.
func (p *program) demoAsText(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "pixelwacht-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(ctx, dir)
	if err != nil {
		return err
	}
	defer s.Close()
	mailbox, err := demo.Start(ctx, time.Now())
	if err != nil {
		return err
	}
	defer mailbox.Close()
	account := imapsync.NewAccount(imapsync.Params{
		Server: mailbox.Server(), User: mailbox.User(), Password: mailbox.Password(), Own: []string{demo.Recipient},
		Store: s, Detector: detector.New(catalogue.Builtin()),
	})
	summary, err := account.Scan(ctx, func(imapsync.Progress) {})
	if err != nil {
		return err
	}
	senders, err := s.Senders(ctx, store.Filter{})
	if err != nil {
		return err
	}
	if err := report.Senders(p.stdout, report.Options{Texts: p.texts, Width: width(p.stdout.file)}, senders); err != nil {
		return err
	}
	tracking := 0
	for _, sender := range senders {
		if sender.Tracked > 0 {
			tracking++
		}
	}
	p.say("\n" + p.texts.N("cli.demo.result", len(senders), args{"Tracking": tracking}))
	p.say(p.summary(counts{messages: summary.Messages, tracked: summary.Tracked}))
	p.say(p.texts.T("cli.demo.next"))
	return nil
}
