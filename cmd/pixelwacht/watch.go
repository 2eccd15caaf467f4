package main

import (
	"context"
	"errors"
	"time"

	"pixelwacht/imapsync"
	"pixelwacht/ui/report"
)

// watchAll watches all accounts until it is interrupted, and says at once when one cannot be watched any more; the others
// are.
func (r *syncRun) watchAll(ctx context.Context) error {
	return r.each(func(t target) error {
		err := r.ofTarget(t, r.watch(ctx, t))
		if err == nil || ctx.Err() != nil {
			return err
		}
		r.reportError(err)
		return errReported
	})
}

// watch scans an account and what arrives there, until ctx is done, and says what is going on. After each scan it tags.
func (r *syncRun) watch(ctx context.Context, t target) error {
	said := "" // while nothing happens, nothing is said again
	say := func(text string) {
		if text == said {
			return
		}
		said = text
		if len(r.targets) > 1 {
			text = report.Clean(t.name) + ": " + text
		}
		r.say(text)
	}
	failed := "" // nor is what still cannot be scanned
	err := t.account.Watch(ctx, func(e imapsync.Event) {
		switch e := e.(type) {
		case imapsync.Scanning:
			r.writeAll(e.Progress.New)
			if e.Progress.Pause > 0 {
				say(r.pause(e.Progress.Pause))
			}
		case imapsync.Scanned:
			if e.Summary.Messages > 0 {
				say(r.summary(counts{messages: e.Summary.Messages, tracked: e.Summary.Tracked}))
			}
			err, text := errors.Join(e.Err, r.tag(ctx, t)), ""
			if err != nil {
				text = err.Error()
			}
			if text != failed && err != nil {
				r.reportError(r.ofTarget(t, err))
			}
			failed = text
		case imapsync.Watching:
			text := r.texts.T("cli.watch.watching")
			if e.Instead != "" {
				text += " " + r.texts.T("watch.instead", args{"Mailbox": report.Clean(e.Instead)})
			}
			say(text)
		case imapsync.Reconnecting:
			wait := time.Until(e.At).Round(time.Second)
			switch {
			case imapsync.ProblemOf(e.Err) == imapsync.Throttled:
				say(r.pause(wait))
			case imapsync.ProblemOf(e.Err) == imapsync.DailyLimit:
				r.reportError(r.ofTarget(t, e.Err))
			case e.Offline:
				say(r.texts.T("cli.watch.offline", args{"Seconds": int(wait.Seconds())}))
			default:
				say(r.texts.T("cli.watch.reconnecting", args{"Seconds": int(wait.Seconds())}))
			}
		}
	})
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return err
}

// pause says that the server wants a break.
func (p *program) pause(d time.Duration) string {
	return p.texts.T("cli.sync.pause", args{"Seconds": int(d.Seconds())})
}
