package report

import (
	"io"
	"strconv"
	"strings"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

// sender is one sender as programs read it. Keys may be added, and are never renamed or dropped.
type sender struct {
	Address      string              `json:"address"`
	Name         string              `json:"name"`
	Organisation string              `json:"organisation"`
	Messages     int                 `json:"messages"`
	Tracked      int                 `json:"tracked"`
	Providers    []string            `json:"providers"`
	Exposes      []detector.Exposure `json:"exposes"`
	FirstSeen    string              `json:"first_seen"` // RFC 3339 in UTC, "" when no message has a date
	LastSeen     string              `json:"last_seen"`
	LeaksAddress bool                `json:"leaks_address"`
	ReadReceipts int                 `json:"read_receipts"`
	ClickLinks   int                 `json:"click_links"`
}

// Senders writes senders.
func Senders(w io.Writer, o Options, senders []store.Sender) error {
	rows := make([]sender, len(senders))
	for i, s := range senders {
		rows[i] = sender{
			Address: s.Address, Name: s.Name, Organisation: s.Organisation, Messages: s.Messages, Tracked: s.Tracked,
			Providers: some(s.Providers), Exposes: some(s.Exposes), FirstSeen: timestamp(s.FirstSeen), LastSeen: timestamp(s.LastSeen),
			LeaksAddress: s.LeaksAddress, ReadReceipts: s.ReadReceipts, ClickLinks: s.ClickLinks,
		}
	}
	t := o.Texts
	return list(w, o, rows, fields[sender]{
		csvNames: []string{
			"address", "name", "organisation", "messages", "tracked", "providers", "exposes", "first_seen", "last_seen",
			"leaks_address", "read_receipts", "click_links",
		},
		csvCells: func(s sender) []string {
			return []string{
				s.Address, s.Name, s.Organisation, strconv.Itoa(s.Messages), strconv.Itoa(s.Tracked), strings.Join(s.Providers, "; "),
				joined(s.Exposes, "; "), s.FirstSeen, s.LastSeen, strconv.FormatBool(s.LeaksAddress), strconv.Itoa(s.ReadReceipts),
				strconv.Itoa(s.ClickLinks),
			}
		},
		columns: []column{
			{title: t.T("cli.column.sender"), least: 16}, {title: t.T("cli.column.messages"), right: true},
			{title: t.T("cli.column.tracked"), right: true}, {title: t.T("cli.column.through"), least: 8, list: true},
			{title: t.T("cli.column.learns"), least: 8, list: true},
		},
		tableCells: func(s sender) []string {
			return []string{
				orDash(s.Address), strconv.Itoa(s.Messages), strconv.Itoa(s.Tracked), orDash(strings.Join(s.Providers, ", ")),
				orDash(exposures(t, s.Exposes)),
			}
		},
	})
}

// exposures are the short words for what a sender learns.
func exposures(t *translations.Texts, all []detector.Exposure) string {
	words := make([]string, len(all))
	for i, e := range all {
		words[i] = t.T("exposes." + string(e))
	}
	return strings.Join(words, ", ")
}
