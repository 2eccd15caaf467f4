package imapsync_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pixelwacht/imapsync"
)

// A server that does not say what mailboxes are for gives them the names that mail programs know. Of a purpose that the
// server does announce, names say nothing.
func TestMailboxesThatNobodyReadsAreKnownByName(t *testing.T) {
	for name, c := range map[string]struct{ list, leftOut string }{
		"English":               {"Archive, Deleted Items, Drafts, Junk E-mail, Sent, Spam, Trash", "Deleted Items, Drafts, Junk E-mail, Spam, Trash"},
		"Dutch":                 {"Archief, Concepten, Ongewenste e-mail, Prullenbak, Verzonden", "Concepten, Ongewenste e-mail, Prullenbak"},
		"German":                {"Entwürfe, Gelöschte Elemente, Gesendet, Papierkorb, Spamverdacht, Werbung", "Entwürfe, Gelöschte Elemente, Papierkorb, Spamverdacht"},
		"French":                {"Brouillons, Corbeille, Courrier indésirable, Envoyés, Éléments supprimés", "Brouillons, Corbeille, Courrier indésirable, Éléments supprimés"},
		"Spanish":               {"Borradores, Correo no deseado, Enviados, Papelera", "Borradores, Correo no deseado, Papelera"},
		"Italian":               {"Bozze, Cestino, Inviata, Posta indesiderata", "Bozze, Cestino, Posta indesiderata"},
		"Portuguese":            {"Enviados, Itens Excluídos, Lixeira, Lixo Eletrônico, Rascunhos", "Itens Excluídos, Lixeira, Lixo Eletrônico, Rascunhos"},
		"Swedish and Polish":    {"Kosz, Skickat, Skräppost, Utkast, Wysłane", "Kosz, Skräppost, Utkast"},
		"Russian":               {"Корзина, Отправленные, СПАМ, Черновики", "Корзина, СПАМ, Черновики"},
		"any case":              {"ENTWÜRFE, TRASH, dRAFTS", "ENTWÜRFE, TRASH, dRAFTS"},
		"accents apart":         {"Entwu\u0308rfe, News", "Entwu\u0308rfe"},
		"below INBOX":           {"INBOX/Junk, INBOX/News, Inbox/Trash", "INBOX/Junk, Inbox/Trash"},
		"below other mailboxes": {"INBOX/A/Trash, Work, Work/Drafts, Work/Trash", ""},
		"parts of names":        {"Anti-Spam, Trash talk, Travel drafts", ""},
		"announced":             {`Afval \Trash, Drafts, Spam, Trash`, "Afval, Drafts, Spam"},
		"all announced":         {`Drafts, Junk, Trash, a \Drafts, b \junk, c \Trash`, "a, b, c"},
		"INBOX":                 {`INBOX \Junk, Spam`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := startScript(t, func(p *peer) {
				p.say("* OK [CAPABILITY IMAP4rev1 UTF8=ACCEPT] ready")
				for {
					tag, command, ok := p.hear()
					if !ok {
						return
					}
					if strings.HasPrefix(command, "LIST") {
						for entry := range strings.SplitSeq(c.list, ", ") {
							mailbox, use, _ := strings.Cut(entry, ` \`)
							if use != "" {
								use = `\` + use
							}
							p.say(fmt.Sprintf(`* LIST (%s) "/" %q`, use, mailbox))
						}
					}
					p.say(tag + " OK done")
				}
			})
			mailboxes, err := imapsync.NewAccount(p).Mailboxes(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var leftOut []string
			for _, m := range mailboxes {
				if !m.Scanned {
					leftOut = append(leftOut, m.Name)
				}
			}
			slices.Sort(leftOut)
			if got := strings.Join(leftOut, ", "); got != c.leftOut {
				t.Errorf("left out are %s, want %s", got, c.leftOut)
			}
		})
	}
}
