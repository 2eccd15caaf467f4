package view

import (
	"context"
	"errors"
	"sync"
	"time"

	"pixelwacht/imapsync"
)

// reportsPerReload is how many reports of a scan's progress pass between two readings of the list that is shown:
// numbers may move four times a second, rows need not.
const reportsPerReload = 2

// Scan is what the scan of the open source is doing, or did.
type Scan struct {
	Running   bool
	Cancelled bool // it was stopped before it was done
	Finished  bool // it was done
	Mailbox   string
	Done      int // messages scanned
	Total     int // messages to scan, 0 while it is not known
	Summary   imapsync.Summary

	reports int
	pace    pace
}

// pace is how fast a scan goes. Messages differ in size and lines in speed, so the whole of the last half minute counts,
// and not the last message.
type pace struct{ marks []mark }

type mark struct {
	at   time.Time
	done int
}

const (
	paceWindow = 30 * time.Second
	paceLeast  = 4 * time.Second // before that an estimate would be a guess
)

func (p *pace) add(at time.Time, done int) {
	p.marks = append(p.marks, mark{at, done})
	for len(p.marks) > 2 && at.Sub(p.marks[1].at) >= paceWindow {
		p.marks = p.marks[1:]
	}
}

// left is how long the rest takes at that pace; ok is false while there is nothing to go by.
func (p *pace) left(rest int) (d time.Duration, ok bool) {
	if len(p.marks) < 2 {
		return 0, false
	}
	first, last := p.marks[0], p.marks[len(p.marks)-1]
	took, done := last.at.Sub(first.at), last.done-first.done
	if took < paceLeast || done <= 0 {
		return 0, false
	}
	return time.Duration(float64(took) / float64(done) * float64(rest)), true
}

// Left is how long the rest of the scan takes if it goes on at the pace of the last half minute.
func (s Scan) Left() (d time.Duration, ok bool) {
	if !s.Running || s.Total <= 0 {
		return 0, false
	}
	return s.pace.left(max(s.Total-s.Done, 0))
}

// Fraction is how much is done, from 0 to 1; ok is false while that is not known.
func (s Scan) Fraction() (f float64, ok bool) {
	if s.Total <= 0 {
		return 0, false
	}
	return min(float64(s.Done)/float64(s.Total), 1), true
}

// Scan is what the scan is doing.
func (a *App) Scan() Scan { return a.scan }

// CanScan reports whether a scan could be started now.
func (a *App) CanScan() bool {
	return a.opened != nil && a.opened.Source != nil && !a.scan.Running && !a.opening
}

// ScanText is the scan's progress, or what it came to, in one line; empty when there was none.
func (a *App) ScanText() string {
	s := a.scan
	switch {
	case a.opening:
		return a.texts.T("window.scan.opening")
	case s.Running && s.Total > 0:
		text := a.texts.N("window.scan.progress", s.Total, args("Done", a.number(s.Done), "Total", a.number(s.Total)))
		if left, ok := s.Left(); ok {
			text += ", " + a.timeLeft(left)
		}
		return text
	case s.Running:
		return a.texts.T("window.scan.starting")
	case s.Cancelled && s.Total > s.Done:
		return a.texts.N("window.scan.cancelled.of", s.Total, args("Done", a.number(s.Done), "Total", a.number(s.Total)))
	case s.Cancelled:
		return a.texts.N("window.scan.cancelled", s.Done, args("Done", a.number(s.Done)))
	case s.Finished:
		return a.texts.N("window.scan.finished", s.Summary.Messages, args("Done", a.number(s.Summary.Messages)))
	}
	return ""
}

// timeLeft is an estimate as people say it, no more exact than it is.
func (a *App) timeLeft(d time.Duration) string {
	switch minutes := int((d + time.Minute/2) / time.Minute); {
	case d < 10*time.Second:
		return a.texts.T("window.scan.left.moment")
	case d < 50*time.Second:
		return a.texts.T("window.scan.left.seconds", args("Seconds", int(d/(10*time.Second))*10))
	case minutes < 60:
		return a.texts.N("window.scan.left.minutes", max(minutes, 1))
	default:
		return a.texts.N("window.scan.left.hours", (minutes+30)/60)
	}
}

// Rescan brings the store up to date with the source.
func (a *App) Rescan() {
	if !a.CanScan() {
		return
	}
	ctx, cancel := context.WithCancel(a.ctx)
	stopped := make(chan struct{})
	o := a.opened
	a.stopScan = cancel
	a.scan, a.problem = Scan{Running: true}, nil
	a.p.Changed(ScanChanged)

	var latest latestProgress
	o.users.Add(1)
	a.work.Go(func() {
		summary, err := o.Source.Scan(ctx, latest.set)
		o.users.Done()
		close(stopped)
		cancel()
		a.post(func() { a.scanEnded(o, summary, err) })
	})
	a.work.Go(func() { a.report(o, &latest, stopped) })
}

// report hands the latest progress to the owner's goroutine: once an interval, and only after it has taken the one
// before. However fast a scan reports, a busy window is asked for one update at a time.
func (a *App) report(o *openSource, latest *latestProgress, stopped <-chan struct{}) {
	tick := time.NewTicker(a.p.Interval)
	defer tick.Stop()
	for {
		select {
		case <-stopped:
			return
		case <-tick.C:
		}
		p, fresh := latest.take()
		if !fresh {
			continue
		}
		taken := make(chan struct{})
		a.post(func() {
			defer close(taken)
			a.progress(o, p)
		})
		select {
		case <-taken:
		case <-stopped:
			return
		}
	}
}

func (a *App) progress(o *openSource, p imapsync.Progress) {
	if a.opened != o || !a.scan.Running {
		return
	}
	a.scan.Mailbox, a.scan.Done, a.scan.Total = p.Mailbox, p.Done, p.Total
	a.scan.pace.add(a.p.Now(), p.Done)
	if a.scan.reports%reportsPerReload == 0 {
		a.refresh()
	}
	a.scan.reports++
	a.p.Changed(ScanChanged)
}

func (a *App) scanEnded(o *openSource, summary imapsync.Summary, err error) {
	if a.opened != o {
		return
	}
	a.scan.Running, a.scan.Summary = false, summary
	switch {
	case errors.Is(err, context.Canceled):
		a.scan.Cancelled = true
		a.scan.Done = max(a.scan.Done, summary.Messages) // what was under way is kept
	case err != nil:
		a.problem = newProblem(problemScan, err)
	default:
		a.scan.Finished = true
	}
	a.refresh()
	a.ReadAccounts()
	a.p.Changed(ScanChanged)
}

// CancelScan stops the running scan. What it found stays.
func (a *App) CancelScan() {
	switch {
	case !a.scan.Running:
	case a.watch.stop != nil:
		a.stopWatch()
		a.scan.Running, a.scan.Cancelled = false, true
		a.p.Changed(ScanChanged | WatchChanged)
	default:
		a.stopScan()
	}
}

// latestProgress keeps the last progress until it is taken.
type latestProgress struct {
	mu    sync.Mutex
	p     imapsync.Progress
	fresh bool
}

func (l *latestProgress) set(p imapsync.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.New = nil // rows are read from the store, where copies of a message count once
	l.p, l.fresh = p, true
}

func (l *latestProgress) take() (imapsync.Progress, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := l.fresh
	l.fresh = false
	return l.p, fresh
}
