package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"pixelwacht/assets/translations"
	"pixelwacht/ui/view"
)

// accountSettings list the mailboxes that were added.
type accountSettings struct {
	w    *window
	list *fyne.Container
}

func (s *accountSettings) build() fyne.CanvasObject {
	w, texts := s.w, s.w.texts
	s.list = cards()
	w.model.ReadAccounts()
	add := w.strong(texts.T("window.menu.mailbox"), theme.ContentAddIcon(), w.addMailbox)
	return cards(container.NewHBox(add), s.list)
}

func (s *accountSettings) update(c view.Change) {
	if c&view.AccountsChanged == 0 {
		return
	}
	w, texts := s.w, s.w.texts
	s.list.RemoveAll()
	rows := w.model.Accounts()
	for _, row := range rows {
		server := widget.NewLabel(row.Server)
		server.Importance = widget.LowImportance
		test := w.button(texts.T("window.accounts.test"), theme.ConfirmIcon(), func() { w.model.TestAccount(row.Address) })
		choose := w.button(texts.T("window.accounts.choose"), theme.ListIcon(), func() { w.chooseMailboxes(row.Address) })
		again := w.button(texts.T("window.signin.again"), theme.LoginIcon(), func() { w.signInAgain(row.Address) })
		remove := w.button(texts.T("window.accounts.remove"), theme.DeleteIcon(), func() { s.remove(row.Address) })
		body := container.NewVBox(heading(row.Address), server, buttonRow(choose, again), buttonRow(test, remove)) // in two rows: the four are wider than a small window
		if row.Result != "" {
			result := wrapped(row.Result)
			if row.Failed {
				result.Importance = widget.DangerImportance
			}
			body.Add(result)
		}
		s.list.Add(card(body))
	}
	if len(rows) == 0 {
		s.list.Add(card(wrapped(texts.T("window.accounts.none"))))
	}
}

// chooseMailboxes shows the page that chooses what is scanned of an account.
func (w *window) chooseMailboxes(address string) {
	model := w.model.MailboxesOf(address)
	w.push(func() page { return newMailboxesPage(w, model) })
}

func (s *accountSettings) remove(address string) {
	texts := s.w.texts
	s.w.askText(texts.T("window.accounts.remove"), texts.T("window.accounts.remove.sure", translations.Args{"Address": address}),
		texts.T("window.accounts.remove"), func() { s.w.model.RemoveAccount(address) })
}

// watchSettings say whether new mail is scanned as it arrives.
type watchSettings struct {
	w      *window
	toggle *toggle
	state  *widget.Label
}

func (s *watchSettings) build() fyne.CanvasObject {
	w, texts := s.w, s.w.texts
	s.toggle = newToggle(w, texts.T("window.watch.on"), w.model.Settings().Watch(), w.model.SetWatch)
	s.state = wrapped("")
	return cards(group(texts.T("window.watch"), wrapped(texts.T("window.watch.about")), s.toggle.object, s.state))
}

func (s *watchSettings) update(view.Change) {
	m := s.w.model
	text := m.WatchText()
	s.state.Importance = widget.MediumImportance
	if p := m.WatchProblem(); p != nil {
		s.state.Importance = widget.DangerImportance
		text = p.What(s.w.texts) + " " + p.Next(s.w.texts)
	}
	s.state.SetText(text)
	s.toggle.set(m.Settings().Watch())
}
