package view

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"pixelwacht/imapsync"
)

// watcher is a source that can tell of new mail.
type watcher interface {
	// Watch scans, and goes on to scan what arrives, until ctx ends or somebody has to do something. It calls tell from one
	// goroutine at a time.
	Watch(ctx context.Context, tell func(imapsync.Event)) error
}

// watchState is the waiting for new mail.
type watchState struct {
	stop context.CancelFunc // nil while nothing is waited for
	upTo

	problem *Problem
}

// upTo is what was heard last.
type upTo struct {
	waiting bool      // everything is scanned
	instead string    // the mailbox that new mail is told of, where the one that was chosen is gone
	again   time.Time // the server cannot be reached, and is tried again then; the zero time: it can
	offline bool
	once    bool // everything was scanned once; what comes later is new
}

// CanWatch reports whether the open source can tell of new mail.
func (a *App) CanWatch() bool {
	if a.opened == nil {
		return false
	}
	_, ok := a.opened.Source.(watcher)
	return ok
}

// Watching reports whether new mail is waited for.
func (a *App) Watching() bool { return a.watch.stop != nil }

// SetWatch chooses whether new mail is scanned as it arrives, now and whenever mailboxes are opened.
func (a *App) SetWatch(on bool) {
	a.Settings().SetWatch(on)
	if on {
		a.startWatch()
	} else {
		a.stopWatch()
		if a.scan.Running && a.stopScan == nil {
			a.scan.Running = false
		}
	}
	a.p.Changed(ScanChanged | WatchChanged)
}

// WatchProblem is why mailboxes are not watched any more that should be, nil where all are.
func (a *App) WatchProblem() *Problem { return a.watch.problem }

// WatchText says in one line what the waiting for new mail is doing.
func (a *App) WatchText() string {
	w := a.watch
	switch {
	case w.stop == nil && !a.CanWatch():
		return a.texts.T("window.watch.no-source")
	case w.stop == nil:
		return a.texts.T("window.watch.off")
	case !w.again.IsZero() && w.offline:
		return a.texts.T("window.watch.offline", args("Time", w.again.In(a.p.Now().Location()).Format("15:04")))
	case !w.again.IsZero():
		return a.texts.T("window.watch.again", args("Time", w.again.In(a.p.Now().Location()).Format("15:04")))
	case w.waiting && w.instead != "":
		return a.texts.T("watch.instead", args("Mailbox", oneLine(w.instead)))
	case w.waiting:
		return a.texts.T("window.watch.waiting")
	}
	return a.texts.T("window.watch.scanning")
}

// startWatch waits for new mail where people chose that and the source can tell of it.
func (a *App) startWatch() bool {
	if !a.Settings().Watch() || !a.CanWatch() || a.watch.stop != nil || a.scan.Running {
		return false
	}
	o := a.opened
	ctx, cancel := context.WithCancel(a.ctx)
	a.watch = watchState{stop: cancel}
	a.scan, a.stopScan = Scan{Running: true}, nil
	a.p.Changed(ScanChanged | WatchChanged)
	heard := &events{app: a, source: o, ctx: ctx}
	a.using(o, func(context.Context) func() {
		defer cancel()
		err := o.Source.(watcher).Watch(ctx, heard.add)
		return func() {
			if a.opened != o || ctx.Err() != nil && errors.Is(err, context.Canceled) {
				return
			}
			a.problem = newProblem(problemScan, err)
			a.watch = watchState{problem: a.problem}
			a.scan.Running = false
			a.refresh()
			a.p.Changed(ScanChanged | WatchChanged)
		}
	})
	return true
}

func (a *App) stopWatch() {
	if a.watch.stop != nil {
		a.watch.stop()
		a.watch = watchState{}
	}
}

// events brings what happens while a source is watched to the owner: progress as often as a window can take it, and
// everything else as it comes.
type events struct {
	app    *App
	source *openSource
	ctx    context.Context // of this watch

	mu      sync.Mutex
	told    time.Time
	tracked []string // senders of new messages that track
	count   int
}

func (e *events) add(event imapsync.Event) {
	switch event := event.(type) {
	case imapsync.Scanning:
		e.mu.Lock()
		for _, m := range event.Progress.New {
			if m.Tracked {
				e.count++
				if from := oneLine(m.From.Name); from != "" && !slices.Contains(e.tracked, from) {
					e.tracked = append(e.tracked, from)
				}
			}
		}
		due := time.Since(e.told) >= e.app.p.Interval
		if due {
			e.told = time.Now()
		}
		e.mu.Unlock()
		if due {
			e.post(func() {
				e.app.scan.Running = true
				e.app.progress(e.source, event.Progress)
			})
		}
	case imapsync.Scanned:
		e.mu.Lock()
		count, tracked := e.count, e.tracked
		e.count, e.tracked = 0, nil
		e.mu.Unlock()
		e.post(func() { e.app.watched(event, count, tracked) })
	case imapsync.Watching:
		e.post(func() { e.app.watch.upTo = upTo{waiting: true, instead: event.Instead, once: true} })
	case imapsync.Reconnecting:
		e.post(func() {
			e.app.watch.waiting, e.app.watch.again, e.app.watch.offline = false, event.At, event.Offline
			e.app.scan.Running = false
		})
	case imapsync.Ended:
		e.post(func() {
			e.app.problem = newProblem(problemScan, event.Err)
			e.app.watch.problem = e.app.problem
		})
	}
}

func (e *events) post(f func()) {
	e.app.post(func() {
		if e.app.opened == e.source && e.ctx.Err() == nil {
			f()
			e.app.p.Changed(ScanChanged | WatchChanged)
		}
	})
}

// watched is the end of a scan while new mail is waited for.
func (a *App) watched(e imapsync.Scanned, tracked int, from []string) {
	if e.Err != nil && !errors.Is(e.Err, context.Canceled) {
		a.problem = newProblem(problemScan, e.Err)
	}
	first := !a.watch.once
	a.scan = Scan{Finished: true, Summary: e.Summary}
	a.refresh()
	if first {
		a.ReadAccounts()
	}
	if tracked == 0 || !a.watch.once || !a.Settings().Notify() || a.p.Notify == nil {
		return
	}
	// A notification may be seen on a locked screen: it never says what a message is about.
	const most = 3
	names := strings.Join(from[:min(len(from), most)], ", ")
	a.p.Notify(a.texts.T("window.name"), a.texts.N("window.notification", tracked, args("Number", a.number(tracked), "From", names)))
}
