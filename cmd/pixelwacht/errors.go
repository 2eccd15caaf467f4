package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/pflag"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/mailfile"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

// The exit statuses, beside 0.
const (
	statusFailed      = 1
	statusUsage       = 2
	statusTemporary   = 75 // EX_TEMPFAIL of sysexits.h: who called the filter keeps the message and tries again
	statusInterrupted = 130
)

// failure is an error in the words of the person who reads it.
type failure struct {
	status int
	what   string // what happened
	next   string // what to do now, "" where there is nothing to say
	err    error  // may be nil
}

func (f *failure) Error() string { return f.what }
func (f *failure) Unwrap() error { return f.err }

// errReported is the error of a run that has said on standard error what went wrong.
var errReported = errors.New("reported")

// usage is the failure of a command line that cannot be meant so.
func (p *program) usage(key string, a ...args) error {
	return &failure{status: statusUsage, what: p.texts.T(key, a...), next: p.texts.T("cli.hint.help")}
}

// fail is a failure with a hint: the texts key and "key.next".
func (p *program) fail(key string, a ...args) error {
	return &failure{status: statusFailed, what: p.texts.T(key, a...), next: p.texts.T(key+".next", a...)}
}

// hint is err with what to do next.
func (p *program) hint(err error, key string, a ...args) error {
	return &failure{status: statusFailed, what: err.Error(), next: p.texts.T(key, a...), err: err}
}

// flagError is an error of the flags in the language of the texts.
func (p *program) flagError(err error) error {
	var (
		unknown *pflag.NotExistError
		missing *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	switch {
	case errors.As(err, &unknown):
		name := "--" + unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			name = "-" + unknown.GetSpecifiedName()
		}
		return p.usage("cli.error.flag", args{"Flag": name})
	case errors.As(err, &missing):
		return p.usage("cli.error.flag-needs-value", args{"Flag": "--" + missing.GetFlag().Name})
	case errors.As(err, &invalid):
		return p.usage("cli.error.flag-invalid", args{"Flag": "--" + invalid.GetFlag().Name, "Value": invalid.GetValue()})
	}
	return &failure{status: statusUsage, what: err.Error(), next: p.texts.T("cli.hint.help"), err: err}
}

// exitStatus says what went wrong, if anything did, and returns the exit status.
func (p *program) exitStatus(err error) int {
	switch {
	case err == nil, errors.Is(err, errOutputClosed):
		return 0
	case errors.Is(err, context.Canceled):
		p.say(p.texts.T("cli.interrupted"))
		return statusInterrupted
	case errors.Is(err, errReported):
		return statusFailed
	}
	p.reportError(err)
	if f, ok := errors.AsType[*failure](err); ok {
		return f.status
	}
	return statusFailed
}

// reportError says on standard error what went wrong, and what to do where that is known. Errors that were joined are
// reported one by one.
func (p *program) reportError(err error) {
	// An error that wraps several may also be one error with several causes; a joined one is known by its text.
	if joined, ok := err.(interface{ Unwrap() []error }); ok && fmt.Sprint(errors.Join(joined.Unwrap()...)) == err.Error() {
		for _, err := range joined.Unwrap() {
			p.reportError(err)
		}
		return
	}
	what, next := err.Error(), ""
	var (
		f      *failure
		server *imapsync.Error
		file   *mailfile.Error
		path   *fs.PathError
	)
	switch {
	case errors.As(err, &f):
		what, next = f.what, f.next
	case errors.As(err, &server):
		p.logger().Info("conversation with the server failed", "error", err)
		what, next = p.explainServer(server)
	case errors.As(err, &file):
		p.logger().Info("there is no mail to be had from a file", "error", err)
		what, next = file.Explain(p.texts)
	case errors.Is(err, store.ErrCorrupt), errors.Is(err, store.ErrNewer):
		next = p.texts.T("cli.hint.store")
	case diskFull(err):
		what, next = p.texts.T("cli.error.disk-full"), p.texts.T("cli.error.disk-full.next")
	case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist):
		what, next = p.texts.T("cli.error.missing", args{"Path": path.Path}), p.texts.T("cli.hint.path")
	case errors.As(err, &path) && errors.Is(err, fs.ErrPermission):
		what, next = p.texts.T("cli.error.permission", args{"Path": path.Path}), p.texts.T("cli.hint.permission")
	case errors.As(err, &path):
		next = p.texts.T("cli.hint.path")
	}
	p.report(what, next)
}

// explainServer says what went wrong between the program and a server, and what to do.
func (p *program) explainServer(e *imapsync.Error) (what, next string) {
	what, next = e.Explain(p.texts)
	if e.Fingerprint != "" {
		next += " " + p.texts.T("cli.trust", args{"Fingerprint": e.Fingerprint})
	}
	return what, next
}

// report writes what happened and what to do next. Both may hold names of files and words of servers.
func (p *program) report(what, next string) {
	p.say("pixelwacht: " + report.Clean(what))
	if next != "" {
		p.say("  " + report.Clean(next))
	}
}
