package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"pixelwacht/detector"
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

// demoMailbox is the demo mailbox, an account of IMAP like any other, with a store of its own.
type demoMailbox struct {
	account *imapsync.Account
	store   *store.Store
	mailbox *demo.Mailbox
	dir     string // of the store
}

// openDemo opens the demo mailbox. It works until ctx is done or it is closed.
func openDemo(ctx context.Context, d *detector.Detector) (*demoMailbox, error) {
	dir, err := os.MkdirTemp("", "pixelwacht-demo-")
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	mailbox, err := demo.Start(ctx, time.Now())
	if err != nil {
		return nil, errors.Join(err, s.Close(), os.RemoveAll(dir))
	}
	account := imapsync.NewAccount(imapsync.Params{
		Server: mailbox.Server(), User: mailbox.User(), Password: mailbox.Password(), Own: []string{demo.Recipient},
		Store: s, Detector: d,
	})
	return &demoMailbox{account: account, store: s, mailbox: mailbox, dir: dir}, nil
}

// Close ends the mailbox, and removes what was stored.
func (m *demoMailbox) Close() error {
	m.mailbox.Close()
	return errors.Join(m.store.Close(), os.RemoveAll(m.dir))
}

// demoAsText scans the demo mailbox and writes its senders.
func (p *program) demoAsText(ctx context.Context) (err error) {
	m, err := openDemo(ctx, p.detector())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	summary, err := m.account.Scan(ctx, func(imapsync.Progress) {})
	if err != nil {
		return err
	}
	senders, err := m.store.Senders(ctx, store.Filter{})
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
