package report

import (
	"io"
	"strconv"

	"pixelwacht/imapsync/store"
)

// provider is one service as programs read it. Keys may be added, and are never renamed or dropped.
type provider struct {
	Name     string `json:"name"`
	Company  string `json:"company"` // "" when unknown
	Messages int    `json:"messages"`
	Senders  int    `json:"senders"`
	LastSeen string `json:"last_seen"` // RFC 3339 in UTC, "" when no message has a date
}

// Providers writes the services behind trackers.
func Providers(w io.Writer, o Options, providers []store.Provider) error {
	rows := make([]provider, len(providers))
	for i, p := range providers {
		rows[i] = provider{Name: p.Name, Company: p.Company, Messages: p.Messages, Senders: p.Senders, LastSeen: timestamp(p.LastSeen)}
	}
	t := o.Texts
	return list(w, o, rows, fields[provider]{
		csvNames: []string{"name", "company", "messages", "senders", "last_seen"},
		csvCells: func(p provider) []string {
			return []string{p.Name, p.Company, strconv.Itoa(p.Messages), strconv.Itoa(p.Senders), p.LastSeen}
		},
		columns: []column{
			{title: t.T("cli.column.service"), least: 10}, {title: t.T("cli.column.company"), least: 10},
			{title: t.T("cli.column.senders"), right: true}, {title: t.T("cli.column.messages"), right: true},
			{title: t.T("cli.column.last"), least: 10},
		},
		tableCells: func(p provider) []string {
			day := p.LastSeen
			if len(day) > len("2006-01-02") {
				day = day[:len("2006-01-02")]
			}
			return []string{p.Name, orDash(p.Company), strconv.Itoa(p.Senders), strconv.Itoa(p.Messages), orDash(day)}
		},
	})
}
