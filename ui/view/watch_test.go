package view

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pixelwacht/imapsync"
	"pixelwacht/imapsync/account"
	"pixelwacht/imapsync/store"
)

// watched is a source that tells what it is told to tell.
type watched struct {
	*source
	events chan imapsync.Event
	broken chan error // ends the watch
}

func (w *watched) Watch(ctx context.Context, tell func(imapsync.Event)) error {
	for {
		select {
		case e := <-w.events:
			tell(e)
		case err := <-w.broken:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// opensWatched opens a source that new mail is waited for in, and returns what the desktop was told.
func opensWatched(t *testing.T) (*owner, *watched, *[]string) {
	t.Helper()
	w := &watched{events: make(chan imapsync.Event), broken: make(chan error)}
	var told []string
	dir := t.TempDir() // removed after the store in it is closed
	o := newOwner(t, Params{
		Notify: func(_, text string) { told = append(told, text) },
		OpenStored: func(ctx context.Context) (Opened, error) {
			s, err := store.Open(ctx, dir)
			if err != nil {
				return Opened{}, err
			}
			w.source = &source{store: s}
			return Opened{Source: w, Store: s, Close: s.Close}, nil
		},
	})
	o.app.Settings().SetWatch(true)
	o.app.Settings().SetNotify(true)
	o.app.OpenMailboxes()
	o.until("open", o.app.IsOpen)
	return o, w, &told
}

// says waits for a sentence about the watch.
func (o *owner) says(want string) {
	o.t.Helper()
	o.until(want, func() bool { return o.app.WatchText() == want })
}

func arrived(from string, tracked bool) store.Message {
	m := store.Message{}
	m.From.Name, m.Tracked = from, tracked
	return m
}

func TestWatch(t *testing.T) {
	o, w, told := opensWatched(t)
	if !o.app.Watching() || !o.app.Scan().Running || o.app.CanScan() {
		t.Errorf("watching %v, scanning %v, could be scanned %v", o.app.Watching(), o.app.Scan().Running, o.app.CanScan())
	}
	o.says("Scanning…")

	w.events <- imapsync.Scanning{Progress: imapsync.Progress{Done: 1, Total: 2, New: []store.Message{arrived("Old", true)}}}
	o.until("progress", func() bool { return o.app.Scan().Total == 2 })
	w.events <- imapsync.Scanned{Summary: imapsync.Summary{Messages: 2}}
	w.events <- imapsync.Watching{}
	o.says("Everything is scanned. Waiting for new mail.")
	if s := o.app.Scan(); s.Running || !s.Finished || s.Summary.Messages != 2 || len(*told) != 0 {
		t.Errorf("after the first scan %+v; told %q", s, *told)
	}

	// Of the names of those who track people are told, once each and not more than fit; never of what a message is about.
	w.events <- imapsync.Scanning{Progress: imapsync.Progress{New: []store.Message{
		arrived("Shop", true), arrived("Friend", false), arrived("Shop", true), arrived("", true), arrived("Bank", true), arrived("Club", true), arrived("More", true),
	}}}
	w.events <- imapsync.Scanned{Summary: imapsync.Summary{Messages: 7}}
	o.until("notification", func() bool { return len(*told) > 0 })
	if want := []string{"6 messages that track you have arrived: Shop, Bank, Club"}; !slices.Equal(*told, want) {
		t.Errorf("told %q, want %q", *told, want)
	}
	w.events <- imapsync.Scanned{}
	w.events <- imapsync.Watching{}
	o.says("Everything is scanned. Waiting for new mail.")
	if len(*told) != 1 {
		t.Errorf("told of nothing new: %q", *told)
	}

	w.events <- imapsync.Reconnecting{At: now(), Offline: true}
	o.says("You seem to be offline. Tried again at 14:00.")
	w.events <- imapsync.Reconnecting{At: now()}
	o.says("The server cannot be reached. Tried again at 14:00.")
	w.events <- imapsync.Watching{}
	o.says("Everything is scanned. Waiting for new mail.")

	o.app.SetWatch(false)
	o.says("Off: new mail is scanned when you choose “Scan again”.")
	if o.app.Watching() || !o.app.CanScan() || o.app.Settings().Watch() {
		t.Errorf("switched off: watching %v, could be scanned %v", o.app.Watching(), o.app.CanScan())
	}
	o.app.SetWatch(true)
	if !o.app.Watching() {
		t.Error("not switched on again")
	}
}

func TestWatchThatEnds(t *testing.T) {
	o, w, _ := opensWatched(t)
	w.broken <- &imapsync.Error{Problem: imapsync.WrongPassword, Doing: "log in"}
	o.until("problem", func() bool { return o.app.WatchProblem() != nil })
	if o.app.Watching() || o.app.Scan().Running || o.app.Problem() != o.app.WatchProblem() || !o.app.CanScan() {
		t.Errorf("watching %v, scan %+v, problem %v", o.app.Watching(), o.app.Scan(), o.app.Problem())
	}
	o.says("Off: new mail is scanned when you choose “Scan again”.")
}

// Of several mailboxes, one that cannot be watched any more is told of at once; the others are watched.
func TestOneOfTheWatchedEnds(t *testing.T) {
	o, w, _ := opensWatched(t)
	w.events <- imapsync.Ended{Err: &account.Error{Address: "me@reader.example", Err: &imapsync.Error{Problem: imapsync.WrongPassword}}}
	o.until("problem", func() bool { return o.app.Problem() != nil })
	if o.app.WatchProblem() != o.app.Problem() || o.app.Problem().SignIn() != "me@reader.example" || !o.app.Watching() {
		t.Errorf("problem %v, watching %v", o.app.WatchProblem(), o.app.Watching())
	}
	w.events <- imapsync.Watching{}
	o.says("Everything is scanned. Waiting for new mail.")
	if o.app.WatchProblem() == nil {
		t.Error("forgotten what is not watched")
	}
}

func TestWatchInAnotherMailbox(t *testing.T) {
	o, w, _ := opensWatched(t)
	w.events <- imapsync.Watching{Instead: "INBOX"}
	o.says("The mailbox that was chosen first cannot be opened. The others are scanned when something arrives in INBOX, and every nine minutes.")
}

func TestCancelledWatch(t *testing.T) {
	o, w, _ := opensWatched(t)
	w.events <- imapsync.Scanning{Progress: imapsync.Progress{Done: 3, Total: 9}}
	o.until("progress", func() bool { return o.app.Scan().Done == 3 })
	o.app.CancelScan()
	if s := o.app.Scan(); s.Running || !s.Cancelled || o.app.Watching() || o.app.WatchProblem() != nil {
		t.Errorf("%+v, watching %v, %v", s, o.app.Watching(), o.app.WatchProblem())
	}
}

func TestWatchTellsOfAFailedScanAndGoesOn(t *testing.T) {
	o, w, _ := opensWatched(t)
	w.events <- imapsync.Scanned{Err: errors.New("a mailbox cannot be opened")}
	o.until("problem", func() bool { return o.app.Problem() != nil })
	w.events <- imapsync.Watching{}
	o.says("Everything is scanned. Waiting for new mail.")
	if !o.app.Watching() {
		t.Error("not watching any more")
	}
}

func TestNothingToWatch(t *testing.T) {
	o := opensLetters(t, nil)
	o.app.SetWatch(true)
	if o.app.CanWatch() || o.app.Watching() || o.app.WatchText() != "This needs a mailbox that was added; it begins when one is open." {
		t.Errorf("can watch %v, watching %v: %q", o.app.CanWatch(), o.app.Watching(), o.app.WatchText())
	}
}
