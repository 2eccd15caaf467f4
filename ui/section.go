package ui

import (
	"fyne.io/fyne/v2"

	"pixelwacht/assets/translations"
)

// section is the name of a part of the window with an entry in the rail; its icon is page-NAME.
type section string

const (
	noSection         section = "" // the first-run page
	overviewSection   section = "overview"
	sendersSection    section = "senders"
	messagesSection   section = "messages"
	protectionSection section = "protection"
	settingsSection   section = "settings"
)

// sectionEntry is an entry of the rail and of the View menu.
type sectionEntry struct {
	section section
	word    func(*translations.Texts) string
	key     fyne.KeyName // with Ctrl
	mail    bool         // before mail is open there is nothing to see there
	build   func(*window) page
}

// sections are the entries in their order. The first one is where the window goes when mail was opened.
func sections() []sectionEntry {
	return []sectionEntry{
		{overviewSection, func(t *translations.Texts) string { return t.T("window.overview") }, fyne.Key1, true,
			func(w *window) page { return newOverviewPage(w) }},
		{sendersSection, func(t *translations.Texts) string { return t.T("window.senders") }, fyne.Key2, true,
			func(w *window) page { return newSendersPage(w) }},
		{messagesSection, func(t *translations.Texts) string { return t.T("window.messages") }, fyne.Key3, true,
			func(w *window) page { return newMessagesPage(w, w.model.Messages()) }},
		{protectionSection, func(t *translations.Texts) string { return t.T("window.protection") }, fyne.Key4, false,
			func(w *window) page { return newProtectionPage(w) }},
		{settingsSection, func(t *translations.Texts) string { return t.T("window.settings") }, fyne.KeyComma, false,
			func(w *window) page { return newSettingsPage(w) }},
	}
}

// showSection shows the first page of a section, and forgets the history.
func (w *window) showSection(s section) {
	for _, e := range sections() {
		if e.section == s && (!e.mail || w.model.IsOpen()) {
			w.home(s, func() page { return e.build(w) })
		}
	}
}

// showHome shows the page that answers the question.
func (w *window) showHome() { w.showSection(sections()[0].section) }

// action is something to do on a page. It stands in the menu, so that it has keys and is found there.
type action struct {
	text     string
	key      fyne.KeyName
	modifier fyne.KeyModifier
	do       func()
	disabled bool
}

// actor is a page with actions of its own. They are asked for when the page comes to the front, and again after
// refreshActions.
type actor interface{ actions() []action }
