package view

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"pixelwacht/assets/translations"
	"pixelwacht/detector/block"
	"pixelwacht/detector/publicbody"
	"pixelwacht/imapsync/store"
)

// Opened is a source together with the store that its messages are in.
type Opened struct {
	Source  Source       // nil when only what was found earlier is there, and there is no way to the messages themselves
	Store   *store.Store // never nil
	Account int64        // the source's account in the store, 0 for all accounts
	Own     []string     // further addresses of the recipient
	Demo    bool         // demo messages carry the hosts of real services and are never handed out unblocked
	Close   func() error // releases the source and its store; may be nil
}

// Params are what the window's model is made with.
type Params struct {
	Texts    *translations.Texts
	Interval time.Duration    // between two reports of a scan's progress; 0 is 250 ms
	Now      func() time.Time // nil is time.Now
	Blocker  block.Blocker    // makes blocked copies; mode and rules are the user's choice

	Preferences Preferences // keep choices between runs
	System      System
	Accounts    Accounts
	Forget      func(ctx context.Context) error // removes everything from the data folder
	Notify      func(title, text string)        // shows a notification of the desktop; called on the owner's goroutine

	// Post runs a function on the goroutine that owns the model, in order, and does not wait for it.
	Post func(func())
	// Changed is called on that goroutine when something that is shown has changed.
	Changed func(Change)

	// The ways to messages. They may block, and return early when ctx ends.
	OpenStored func(ctx context.Context) (Opened, error) // what earlier runs found, and the mailboxes that were added
	OpenDemo   func(ctx context.Context) (Opened, error)
	OpenFiles  func(ctx context.Context, paths []string) (Opened, error)
}

// Change says what is no longer as it was. Changes add up.
type Change uint

// The changes.
const (
	SourceChanged   Change = 1 << iota // another source was opened; what was shown of the one before is void
	ScanChanged                        // the scan's state or progress
	ListChanged                        // rows of a list
	MessageChanged                     // the preview of a message, or the result of saving a copy
	RulesChanged                       // the rules for single senders, or what was blocked so far
	CopiesChanged                      // the writing of blocked copies
	AccountsChanged                    // the mailboxes that were added
	SignInChanged                      // the adding of a mailbox
	WatchChanged                       // the waiting for new mail
)

// App is the model of the whole window: which source is open, what its scan is doing, and the pages' models.
//
// It belongs to one goroutine, the one that Params.Post runs functions on: all its methods are called there, none of
// them blocks, and work that takes time runs on goroutines of its own, whose results arrive through Post.
type App struct {
	p        Params
	texts    *translations.Texts
	opened   *openSource
	opening  bool
	problem  *Problem
	scan     Scan
	stopScan context.CancelFunc

	rules         block.Rules   // of the open source's store
	blocked       store.Blocked // likewise
	accounts      accountList
	watch         watchState
	copies        Copies
	copiesProblem *Problem
	copiesOf      store.Filter // the messages of the copies
	stopCopies    context.CancelFunc

	public   *publicbody.List
	overview *Overview
	senders  *SenderList
	messages *MessageList
	shown    loader
	mail     int // how often what there is to show has changed
	loading  bool
	reload   bool // there is more to read since the running load began

	ctx    context.Context // of the App's life
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu      sync.Mutex
	pending *openSource // opened, and on its way to the owner, who may never get it
	folder  string      // of temporary files, "" while there are none
}

// openSource is a source that is open, and the work that uses it.
type openSource struct {
	Opened
	users sync.WaitGroup // added to by the owner only while it is the open source
}

// close closes the source once nobody uses it any more.
func (o *openSource) close() error {
	if o == nil {
		return nil
	}
	o.users.Wait()
	if o.Close == nil {
		return nil
	}
	return o.Close()
}

// loader is what reads what a page shows from the store.
type loader interface {
	// reader is called on the owner's goroutine. What it returns runs on another one, and what that returns puts what was
	// read in place, on the owner's again.
	reader(o *Opened) reader
}

type reader func(ctx context.Context) (apply func(), err error)

// New returns the model. Its work ends with ctx. Close it when the window is gone.
func New(ctx context.Context, p Params) *App {
	if p.Interval == 0 {
		// Each report has the whole window painted anew, which costs a scan dearly where a processor does it.
		p.Interval = 250 * time.Millisecond
	}
	if p.Now == nil {
		p.Now = time.Now
	}
	a := &App{p: p, texts: p.Texts, public: publicbody.Builtin()}
	a.ctx, a.cancel = context.WithCancel(ctx)
	a.overview = &Overview{app: a}
	a.senders = newSenderList(a)
	a.messages = newMessageList(a, store.Filter{})
	return a
}

// Stop tells all work to end. Nothing is posted any more. It may be called more than once.
func (a *App) Stop() { a.cancel() }

// Close ends all work, waits for it, and closes the source. It may be called from any goroutine, once, when nobody
// uses the model any more. What a scan had found by then is in the store.
func (a *App) Close() error {
	a.Stop()
	a.work.Wait()
	o := a.opened
	a.opened = nil
	return errors.Join(o.close(), a.swapPending(nil).close(), a.removeTemporary())
}

// removeTemporary removes the copies that were made to be looked at.
func (a *App) removeTemporary() error {
	if a.folder == "" {
		return nil
	}
	return os.RemoveAll(a.folder)
}

// swapPending puts o in the place of the source that is on its way to the owner, and returns that.
func (a *App) swapPending(o *openSource) *openSource {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.pending
	a.pending = o
	return before
}

// Texts are the words of the language that was chosen.
func (a *App) Texts() *translations.Texts { return a.texts }

// Settings are the user's choices.
func (a *App) Settings() Settings { return NewSettings(a.p.Preferences) }

// SetLanguage changes the language. Everything that was shown has to be built anew.
func (a *App) SetLanguage(lang string) {
	a.Settings().SetLanguage(lang)
	a.SetTexts(translations.New(lang))
}

// SetTexts is SetLanguage with words of one's own, for this run.
func (a *App) SetTexts(texts *translations.Texts) {
	a.texts = texts
	a.messages.translate()
}

// Opening reports whether a source is being opened.
func (a *App) Opening() bool { return a.opening }

// IsOpen reports whether there is something to show.
func (a *App) IsOpen() bool { return a.opened != nil }

// SourceName is what people call the open source.
func (a *App) SourceName() string {
	switch {
	case a.opened == nil:
		return ""
	case a.opened.Demo:
		return a.texts.T("window.source.demo")
	case a.opened.Source == nil:
		return a.texts.T("window.source.stored")
	}
	return a.opened.Source.Name()
}

// Problem is what went wrong last, nil when nothing did or it was dismissed.
func (a *App) Problem() *Problem { return a.problem }

// Dismiss takes the last problem away.
func (a *App) Dismiss() {
	a.problem = nil
	a.p.Changed(ScanChanged)
}

// background runs f on a goroutine of its own and then what it returns on the owner's.
func (a *App) background(f func(ctx context.Context) func()) {
	a.work.Go(func() {
		a.post(f(a.ctx))
	})
}

// using is background for work that uses a source, which stays open until f is done. A source that is no longer the
// open one may be closed already: nothing is done with it.
func (a *App) using(o *openSource, f func(ctx context.Context) func()) {
	if a.opened != o {
		return
	}
	o.users.Add(1)
	a.background(func(ctx context.Context) func() {
		defer o.users.Done()
		return f(ctx)
	})
}

// post runs f on the owner's goroutine, unless all work has been told to end by then: there may be no window any more.
func (a *App) post(f func()) {
	if a.ctx.Err() != nil {
		return
	}
	a.p.Post(func() {
		if a.ctx.Err() == nil {
			f()
		}
	})
}

// OpenStored shows what earlier runs found, where there is any.
func (a *App) OpenStored() {
	if a.p.OpenStored == nil {
		return
	}
	a.ReadAccounts()
	a.open(opening{failed: problemStore, quiet: true}, a.p.OpenStored)
}

// OpenDemo opens the demo mailbox and scans it.
func (a *App) OpenDemo() { a.open(opening{failed: problemDemo, scan: true}, a.p.OpenDemo) }

// OpenFiles opens mail files, or folders of them, and scans them.
func (a *App) OpenFiles(paths []string) {
	if len(paths) == 0 {
		return
	}
	a.open(opening{failed: problemFiles, scan: true}, func(ctx context.Context) (Opened, error) {
		return a.p.OpenFiles(ctx, paths)
	})
}

// OpenMailboxes opens the mailboxes that were added, and scans them.
func (a *App) OpenMailboxes() {
	a.ReadAccounts()
	a.open(opening{failed: problemStore, scan: true}, a.p.OpenStored)
}

type opening struct {
	failed problemKind
	scan   bool // scan it at once
	quiet  bool // an empty store is not worth showing
}

func (a *App) open(how opening, open func(context.Context) (Opened, error)) {
	if a.opening {
		return
	}
	a.CancelScan()
	a.stopWatch()
	a.CancelCopies()
	a.opening, a.problem = true, nil
	a.p.Changed(ScanChanged)
	a.background(func(ctx context.Context) func() {
		o, err := open(ctx)
		if err != nil {
			return func() {
				a.opening = false
				a.problem = newProblem(how.failed, err)
				a.p.Changed(ScanChanged)
			}
		}
		damaged := damage(o)
		if ctx.Err() != nil || how.quiet && o.Source == nil && isEmpty(ctx, o) {
			err := (&openSource{Opened: o}).close()
			return func() {
				a.opening, a.problem = false, damaged
				if err != nil {
					a.problem = newProblem(problemStore, err)
				}
				if a.opened != nil {
					a.leave() // what it showed is gone
				}
				a.p.Changed(ScanChanged)
			}
		}
		a.swapPending(&openSource{Opened: o})
		return func() {
			a.opening, a.problem = false, damaged
			a.replace(a.swapPending(nil))
			if !a.startWatch() && how.scan {
				a.Rescan()
			}
			a.p.Changed(SourceChanged)
		}
	})
}

// damage says where the damaged database is that the store of o has replaced; it is nil when there is none.
func damage(o Opened) *Problem {
	if path := o.Store.Damaged(); path != "" {
		return newProblem(problemDamaged, errors.New(path))
	}
	return nil
}

func isEmpty(ctx context.Context, o Opened) bool {
	senders, err := o.Store.Senders(ctx, store.Filter{Account: o.Account})
	return err == nil && len(senders) == 0
}

// replace makes o the open source. The one before it is closed once nobody uses it any more.
func (a *App) replace(o *openSource) {
	before := a.opened
	a.work.Go(func() {
		// Its store held results that are on disk; that closing failed changes nothing for the new source.
		_ = before.close()
	})
	a.reset(o)
	a.readKept()
}

// reset makes o, or nothing, the open source, of which nothing is known yet.
func (a *App) reset(o *openSource) {
	a.opened, a.scan = o, Scan{}
	a.overview, a.senders, a.messages = &Overview{app: a}, newSenderList(a), newMessageList(a, store.Filter{})
	a.shown, a.rules, a.blocked = nil, nil, store.Blocked{}
	a.copies, a.copiesProblem, a.watch = Copies{}, nil, watchState{}
}

// Show makes l what is kept up to date, and reads it.
func (a *App) Show(l loader) {
	a.shown = l
	a.refresh()
}

// refresh reads what is shown again: there may be other mail, or another verdict.
func (a *App) refresh() {
	a.mail++
	a.load()
}

// load reads what is shown, in the background. While a load runs, one more is remembered at most.
func (a *App) load() {
	if a.loading {
		a.reload = true
		return
	}
	if a.shown == nil || a.opened == nil {
		return
	}
	a.loading, a.reload = true, false
	o := a.opened
	read := a.shown.reader(&o.Opened)
	a.using(o, func(ctx context.Context) func() {
		apply, err := read(ctx)
		return func() {
			a.loading = false
			switch {
			case a.opened != o: // of a source that is no longer open
			case err != nil:
				a.failed(problemStore, err)
			default:
				apply()
				a.p.Changed(ListChanged)
			}
			if a.reload {
				a.load()
			}
		}
	})
}

// failed tells of what went wrong, unless that was asked for.
func (a *App) failed(kind problemKind, err error) {
	if !errors.Is(err, context.Canceled) {
		a.problem = newProblem(kind, err)
		a.p.Changed(ScanChanged)
	}
}

// Overview is the model of the page that answers the question.
func (a *App) Overview() *Overview { return a.overview }

// Senders is the model of the senders' page.
func (a *App) Senders() *SenderList { return a.senders }

// Messages is the model of the page of all messages.
func (a *App) Messages() *MessageList { return a.messages }

// MessagesOf returns a new list of the messages of one sender.
func (a *App) MessagesOf(address string) *MessageList {
	return newMessageList(a, store.Filter{Sender: &address})
}

// MessagesBy returns a new list of the messages that a company is behind.
func (a *App) MessagesBy(company string) *MessageList {
	return newMessageList(a, store.Filter{Company: company})
}
