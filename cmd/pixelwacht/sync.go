package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/account"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

// syncFlags are the flags of the command sync as they are given.
type syncFlags struct {
	server, user, passwordFile, since, format, trust string
	plaintext, all, full, watch, tag, untag          bool
	mailboxes                                        []string
	last                                             int
}

func (p *program) syncCommand() *cobra.Command {
	var f syncFlags
	cmd := &cobra.Command{
		Use:   "sync [ADDRESS… | --server URL]",
		Short: p.texts.T("cli.sync.short"),
		Long:  p.texts.T("cli.sync.long"),
		RunE:  func(cmd *cobra.Command, addresses []string) error { return p.sync(cmd.Context(), addresses, f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.server, "server", "", p.flag("server", "imaps://USER@HOST[:PORT][/MAILBOX]"))
	flags.StringVar(&f.user, "user", "", p.flag("user", "USER"))
	flags.StringVar(&f.passwordFile, "password-file", "", p.flag("password-file", "FILE"))
	flags.StringVar(&f.trust, "trust", "", p.flag("trust", "FINGERPRINT"))
	flags.BoolVar(&f.plaintext, "plaintext", false, p.texts.T("cli.flag.plaintext"))
	flags.StringArrayVar(&f.mailboxes, "mailbox", nil, p.flag("mailbox", "MAILBOX"))
	flags.BoolVar(&f.all, "all", false, p.texts.T("cli.flag.all"))
	flags.BoolVar(&f.full, "full", false, p.texts.T("cli.flag.full"))
	flags.BoolVar(&f.watch, "watch", false, p.texts.T("cli.flag.watch"))
	flags.BoolVar(&f.tag, "tag", false, p.texts.T("cli.flag.tag"))
	flags.BoolVar(&f.untag, "untag", false, p.texts.T("cli.flag.untag"))
	flags.StringVar(&f.since, "since", "", p.flag("since", "DATE"))
	flags.IntVar(&f.last, "last", 0, p.flag("last", "N"))
	p.formatFlag(flags, &f.format, "")
	return cmd
}

// target is an account that a run scans.
type target struct {
	name    string
	account *imapsync.Account
}

// sync brings the store up to date with accounts, or with a server that is named. With a format it also writes each message
// that it scans. Each account is scanned on its own: one that fails does not keep the others from being scanned.
func (p *program) sync(ctx context.Context, addresses []string, f syncFlags) error {
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
	params, err := p.scanParams(f)
	if err != nil {
		return err
	}
	accounts, s, err := p.openAccounts(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	var (
		targets []target
		failed  []error
	)
	if f.server != "" {
		params.Store, params.Detector = s, p.detector()
		targets, err = p.namedTarget(ctx, params, addresses, f)
	} else {
		targets, failed, err = p.accountTargets(ctx, accounts, params, addresses, f)
	}
	if err != nil {
		return err
	}

	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &syncRun{program: p, flags: f, targets: targets, bars: p.progressBars(), write: write, stop: stop}
	if f.watch {
		if err := errors.Join(failed...); err != nil {
			p.reportError(err)
			failed = []error{errReported}
		}
		failed = append(failed, r.watchAll(ctx), finish())
		if ctx.Err() != nil {
			p.say(p.texts.T("cli.sync.interrupted"))
		}
		return errors.Join(failed...)
	}
	failed = append(failed, r.each(func(t target) error { return r.ofTarget(t, r.scan(ctx, t)) }))
	r.bars.end()
	if err := context.Cause(ctx); errors.Is(err, errOutputClosed) {
		return err
	}
	failed = append(failed, finish())
	r.summarise(ctx, errors.Join(failed...))
	return errors.Join(failed...)
}

// syncRun is one run of the command.
type syncRun struct {
	*program
	flags   syncFlags
	targets []target
	bars    *progressBars
	stop    context.CancelCauseFunc

	mu      sync.Mutex // guards what follows: accounts are scanned at the same time
	write   func(store.Message) error
	scanned counts
}

// each runs f for all accounts at the same time, and returns what went wrong in the order of the accounts.
func (r *syncRun) each(f func(target) error) error {
	failed := make([]error, len(r.targets))
	var workers sync.WaitGroup
	for i, t := range r.targets {
		workers.Go(func() { failed[i] = f(t) })
	}
	workers.Wait()
	return errors.Join(failed...)
}

// ofTarget is an error with the account where there may be several.
func (r *syncRun) ofTarget(t target, err error) error {
	if err == nil || r.flags.server != "" {
		return err
	}
	return r.ofAccount(t.name, err)
}

// writeAll writes what was scanned.
func (r *syncRun) writeAll(messages []store.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range messages {
		if err := r.write(m); err != nil {
			r.stop(err) // what was scanned is in the store; there is nobody to tell
			return
		}
	}
}

func (r *syncRun) scan(ctx context.Context, t target) error {
	name := t.name
	if len(r.targets) == 1 {
		name = ""
	}
	bar := r.bars.add(name)
	defer bar.end()
	summary, err := t.account.Scan(ctx, func(progress imapsync.Progress) {
		bar.show(progress)
		r.writeAll(progress.New)
		if progress.Pause > 0 {
			r.say(r.pause(progress.Pause))
		}
	})
	r.mu.Lock()
	r.scanned.messages += summary.Messages
	r.scanned.tracked += summary.Tracked
	r.mu.Unlock()
	r.logger().Info("sync ended", "account", t.name, "mailboxes", summary.Mailboxes, "gone", summary.Gone, "bytes", summary.BytesRead)
	return errors.Join(err, r.tag(ctx, t))
}

// tag marks messages on the server, or unmarks them, where that is asked for.
func (r *syncRun) tag(ctx context.Context, t target) error {
	if ctx.Err() != nil || !r.flags.tag && !r.flags.untag {
		return nil
	}
	tag := t.account.Tag
	if r.flags.untag {
		tag = t.account.Untag
	}
	changed, err := tag(ctx)
	if changed > 0 {
		r.say(r.texts.T("cli.sync.tagged", args{"Count": changed}))
	}
	return err
}

// summarise says what the run came to; err is what went wrong.
func (r *syncRun) summarise(ctx context.Context, err error) {
	switch {
	case r.scanned.messages > 0:
		r.say(r.summary(r.scanned))
	case err == nil:
		r.say(r.texts.T("cli.sync.nothing-new"))
	}
	switch {
	case ctx.Err() != nil:
		r.say(r.texts.T("cli.sync.interrupted"))
	case err == nil && r.flags.format == "":
		r.say(r.texts.T("cli.sync.next"))
	}
}

// scanParams are what is to be scanned.
func (p *program) scanParams(f syncFlags) (imapsync.Params, error) {
	if f.last < 0 {
		return imapsync.Params{}, p.usage("cli.error.flag-invalid", args{"Flag": "--last", "Value": f.last})
	}
	since, err := p.date("--since", f.since)
	return imapsync.Params{Mailboxes: f.mailboxes, All: f.all, Full: f.full, Last: f.last, Since: since}, err
}

// namedTarget is the server that --server names.
func (p *program) namedTarget(ctx context.Context, params imapsync.Params, addresses []string, f syncFlags) ([]target, error) {
	if len(addresses) > 0 {
		return nil, p.usage("cli.error.argument", args{"Argument": addresses[0]})
	}
	var (
		mailbox string
		err     error
	)
	params.Server, params.User, mailbox, err = imapsync.ParseServer(f.server, f.user, f.plaintext)
	if err != nil {
		return nil, p.serverError(err)
	}
	if params.Fingerprint, err = p.fingerprint(f.trust); err != nil {
		return nil, err
	}
	if mailbox != "" {
		params.Mailboxes = append(params.Mailboxes, mailbox)
	}
	if params.Password, err = p.password(ctx, f.passwordFile, params.User); err != nil {
		return nil, err
	}
	account := imapsync.NewAccount(params)
	return []target{{account.Name(), account}}, nil
}

// accountTargets are the accounts with these addresses, or all; failed is why some of them cannot be scanned.
func (p *program) accountTargets(ctx context.Context, accounts *account.Accounts, params imapsync.Params, addresses []string, f syncFlags) (targets []target, failed []error, err error) {
	if f.user != "" || f.plaintext || f.trust != "" {
		return nil, nil, &failure{status: statusUsage, what: p.texts.T("cli.error.no-server"), next: p.texts.T("cli.hint.server")}
	}
	chosen, err := p.chosenAccounts(ctx, accounts, addresses)
	if err != nil {
		return nil, nil, err
	}
	if len(chosen) == 0 {
		return nil, nil, &failure{status: statusUsage, what: p.texts.T("cli.error.no-account"), next: p.texts.T("cli.error.no-account.next")}
	}
	if len(chosen) > 1 && f.passwordFile != "" {
		return nil, nil, p.usage("cli.error.one-password")
	}
	for _, s := range chosen {
		err := p.unlock(ctx, accounts, s, f.passwordFile)
		if err == nil {
			var opened *imapsync.Account
			if opened, err = accounts.Open(ctx, s.Address, params); err == nil {
				targets = append(targets, target{s.Address, opened})
				continue
			}
		}
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		failed = append(failed, p.ofAccount(s.Address, err))
	}
	return targets, failed, nil
}

// serverError says in words for people what is wrong with the URL of a server.
func (p *program) serverError(err error) error {
	what := err.Error()
	if e, ok := errors.AsType[*imapsync.URLError](err); ok {
		what = p.texts.T("cli.server."+e.Problem, args{"Value": e.Value})
	}
	return &failure{status: statusUsage, what: what, next: p.texts.T("cli.hint.server"), err: err}
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
	in, ok := p.terminal()
	if !ok {
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
