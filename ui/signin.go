package ui

import (
	"net/url"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/translations"
	"pixelwacht/ui/view"
)

// signInPage adds a mailbox. It shows one step at a time, and everything that was typed stays.
type signInPage struct {
	w     *window
	model *view.SignIn
	root  *container.Scroll
	shown view.SignInStep

	address, server, user *formEntry
	password              *formEntry

	next    *button
	lookUp  *fyne.Container
	asked   *widget.Label
	look    *button
	byHand  *fyne.Container
	login   *fyne.Container
	found   *widget.Label
	howTo   *widget.Label
	page    *button
	change  *button
	withPw  fyne.CanvasObject
	browser *button
	code    *button
	start   *button
	wait    *fyne.Container
	waiting *widget.Label

	enterCode *fyne.Container // what to do with the code
	codePage  *widget.Label
	theCode   *widget.Label

	ownClient      *button // shows what follows
	client         *fyne.Container
	clientID       *formEntry
	clientSecret   *formEntry
	clientIsWanted bool

	problem     *fyne.Container
	what        *widget.Label
	certificate *button
	files       *button
}

func newSignInPage(w *window, model *view.SignIn) *signInPage {
	p := &signInPage{w: w, model: model, shown: -1}
	texts := w.texts
	title := heading(p.title())
	title.SizeName = theme.SizeNameHeadingText

	p.address = newFormEntry(texts.T("window.start.user.example"), p.setAddress, w.back)
	p.address.Text = model.Address()
	p.next = w.strong(texts.T("window.signin.next"), nil, p.setAddress)

	p.asked = wrapped("")
	p.look = w.strong(texts.T("window.signin.look-up"), theme.SearchIcon(), model.LookUp)
	p.lookUp = container.NewVBox(p.asked, buttonRow(p.look, w.button(texts.T("window.signin.by-hand"), nil, model.ByHand)))

	p.found = wrapped("")
	p.found.TextStyle.Bold = true
	p.howTo = wrapped("")
	p.page = w.button(texts.T("window.signin.page"), theme.ComputerIcon(), p.openPage)
	p.change = w.button(texts.T("window.signin.by-hand"), theme.DocumentCreateIcon(), model.ByHand)
	p.change.Importance = widget.LowImportance
	p.server = newFormEntry(texts.T("window.start.server.example"), p.signIn, w.back)
	p.user = newFormEntry(texts.T("window.start.user.example"), p.signIn, w.back)
	p.byHand = container.NewVBox(field(texts.T("window.start.server"), p.server), field(texts.T("window.start.user"), p.user))
	p.password = newFormEntry("", p.signIn, w.back)
	p.password.Password = true
	p.start = w.strong(texts.T("window.start.scan"), theme.LoginIcon(), p.signIn)
	memory := wrapped(model.Memory())
	memory.Importance = widget.LowImportance
	p.withPw = container.NewVBox(field(texts.T("window.start.password"), p.password), memory, buttonRow(p.start))
	p.browser = w.button(texts.T("window.signin.browser"), theme.LoginIcon(), model.StartInBrowser)
	p.code = w.button(texts.T("window.signin.code"), theme.ComputerIcon(), model.StartWithCode)
	p.login = container.NewVBox(p.found, p.howTo, buttonRow(p.page), buttonRow(p.change), p.byHand, buttonRow(p.browser, p.code), p.withPw, p.newClient())

	p.waiting = widget.NewLabel("")
	busy := widget.NewActivity()
	busy.Start()
	p.wait = container.NewHBox(busy, p.waiting, w.button(texts.T("window.dismiss"), theme.CancelIcon(), model.Cancel))

	p.codePage = wrapped("")
	p.theCode = heading("")
	p.theCode.SizeName, p.theCode.Selectable = theme.SizeNameHeadingText, true
	p.enterCode = container.NewVBox(p.codePage, p.theCode, buttonRow(
		w.strong(texts.T("window.signin.code.open"), theme.ComputerIcon(), p.openCodePage),
		w.button(texts.T("window.signin.code.copy"), theme.ContentCopyIcon(), func() {
			code, _ := model.Code()
			w.p.App.Clipboard().SetContent(code)
		})))

	p.what = wrapped("")
	p.certificate = w.button(texts.T("window.signin.trust"), theme.WarningIcon(), p.trust)
	copyDetails := w.button(texts.T("window.problem.copy-details"), theme.ContentCopyIcon(), func() {
		w.p.App.Clipboard().SetContent(model.Problem().Details())
	})
	p.files = w.button(texts.T("window.saving.instead"), theme.FileIcon(), w.showSaving)
	mark := container.NewVBox(container.NewPadded(widget.NewIcon(theme.NewErrorThemedResource(theme.WarningIcon()))))
	p.problem = container.NewVBox(card(container.NewBorder(nil, nil, mark, nil,
		container.NewVBox(p.what, buttonRow(p.certificate, copyDetails, p.files)))))

	form := card(container.NewVBox(
		container.NewBorder(nil, nil, nil, p.next, field(texts.T("window.signin.address"), p.address)),
		p.lookUp, p.login, p.enterCode, p.wait))
	promises := container.NewVBox()
	for _, text := range view.Promises(texts) {
		promises.Add(promise(text))
	}
	p.root = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(10, 12, 16, 16),
		cards(title, p.problem, form, group(texts.T("window.start.promises"), promises))))
	return p
}

// newClient is where people give a client ID of their own.
func (p *signInPage) newClient() fyne.CanvasObject {
	texts := p.w.texts
	taken := func(string) { p.model.SetClient(p.clientID.Text, p.clientSecret.Text) }
	p.clientID = newFormEntry("", p.model.StartInBrowser, p.w.back)
	p.clientID.Text = p.model.Client()
	p.clientSecret = newFormEntry(texts.T("window.signin.client.secret.example"), p.model.StartInBrowser, p.w.back)
	p.clientSecret.Password = true
	p.clientID.OnChanged, p.clientSecret.OnChanged = taken, taken
	p.ownClient = p.w.button(texts.T("window.signin.client"), theme.MenuDropDownIcon(), func() {
		p.clientIsWanted = !p.clientIsWanted
		p.update(view.SignInChanged)
		if p.clientIsWanted {
			p.w.focus(p.clientID)
		}
	})
	p.ownClient.Importance = widget.LowImportance
	p.client = container.NewVBox(wrapped(texts.T("window.signin.client.about")),
		field(texts.T("window.signin.client.id"), p.clientID), field(texts.T("window.signin.client.secret"), p.clientSecret))
	return container.NewVBox(buttonRow(p.ownClient), p.client)
}

// field is an entry under its name.
func field(name string, entry fyne.CanvasObject) fyne.CanvasObject {
	return container.New(columnLayout{columns: []column{{min: 150}, {min: 200, share: 1}}}, widget.NewLabel(name), entry)
}

func (p *signInPage) setAddress() { p.model.SetAddress(p.address.Text) }

func (p *signInPage) signIn() {
	if p.address.Text != p.model.Address() {
		p.setAddress() // it was changed: the server may be another one
		return
	}
	p.model.Start(p.server.Text, p.user.Text, p.password.Text)
}

func (p *signInPage) openPage() {
	_, page := p.model.HowTo()
	p.browse(page)
}

func (p *signInPage) openCodePage() {
	_, page := p.model.Code()
	p.browse(page)
}

// browse shows a page in the system's browser.
func (p *signInPage) browse(page string) {
	u, err := url.Parse(page)
	if err == nil {
		err = p.w.p.App.OpenURL(u)
	}
	if err != nil {
		p.w.tell(err)
	}
}

// trust asks once more before a certificate is trusted that nobody vouches for.
func (p *signInPage) trust() {
	texts := p.w.texts
	p.w.askText(texts.T("window.signin.trust"), texts.T("window.signin.trust.sure", translations.Args{"Fingerprint": p.model.Fingerprint()}),
		texts.T("window.signin.trust.yes"), p.model.Trust)
}

func (p *signInPage) title() string {
	if p.model.Again() {
		return p.w.texts.T("window.signin.again")
	}
	return p.w.texts.T("window.signin")
}
func (p *signInPage) object() fyne.CanvasObject { return p.root }
func (p *signInPage) scroll() *container.Scroll { return p.root }

// left stops asking: whoever is gone cannot see the answer.
func (p *signInPage) left() { p.model.Cancel() }

func (p *signInPage) entered() {
	p.shown = -1
	p.update(view.SignInChanged)
}

func (p *signInPage) update(c view.Change) {
	if c&view.SignInChanged == 0 {
		return
	}
	m, texts := p.model, p.w.texts
	step, busy := m.Step(), m.Busy()
	known := step == view.AskPassword || step == view.AskServer || step == view.SigningIn
	show(p.next, step == view.AskAddress)
	show(p.lookUp, step == view.AskLookUp)
	p.asked.SetText(texts.T("window.signin.unknown", translations.Args{"Domain": m.Domain()}))
	show(p.login, known)
	show(p.wait, busy)
	p.waiting.SetText(texts.T("window.signin.waiting"))
	if step == view.LookingUp {
		p.waiting.SetText(texts.T("window.signin.looking", translations.Args{"Domain": m.Domain()}))
	}

	if step == view.AskMailboxes {
		choice := m.Mailboxes()
		p.w.replace(func() page { return newMailboxesPage(p.w, choice) })
		return
	}

	has, only := m.HasBrowser()
	found := m.Found()
	howTo, page := m.HowTo()
	p.found.SetText(found)
	p.howTo.SetText(howTo)
	show(p.found, found != "")
	show(p.howTo, howTo != "")
	show(p.page, page != "")
	show(p.change, found != "" && step == view.AskPassword)
	show(p.byHand, step == view.AskServer || known && found == "")
	show(p.browser, has)
	show(p.withPw, !only)
	show(p.code, m.HasCode())
	takes, needs := m.TakesClient()
	wanted := p.clientIsWanted || needs && only || m.Client() != ""
	show(p.ownClient, takes && !wanted)
	show(p.client, takes && wanted)
	enable(!busy, p.start, p.browser, p.code)
	code, codePage := m.Code()
	show(p.enterCode, busy && code != "")
	p.theCode.SetText(code)
	p.codePage.SetText(texts.T("window.signin.code.enter", translations.Args{"Page": codePage}))
	p.browser.Importance = widget.MediumImportance
	if only && has {
		p.browser.Importance = widget.HighImportance
	}
	p.browser.Refresh()

	problem := m.Problem()
	show(p.problem, problem != nil)
	if problem != nil {
		p.what.SetText(problem.What(texts) + " " + problem.Next(texts))
	}
	show(p.certificate, m.Fingerprint() != "")
	show(p.files, problem != nil)

	if step != p.shown {
		p.shown = step
		p.step(step)
	}
}

// step fills in what is known, and puts the keyboard where something is to be done.
func (p *signInPage) step(step view.SignInStep) {
	if step == view.AskPassword || step == view.AskServer && p.server.Text == "" {
		p.server.SetText(p.model.Server())
		p.user.SetText(p.model.User())
	}
	has, only := p.model.HasBrowser()
	known := step == view.AskPassword || step == view.AskServer
	if p.model.Problem() != nil {
		p.root.ScrollToTop() // where it says so
	}
	switch {
	case known && p.model.Fingerprint() != "":
		p.w.focus(p.certificate)
	case known && p.model.Problem() != nil && !p.model.DoubtsServer() && !only:
		p.w.focus(p.password)
		p.password.TypedShortcut(&fyne.ShortcutSelectAll{}) // what is typed takes the place of what was refused
	case step == view.AskAddress:
		p.w.focus(p.address)
	case step == view.AskLookUp:
		p.w.focus(p.look)
	case step == view.AskPassword && only && has:
		p.w.focus(p.browser)
	case step == view.AskPassword && only:
		p.w.focus(p.clientID)
	case step == view.AskPassword:
		p.w.focus(p.password)
	case step == view.AskServer:
		p.w.focus(p.server)
	}
}

func enable(on bool, buttons ...*button) {
	for _, b := range buttons {
		if on {
			b.Enable()
		} else {
			b.Disable()
		}
	}
}

// addMailbox shows the page that adds one.
func (w *window) addMailbox() {
	model := w.model.NewSignIn()
	w.push(func() page { return newSignInPage(w, model) })
}

// signInAgain shows the page that signs in to a mailbox which was added.
func (w *window) signInAgain(address string) {
	w.model.Dismiss() // what asked for it
	model := w.model.SignInAgain(address)
	w.push(func() page { return newSignInPage(w, model) })
}
