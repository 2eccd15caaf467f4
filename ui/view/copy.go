package view

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"pixelwacht/detector/block"
	"pixelwacht/detector/message"
	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

// CanSave reports whether a blocked copy can be made now; where it cannot, why says what to do about it.
func (p *MessagePage) CanSave() (ok bool, why string) {
	switch {
	case p.opened == nil || p.opened != p.app.opened || p.opened.Source == nil:
		return false, p.app.texts.T("window.copy.no-source")
	case p.message.Gone:
		return false, p.app.texts.T("window.copy.gone")
	}
	return !p.busy, ""
}

// CopyName is the file name to offer for the blocked copy.
func (p *MessagePage) CopyName() string { return p.app.copyName(p.message) }

// MakeCopy makes the blocked copy in the background and then calls done with it. Nothing is done after a failure,
// which SaveResult tells.
func (p *MessagePage) MakeCopy(done func(Copy)) {
	if ok, _ := p.CanSave(); !ok {
		return
	}
	p.busy, p.saved, p.saveError = true, "", nil
	p.app.p.Changed(MessageChanged)
	blocker := p.app.blocker(&p.opened.Opened)
	p.app.using(p.opened, func(ctx context.Context) func() {
		raw, err := p.opened.Source.Raw(ctx, p.message)
		var c Copy
		var b block.Blocker
		if err == nil {
			b, err = blocker(ctx)
		}
		if err == nil {
			made := b.Message(raw, p.opened.Own...)
			c = Copy{
				bytes: made.Bytes, blocked: made.Blocked, encrypted: made.Encrypted, signed: made.Signed && made.Changed(),
				trusted: made.Mode == block.Trust,
			}
			if len(made.Bytes) != len(raw) {
				err = errors.New("the blocked copy differs in length from the original")
			}
		}
		return func() {
			p.busy = false
			if err != nil {
				p.saveError = newProblem(problemCopy, err)
			}
			p.app.p.Changed(MessageChanged)
			if err == nil {
				done(c)
			}
		}
	})
}

// Copy is a blocked copy that was made and not yet written.
type Copy struct {
	bytes                      []byte
	blocked                    int
	encrypted, signed, trusted bool
}

// Write writes the copy to w in the background and closes w; name is what people call the file.
func (p *MessagePage) Write(c Copy, w io.WriteCloser, name string) {
	p.busy = true
	p.app.p.Changed(MessageChanged)
	p.app.background(func(context.Context) func() {
		_, err := w.Write(c.bytes)
		err = errors.Join(err, w.Close())
		return func() {
			p.busy = false
			if err != nil {
				p.saveError = newProblem(problemCopy, err)
			} else {
				p.saved = p.app.copyText(p.app.texts.N("window.copy.saved", c.blocked, args("Number", p.app.number(c.blocked), "Name", name)), c)
				p.app.addBlocked(p.opened, store.Blocked{Messages: 1, Places: c.blocked})
			}
			p.app.p.Changed(MessageChanged)
		}
	})
}

// CopyFailed tells that no file could be opened for the copy.
func (p *MessagePage) CopyFailed(err error) {
	p.saveError = newProblem(problemCopy, err)
	p.app.p.Changed(MessageChanged)
}

// copyText is text with what else has to be said of a copy.
func (a *App) copyText(text string, c Copy) string {
	if c.trusted {
		text += " " + a.texts.T("window.copy.trusted")
	}
	if c.encrypted {
		text += " " + a.texts.T("window.copy.encrypted")
	}
	if c.signed {
		text += " " + a.texts.T("window.copy.signed")
	}
	return text
}

// SaveResult says what came of the last copy: a sentence, or the problem.
func (p *MessagePage) SaveResult() (saved string, problem *Problem) { return p.saved, p.saveError }

// CopyReader is the kind of program that a blocked copy is opened in.
type CopyReader int

// The kinds.
const (
	MailProgram CopyReader = iota
	Browser
)

// OpenCopy makes the blocked copy, puts it into a temporary file that is removed when the program ends, and then calls
// open with the file's path.
func (p *MessagePage) OpenCopy(in CopyReader, open func(path string) error) {
	p.MakeCopy(func(c Copy) {
		p.busy = true
		name := p.CopyName()
		p.app.background(func(context.Context) func() {
			content := c.bytes
			if in == Browser {
				name = strings.TrimSuffix(name, ".eml") + ".html"
				content = report.WebPage(message.Parse(c.bytes))
			}
			path, err := p.app.temporary(name, content)
			return func() {
				p.busy = false
				if err == nil {
					err = open(path)
				}
				if err != nil {
					p.saveError = newProblem(problemOpenCopy, err)
				} else {
					p.saved = p.app.copyText(p.app.texts.N("window.copy.opened", c.blocked, args("Number", p.app.number(c.blocked))), c)
					p.app.addBlocked(p.opened, store.Blocked{Messages: 1, Places: c.blocked})
				}
				p.app.p.Changed(MessageChanged)
			}
		})
	})
}

// temporary writes a file into a folder of this run, which only its owner may read.
func (a *App) temporary(name string, content []byte) (path string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.folder == "" {
		if a.folder, err = os.MkdirTemp("", "pixelwacht-"); err != nil {
			return "", err
		}
	}
	path = filepath.Join(a.folder, name)
	return path, os.WriteFile(path, content, 0o600)
}
