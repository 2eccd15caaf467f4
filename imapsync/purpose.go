package imapsync

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"golang.org/x/text/unicode/norm"
)

// purpose is what a mailbox of mail that nobody reads is for, as RFC 6154 section 2 has it, and what mail programs,
// servers and providers call such a mailbox in English, Dutch, German, French, Spanish, Italian, Portuguese, Danish,
// Norwegian, Swedish, Finnish, Polish, Czech and Russian, in lower case.
type purpose struct {
	use   imap.MailboxAttr
	names []string
}

var purposes = []purpose{
	{imap.MailboxAttrTrash, []string{
		"trash", "bin", "deleted", "deleted items", "deleted messages", "wastebasket",
		"prullenbak", "prullenmand", "verwijderd", "verwijderde items", "verwijderde berichten",
		"papierkorb", "gelöscht", "gelöschte elemente", "gelöschte objekte", "gelöschte nachrichten",
		"corbeille", "éléments supprimés", "messages supprimés",
		"papelera", "papelera de reciclaje", "elementos eliminados", "mensajes eliminados", "eliminados",
		"cestino", "posta eliminata", "elementi eliminati", "messaggi eliminati",
		"lixeira", "itens excluídos", "itens eliminados", "mensagens excluídas", "mensagens eliminadas",
		"papirkurv", "slettet post", "slettede elementer", "papperskorgen", "papperskorg", "borttaget", "borttagna objekt",
		"roskakori", "poistetut", "kosz", "elementy usunięte", "koš", "odstraněná pošta", "корзина", "удаленные", "удалённые",
	}},
	{imap.MailboxAttrJunk, []string{
		"spam", "junk", "junk mail", "junk email", "junk e-mail", "junk-e-mail", "bulk mail",
		"ongewenst", "ongewenste e-mail", "ongewenste mail", "ongewenste reclame",
		"spamverdacht", "unerwünscht", "unerwünschte werbung",
		"indésirables", "courrier indésirable", "pourriel", "pourriels",
		"correo no deseado", "correo basura", "no deseado", "posta indesiderata", "indesiderata",
		"lixo eletrônico", "lixo eletrónico", "correio eletrónico não solicitado",
		"uønsket", "uønsket mail", "uønsket e-post", "søppelpost", "skräppost", "roskaposti",
		"niechciane", "wiadomości-śmieci", "nevyžádaná pošta", "спам", "нежелательная почта",
	}},
	{imap.MailboxAttrDrafts, []string{
		"drafts", "draft", "unsent messages",
		"concepten", "entwürfe", "brouillons", "borradores", "bozze", "rascunhos", "kladder", "utkast", "luonnokset",
		"kopie robocze", "wersje robocze", "szkice", "koncepty", "rozepsané", "черновики",
	}},
}

// has reports whether a mailbox of that name is for it, by the name alone. Systems and servers differ in how they write
// accents.
func (p purpose) has(name string) bool {
	return slices.Contains(p.names, strings.ToLower(norm.NFC.String(name)))
}

// IsDiscardName reports whether a mailbox or a label is called like one for spam, deleted messages or drafts.
func IsDiscardName(name string) bool {
	return slices.ContainsFunc(purposes, func(p purpose) bool { return p.has(name) })
}

// namePurposes adds the special uses that the server does not announce for any mailbox, RFC 6154 being unknown to many
// servers: to those mailboxes at the top or directly below INBOX that are called so.
func namePurposes(mailboxes []*imap.ListData) {
	for _, p := range purposes {
		announced := func(m *imap.ListData) bool {
			return slices.ContainsFunc(m.Attrs, func(a imap.MailboxAttr) bool { return is(a, p.use) })
		}
		if slices.ContainsFunc(mailboxes, announced) {
			continue
		}
		for _, m := range mailboxes {
			name := m.Mailbox
			if above, below, ok := strings.Cut(name, string(m.Delim)); ok && strings.EqualFold(above, "INBOX") {
				name = below
			}
			if p.has(name) {
				m.Attrs = append(m.Attrs, p.use)
			}
		}
	}
}
