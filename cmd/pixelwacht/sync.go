package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

// syncFlags are the flags of the command sync as they are given.
type syncFlags struct {
	server, user, passwordFile, since, format string
	plaintext, all, full, watch               bool
	mailboxes                                 []string
	last                                      int
}

func (p *program) syncCommand() *cobra.Command {
	var f syncFlags
	cmd := &cobra.Command{
		Use:   "sync --server URL",
		Short: p.texts.T("cli.sync.short"),
		Long:  p.texts.T("cli.sync.long"),
		Args:  p.noArguments,
		RunE:  func(cmd *cobra.Command, _ []string) error { return p.sync(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.server, "server", "", p.flag("server", "imaps://USER@HOST[:PORT][/MAILBOX]"))
	flags.StringVar(&f.user, "user", "", p.flag("user", "USER"))
	flags.StringVar(&f.passwordFile, "password-file", "", p.flag("password-file", "FILE"))
	flags.BoolVar(&f.plaintext, "plaintext", false, p.texts.T("cli.flag.plaintext"))
	flags.StringArrayVar(&f.mailboxes, "mailbox", nil, p.flag("mailbox", "MAILBOX"))
	flags.BoolVar(&f.all, "all", false, p.texts.T("cli.flag.all"))
	flags.BoolVar(&f.full, "full", false, p.texts.T("cli.flag.full"))
	flags.BoolVar(&f.watch, "watch", false, p.texts.T("cli.flag.watch"))
	flags.StringVar(&f.since, "since", "", p.flag("since", "DATE"))
	flags.IntVar(&f.last, "last", 0, p.flag("last", "N"))
	p.formatFlag(flags, &f.format, "")
	return cmd
}

// sync brings the store up to date with a mailbox. With a format it also writes each message that it scans.
func (p *program) sync(ctx context.Context, f syncFlags) error {
	write := func(store.Message) error { return nil }
	finish := func() error { return nil }
	if f.format != "" {
		o, err := p.options(f.format)
		if err != nil {
			return err
		}
		w := report.NewMessageWriter(p.stdout, o)
		write, finish = w.Write, w.Close
	}
	params, err := p.syncParams(ctx, f)
	if err != nil {
		return err
	}
	if params.Store, err = store.Open(ctx, p.dataDir); err != nil {
		return err
	}
	defer params.Store.Close()
	params.Detector = p.detector()

	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	writeAll := func(messages []store.Message) {
		for _, m := range messages {
			if err := write(m); err != nil {
				stop(err) // what was scanned is in the store; there is nobody to tell
				return
			}
		}
	}
	account := imapsync.NewAccount(params)
	if f.watch {
		return errors.Join(p.watch(ctx, account, writeAll), finish())
	}
	bar := p.progressBar()
	summary, err := account.Scan(ctx, func(progress imapsync.Progress) {
		bar.show(progress)
		writeAll(progress.New)
	})
	bar.end()
	if errors.Is(err, errOutputClosed) {
		return err
	}
	err = errors.Join(err, finish())
	switch {
	case summary.Messages > 0:
		p.say(p.summary(counts{messages: summary.Messages, tracked: summary.Tracked}))
	case err == nil:
		p.say(p.texts.T("cli.sync.nothing-new"))
	}
	p.logger().Info("sync ended", "mailboxes", summary.Mailboxes, "gone", summary.Gone, "bytes", summary.BytesRead)
	switch {
	case errors.Is(err, context.Canceled):
		p.say(p.texts.T("cli.sync.interrupted"))
	case err == nil && f.format == "":
		p.say(p.texts.T("cli.sync.next"))
	}
	return err
}

func (p *program) syncParams(ctx context.Context, f syncFlags) (imapsync.Params, error) {
	if f.server == "" {
		return imapsync.Params{}, &failure{status: statusUsage, what: p.texts.T("cli.error.no-server"), next: p.texts.T("cli.hint.server")}
	}
	if f.last < 0 {
		return imapsync.Params{}, p.usage("cli.error.flag-invalid", args{"Flag": "--last", "Value": f.last})
	}
	params := imapsync.Params{Mailboxes: f.mailboxes, All: f.all, Full: f.full, Last: f.last}
	var err error
	if params.Since, err = p.date("--since", f.since); err != nil {
		return params, err
	}
	var mailbox string
	params.Server, params.User, mailbox, err = imapsync.ParseServer(f.server, f.user, f.plaintext)
	if err != nil {
		what := err.Error()
		if e, ok := errors.AsType[*imapsync.URLError](err); ok {
			what = p.texts.T("cli.server."+e.Problem, args{"Value": e.Value})
		}
		return params, &failure{status: statusUsage, what: what, next: p.texts.T("cli.hint.server"), err: err}
	}
	if mailbox != "" {
		params.Mailboxes = append(params.Mailboxes, mailbox)
	}
	params.Password, err = p.password(ctx, f.passwordFile, params.User)
	return params, err
}

// password reads the password from a file, or asks for it on the terminal.
func (p *program) password(ctx context.Context, file, user string) (imapsync.Secret, error) {
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		line, _, _ := strings.Cut(string(b), "\n")
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) == "" {
			return "", p.fail("cli.error.empty-password-file", args{"Path": file})
		}
		return imapsync.Secret(line), nil
	}
	in, ok := p.stdin.(*os.File)
	if !ok || !isTerminal(in) {
		return "", p.fail("cli.error.no-password")
	}
	_, _ = io.WriteString(p.stderr, p.texts.T("cli.password", args{"User": report.Clean(user)})+" ")
	b, err := readPassword(ctx, in)
	p.say("")
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return imapsync.Secret(b), nil
}

// progressBar shows on a terminal how far a sync has come. Without a terminal it shows nothing.
type progressBar struct {
	container *mpb.Progress
	bar       *mpb.Bar
}

func (p *program) progressBar() *progressBar {
	b := &progressBar{}
	if !isTerminal(p.stderr) {
		return b
	}
	b.container = mpb.New(mpb.WithOutput(p.stderr), mpb.WithWidth(40))
	return b
}

// show is called from one goroutine at a time.
func (b *progressBar) show(progress imapsync.Progress) {
	if b.container == nil || progress.Total == 0 {
		return
	}
	if b.bar == nil {
		b.bar = b.container.AddBar(int64(progress.Total),
			mpb.PrependDecorators(decor.CountersNoUnit("%d / %d", decor.WCSyncWidth)),
			mpb.AppendDecorators(decor.Percentage(decor.WCSyncSpace)),
		)
	}
	b.bar.SetTotal(int64(progress.Total), false)
	b.bar.SetCurrent(int64(progress.Done))
}

func (b *progressBar) end() {
	if b.container == nil {
		return
	}
	if b.bar != nil {
		b.bar.Abort(false)
	}
	b.container.Wait()
}
