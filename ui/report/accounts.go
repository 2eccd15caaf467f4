package report

import (
	"io"
	"strconv"
	"strings"
)

// Account is an account as programs read it. Keys may be added, and are never renamed or dropped.
type Account struct {
	Address   string   `json:"address"`
	Server    string   `json:"server"` // URL
	User      string   `json:"user"`
	Browser   bool     `json:"browser"`   // the user signs in with the browser, not with a password
	Mailboxes []string `json:"mailboxes"` // that are scanned; none: all with mail that was sent to be read
	Scanned   bool     `json:"scanned"`   // a mailbox of it was scanned to the end
}

// Accounts writes the accounts in their order.
func Accounts(w io.Writer, o Options, accounts []Account) error {
	t := o.Texts
	signIn := func(a Account) string {
		if a.Browser {
			return "browser"
		}
		return "password"
	}
	scanned := func(a Account) string {
		if a.Scanned {
			return t.T("cli.scanned.yes")
		}
		return t.T("cli.scanned.no")
	}
	rows := make([]Account, len(accounts))
	for i, a := range accounts {
		a.Mailboxes = append([]string{}, a.Mailboxes...)
		rows[i] = a
	}
	return list(w, o, rows, fields[Account]{
		csvNames: []string{"address", "server", "user", "sign_in", "mailboxes", "scanned"},
		csvCells: func(a Account) []string {
			return []string{a.Address, a.Server, a.User, signIn(a), strings.Join(a.Mailboxes, " "), strconv.FormatBool(a.Scanned)}
		},
		columns: []column{{title: t.T("cli.column.account"), least: 16}, {title: t.T("cli.column.server"), least: 16}, {title: t.T("cli.column.sign-in"), least: 8}, {title: t.T("cli.column.scanned"), least: 8}},
		tableCells: func(a Account) []string {
			return []string{a.Address, a.Server, t.T("cli.sign-in." + signIn(a)), scanned(a)}
		},
	})
}
