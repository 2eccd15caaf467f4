package main

import (
	"context"
	"errors"
	"time"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/store"
)

// watch scans an account and what arrives there, until it is interrupted, and says what is going on. After each scan it
// calls scanned.
func (p *program) watch(ctx context.Context, account *imapsync.Account, tell func(text string), write func([]store.Message), scanned func() error) error {
	said := "" // while nothing happens, nothing is said again
	say := func(text string) {
		if text != said {
			tell(text)
		}
		said = text
	}
	err := account.Watch(ctx, func(e imapsync.Event) {
		switch e := e.(type) {
		case imapsync.Scanning:
			write(e.Progress.New)
			if e.Progress.Pause > 0 {
				say(p.pause(e.Progress.Pause))
			}
		case imapsync.Scanned:
			if e.Summary.Messages > 0 {
				say(p.summary(counts{messages: e.Summary.Messages, tracked: e.Summary.Tracked}))
			}
			if err := errors.Join(e.Err, scanned()); err != nil {
				p.reportError(err)
			}
		case imapsync.Watching:
			say(p.texts.T("cli.watch.watching"))
		case imapsync.Reconnecting:
			wait := time.Until(e.At).Round(time.Second)
			switch {
			case imapsync.ProblemOf(e.Err) == imapsync.Throttled:
				say(p.pause(wait))
			case imapsync.ProblemOf(e.Err) == imapsync.DailyLimit:
				p.reportError(e.Err)
			case e.Offline:
				say(p.texts.T("cli.watch.offline", args{"Seconds": int(wait.Seconds())}))
			default:
				say(p.texts.T("cli.watch.reconnecting", args{"Seconds": int(wait.Seconds())}))
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
