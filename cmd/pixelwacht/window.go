//go:build !nogui

package main

import (
	"context"
	"errors"
	"net/url"
	"os"
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"github.com/go-gl/glfw/v3.4/glfw"

	"pixelwacht/detector"
	"pixelwacht/detector/block"
	"pixelwacht/imapsync/demo"
	"pixelwacht/imapsync/keyring"
	"pixelwacht/imapsync/mailfile"
	"pixelwacht/ui"
	"pixelwacht/ui/view"
)

// appID names the program to the desktop, as FyneApp.toml does.
const appID = "org.pixelwacht.Pixelwacht"

// canOpenWindow reports whether the program has a window and a display to open it on. It must be called on the main
// goroutine.
func canOpenWindow() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return false
	}
	// A display can be named and not be there, or refuse this user, as after sudo: the toolkit panics then. It begins
	// anew itself, with its own choice between X11 and Wayland.
	if err := glfw.Init(); err != nil {
		return false
	}
	glfw.Terminate()
	return true
}

// openWindow opens the window, with the demo mailbox where that was asked for, and returns when it is closed.
func (p *program) openWindow(ctx context.Context, openDemo bool) error {
	if !canOpenWindow() {
		return &failure{status: statusFailed, what: p.texts.T("cli.error.no-display"), next: p.texts.T("cli.error.no-display.next")}
	}
	a := newApp()
	params := p.windowParams(ctx, a)
	params.Demo = openDemo
	return ui.Run(ctx, params)
}

// newApp is the program to the toolkit. It must be called on the main goroutine.
func newApp() fyne.App {
	putWindowFirst()
	app.SetMetadata(fyne.AppMetadata{ID: appID, Name: "Pixelwacht", Version: version(), Build: 1})
	return app.NewWithID(appID)
}

// windowParams are the parts that the window is made of.
func (p *program) windowParams(ctx context.Context, a fyne.App) ui.Params {
	sys := system{p.dataDir, p.catalogue()}
	d := detector.New(sys.catalogue)
	open := func(u *url.URL) (err error) {
		fyne.DoAndWait(func() { err = a.OpenURL(u) }) // a browser has the priority of the thread that starts it
		return err
	}
	accounts := mailAccounts{program: p, keyring: keyring.New(), detector: d, open: open}
	o := opener{program: p, ctx: ctx, detector: d, accounts: accounts}
	return ui.Params{
		App:      a,
		Language: p.chosenLanguage(),
		Version:  version(),
		HasTray:  hasTray(),
		Model: view.Params{
			Blocker:    block.Blocker{Mode: block.All, Detector: d},
			System:     sys,
			Forget:     accounts.removeAll,
			Accounts:   accounts,
			Notify:     func(title, text string) { a.SendNotification(fyne.NewNotification(title, text)) },
			OpenStored: o.stored,
			OpenDemo:   o.demo,
			OpenFiles:  o.files,
		},
	}
}

// chosenLanguage is the language asked for on the command line, "" when none was.
func (p *program) chosenLanguage() string {
	if p.lang == language(nil) {
		return ""
	}
	return p.lang
}

// opener makes sources for the window.
type opener struct {
	*program
	ctx      context.Context // of the whole run: a source outlives the opening of it
	detector *detector.Detector
	accounts mailAccounts
}

// stored is what earlier runs found, with the mailboxes that were added.
func (o opener) stored(ctx context.Context) (view.Opened, error) {
	s, err := o.openStore(ctx)
	if err != nil {
		return view.Opened{}, err
	}
	opened := view.Opened{Store: s, Close: s.Close}
	accounts := o.accounts.in(s)
	list, err := accounts.List(ctx)
	if err != nil {
		return view.Opened{}, errors.Join(err, s.Close())
	}
	if len(list) > 0 {
		opened.Source = &mailboxes{accounts: accounts, store: s, detector: o.detector, texts: o.texts, list: list}
	}
	for _, a := range list {
		opened.Own = append(append(opened.Own, a.Address), a.Own...)
	}
	return opened, nil
}

// demo is the demo mailbox.
func (o opener) demo(context.Context) (view.Opened, error) {
	m, err := openDemo(o.ctx, o.detector)
	if err != nil {
		return view.Opened{}, err
	}
	return view.Opened{Source: m.account, Store: m.store, Own: []string{demo.Recipient}, Demo: true, Close: m.Close}, nil
}

// files are mail files; what is found in them is kept in the user's data folder.
func (o opener) files(ctx context.Context, paths []string) (view.Opened, error) {
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return view.Opened{}, err
		}
	}
	s, err := o.openStore(ctx)
	if err != nil {
		return view.Opened{}, err
	}
	source := &mailfile.Source{Paths: paths, Store: s, Detector: o.detector}
	account, err := source.Account(ctx)
	if err != nil {
		return view.Opened{}, errors.Join(err, s.Close())
	}
	return view.Opened{Source: source, Store: s, Account: account.ID, Close: s.Close}, nil
}
