package view

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"pixelwacht/imapsync/store"
	"pixelwacht/ui/report"
)

// System is what the settings show and change outside of the window.
type System interface {
	// DataFolder is where everything is kept that the program knows.
	DataFolder() string
	// Catalogue is the catalogue of tracking services that is in use.
	Catalogue() Catalogue
	// AddCatalogue checks a file of entries and copies it into the data folder, from where it is used the next time the
	// program starts. It returns how many entries it has, and what is wrong with others.
	AddCatalogue(path string) (entries int, problems []error)
	// Autostart starts the program with the session; nil where the desktop has no way that we know.
	Autostart() Autostart
}

// Catalogue is what the catalogue of tracking services consists of.
type Catalogue struct {
	Version  string
	Services int
	Own      []OwnCatalogue
}

// OwnCatalogue is a file of the user's.
type OwnCatalogue struct {
	Name    string // in the data folder
	Entries int
	Used    bool
}

// Autostart is whether the program starts with the session.
type Autostart interface {
	Enabled() bool
	Enable(bool) error
}

// System is the world outside of the window.
func (a *App) System() System { return a.p.System }

// CatalogueText says which catalogue is in use, one line for each part of it.
func (a *App) CatalogueText() []string {
	c := a.p.System.Catalogue()
	lines := []string{a.texts.N("window.catalogue.services", c.Services, args("Number", a.number(c.Services), "Version", c.Version))}
	for _, own := range c.Own {
		values := args("Name", own.Name)
		if own.Used {
			lines = append(lines, a.texts.N("window.catalogue.own", own.Entries, values))
		} else {
			lines = append(lines, a.texts.T("window.catalogue.unused", values))
		}
	}
	return lines
}

// AddCatalogue adds a file of entries to the catalogue, and says what came of it.
func (a *App) AddCatalogue(path string) string {
	entries, problems := a.p.System.AddCatalogue(path)
	if entries == 0 {
		why := make([]string, len(problems))
		for i, err := range problems {
			why[i] = err.Error()
		}
		return a.texts.T("window.catalogue.refused", args("Why", strings.Join(why, "\n")))
	}
	text := a.texts.N("window.catalogue.added", entries)
	if len(problems) > 0 {
		text += " " + a.texts.N("window.catalogue.problems", len(problems), args("First", problems[0].Error()))
	}
	return text
}

// Flow is a text that was written in lines of a fixed length, in lines as long as the window has room for. Entries of a list
// begin with a code of three letters.
func Flow(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		code, _, _ := strings.Cut(line, " ")
		switch {
		case trimmed == "":
			b.WriteString("\n\n")
		case strings.Trim(trimmed, "=") == "":
		case len(code) == 3 && code == strings.ToUpper(code):
			b.WriteString("\n" + strings.Join(strings.Fields(trimmed), " "))
		default:
			b.WriteString(" " + trimmed)
		}
	}
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "\n ", "\n")
}

// DataSize is how much room the data folder takes, in words.
func (a *App) DataSize() string {
	var octets int64
	err := filepath.WalkDir(a.p.System.DataFolder(), func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil { // a file may go away meanwhile
			octets += info.Size()
		}
		return nil
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return a.texts.T("window.data.empty")
	case err != nil:
		return err.Error()
	case octets < 1<<20:
		return a.texts.T("window.data.kilobytes", args("Number", a.number(int((octets+1023)>>10))))
	}
	return a.texts.T("window.data.megabytes", args("Number", a.number(int((octets+1<<19)>>20))))
}

// Export is what can be exported.
type Export string

// The exports.
const (
	SendersCSV   Export = "senders.csv"
	MessagesJSON Export = "messages.json"
)

// CanExport reports whether there is something to export.
func (a *App) CanExport() bool { return a.opened != nil }

// Export writes what is known to w in the background, closes it, and calls done with what went wrong.
func (a *App) Export(e Export, w io.WriteCloser, done func(error)) {
	o := a.opened
	if o == nil {
		done(w.Close())
		return
	}
	options := report.Options{Texts: a.texts}
	a.using(o, func(ctx context.Context) func() {
		err := errors.Join(export(ctx, o, e, options, w), w.Close())
		return func() { done(err) }
	})
}

func export(ctx context.Context, o *openSource, e Export, options report.Options, w io.Writer) error {
	if e == SendersCSV {
		senders, err := o.Store.Senders(ctx, store.Filter{Account: o.Account})
		if err != nil {
			return err
		}
		options.Format = report.CSV
		return report.Senders(w, options, senders)
	}
	messages, err := o.Store.Messages(ctx, store.Filter{Account: o.Account})
	if err != nil {
		return err
	}
	options.Format = report.JSON
	return report.Messages(w, options, messages)
}

// Forget removes everything the program knows: what was found, accounts, rules and consents. The mailboxes themselves stay
// as they are. It calls done with what went wrong.
func (a *App) Forget(done func(error)) {
	a.CancelScan()
	a.CancelCopies()
	a.background(func(ctx context.Context) func() {
		err := a.p.Forget(ctx)
		return func() {
			if err == nil {
				a.leave()
			}
			done(err)
		}
	})
}

// leave closes the open source. There is nothing to show then.
func (a *App) leave() {
	before := a.opened
	a.problem = nil
	a.reset(nil)
	a.work.Go(func() { _ = before.close() })
	a.p.Changed(SourceChanged)
}
