package view

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/emersion/go-maildir"

	"pixelwacht/detector/block"
	"pixelwacht/imapsync/store"
)

// CopyFormat is how blocked copies of many messages are written into a folder.
type CopyFormat string

// The formats.
const (
	EMLFiles CopyFormat = "eml"     // one file each, which any mail program opens
	Maildir  CopyFormat = "maildir" // a mailbox that mutt, Dovecot, Thunderbird and others read (https://cr.yp.to/proto/maildir.html)
)

// Copies is the writing of blocked copies of many messages into a folder.
type Copies struct {
	Running   bool
	Cancelled bool
	Done      int // messages written
	Total     int // of these, and of those that are missing
	Places    int // that were blocked in them
	Missing   int // messages that are not in the mailbox any more, or too large
	Folder    string

	pace pace
}

// Left is how long the rest takes if it goes on at the pace of the last half minute.
func (c Copies) Left() (d time.Duration, ok bool) {
	if !c.Running || c.Total == 0 {
		return 0, false
	}
	return c.pace.left(c.Total - c.Done - c.Missing)
}

// bulkSource is a source that hands out many messages faster than one by one.
type bulkSource interface {
	RawAll(ctx context.Context, messages []store.Message, yield func(m store.Message, raw []byte, err error) error) error
}

// Copies is the writing of copies that runs or ran last.
func (a *App) Copies() Copies { return a.copies }

// CanWriteCopies reports whether blocked copies of many messages can be written now; where they cannot, why says what to
// do about it.
func (a *App) CanWriteCopies() (ok bool, why string) {
	if a.opened == nil || a.opened.Source == nil {
		return false, a.texts.T("window.copies.no-source")
	}
	return !a.copies.Running, ""
}

// WriteCopies writes blocked copies of the messages that the filter matches into a folder, in the background. Files that
// are there already are never replaced.
func (a *App) WriteCopies(f store.Filter, folder string, format CopyFormat) {
	if ok, _ := a.CanWriteCopies(); !ok {
		return
	}
	o := a.opened
	f.Account = o.Account
	a.copies = Copies{Running: true, Folder: folder}
	a.copiesProblem, a.copiesOf = nil, f
	a.p.Changed(CopiesChanged)
	blocker := a.blocker(&o.Opened)
	ctx, cancel := context.WithCancel(a.ctx)
	a.stopCopies = cancel
	a.using(o, func(context.Context) func() {
		defer cancel()
		done := Copies{Folder: folder}
		var told time.Time
		b, err := blocker(ctx)
		if err != nil {
			return func() { a.copiesEnded(o, done, err) }
		}
		err = writeCopies(ctx, o, f, b, folder, format, a.copyName, func(c Copies) {
			done = c
			if time.Since(told) < a.p.Interval {
				return
			}
			told = time.Now()
			a.post(func() {
				if a.opened == o {
					c.pace = a.copies.pace
					c.pace.add(a.p.Now(), c.Done+c.Missing)
					a.copies = c
					a.p.Changed(CopiesChanged)
				}
			})
		})
		err = errors.Join(err, count(o, a.p.Now(), store.Blocked{Messages: done.Done, Places: done.Places}))
		return func() { a.copiesEnded(o, done, err) }
	})
}

func (a *App) copiesEnded(o *openSource, c Copies, err error) {
	if a.opened != o {
		return
	}
	c.Running = false
	c.Cancelled = errors.Is(err, context.Canceled)
	a.copies = c
	if err != nil && !c.Cancelled {
		a.copiesProblem = newProblem(problemCopy, err)
	}
	a.readKept()
	a.p.Changed(CopiesChanged)
}

// CancelCopies stops the writing of copies. What is written stays.
func (a *App) CancelCopies() {
	if a.copies.Running {
		a.stopCopies()
	}
}

// CopiesProblem is why the last writing of copies stopped, nil where it did not.
func (a *App) CopiesProblem() *Problem { return a.copiesProblem }

// CopiesText is how far the writing of copies is, or what came of it, in one line; empty when there was none.
func (a *App) CopiesText() string {
	c := a.copies
	values := args("Done", a.number(c.Done), "Total", a.number(c.Total), "Places", a.number(c.Places), "Folder", c.Folder)
	var text string
	switch {
	case c.Folder == "" || a.copiesProblem != nil && c.Done == 0:
		return ""
	case c.Running && c.Total == 0:
		return a.texts.T("window.copies.starting")
	case c.Running:
		text = a.texts.N("window.copies.progress", c.Total, values)
		if left, ok := c.Left(); ok {
			text += ", " + a.timeLeft(left)
		}
		return text
	case c.Cancelled:
		text = a.texts.N("window.copies.cancelled", c.Done, values)
	default:
		text = a.texts.N("window.copies.done", c.Done, values)
	}
	if c.Missing > 0 {
		text += " " + a.texts.N("window.copies.missing", c.Missing, args("Number", a.number(c.Missing)))
	}
	return text
}

func writeCopies(ctx context.Context, o *openSource, f store.Filter, b block.Blocker, folder string, format CopyFormat, name func(store.Message) string, report func(Copies)) error {
	messages, err := o.Store.Messages(ctx, f)
	if err != nil {
		return err
	}
	write := emlWriter(folder, name)
	if format == Maildir {
		if err := maildir.Dir(folder).Init(); err != nil {
			return err
		}
		write = func(_ store.Message, content []byte) error { return deliver(folder, content) }
	}
	var there []store.Message
	c := Copies{Running: true, Folder: folder}
	for _, m := range messages {
		if m.Gone {
			c.Missing++
		} else {
			there = append(there, m)
		}
	}
	c.Total = len(messages)
	report(c)
	return rawAll(ctx, o.Source, there, func(m store.Message, raw []byte, err error) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err != nil {
			c.Missing++
			report(c)
			return nil
		}
		made := b.Message(raw, o.Own...)
		if len(made.Bytes) != len(raw) {
			return errors.New("the blocked copy differs in length from the original")
		}
		if err := write(m, made.Bytes); err != nil {
			return err
		}
		c.Done++
		c.Places += made.Blocked + made.Closed
		report(c)
		return nil
	})
}

// rawAll reads messages over one connection where the source can do so.
func rawAll(ctx context.Context, s Source, messages []store.Message, yield func(store.Message, []byte, error) error) error {
	if b, ok := s.(bulkSource); ok {
		return b.RawAll(ctx, messages, yield)
	}
	for _, m := range messages {
		raw, err := s.Raw(ctx, m)
		if err := yield(m, raw, err); err != nil {
			return err
		}
	}
	return nil
}

// emlWriter writes each message into a file of its own, under a name that says what it is.
func emlWriter(folder string, name func(store.Message) string) func(store.Message, []byte) error {
	used := make(map[string]int)
	return func(m store.Message, content []byte) error {
		base := strings.TrimSuffix(name(m), ".eml")
		for {
			used[base]++
			n := used[base]
			path := filepath.Join(folder, base+".eml")
			if n > 1 {
				path = filepath.Join(folder, fmt.Sprintf("%s-%d.eml", base, n))
			}
			f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if errors.Is(err, os.ErrExist) {
				continue
			}
			if err != nil {
				return err
			}
			_, err = f.Write(content)
			if err := errors.Join(err, f.Close()); err != nil {
				return errors.Join(err, os.Remove(path))
			}
			return nil
		}
	}
}

// deliver puts a message into a Maildir, whole or not at all.
func deliver(folder string, content []byte) error {
	d, err := maildir.NewDelivery(folder)
	if err != nil {
		return err
	}
	if _, err := d.Write(content); err != nil {
		return errors.Join(err, d.Abort())
	}
	return d.Close()
}

// copyName is the file name to offer for the blocked copy of a message.
func (a *App) copyName(m store.Message) string {
	var b strings.Builder
	if !m.Date.IsZero() {
		b.WriteString(m.Date.In(a.p.Now().Location()).Format("2006-01-02"))
	}
	for _, word := range strings.FieldsFunc(m.Subject, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if b.Len()+len(word) > 60 {
			break
		}
		if b.Len() > 0 {
			b.WriteByte('-')
		}
		b.WriteString(word)
	}
	if b.Len() == 0 {
		b.WriteString(a.texts.T("window.copy.name"))
	}
	return b.String() + "-" + a.texts.T("window.copy.suffix") + ".eml"
}

// count adds to what was blocked so far, also when the rest of the work was cancelled.
func count(o *openSource, at time.Time, b store.Blocked) error {
	if b.Messages == 0 {
		return nil
	}
	return o.Store.AddBlocked(context.Background(), at, b)
}

// addBlocked adds to what was blocked so far, in the background.
func (a *App) addBlocked(o *openSource, b store.Blocked) {
	a.using(o, func(context.Context) func() {
		err := count(o, a.p.Now(), b)
		return func() {
			if err != nil {
				a.problem = newProblem(problemStore, err)
				a.p.Changed(ScanChanged)
			}
			a.readKept()
		}
	})
}

// BlockedText says what was blocked so far, on this computer.
func (a *App) BlockedText() string {
	b := a.blocked
	if b.Messages == 0 {
		return a.texts.T("window.blocked.none")
	}
	return a.texts.N("window.blocked.places", b.Places, args("Places", a.number(b.Places),
		"Messages", a.texts.N("window.blocked.messages", b.Messages, args("Number", a.number(b.Messages)))))
}
