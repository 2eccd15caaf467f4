package report

import (
	"io"
	"maps"
	"slices"

	"pixelwacht/detector/block"
)

// rule is the rule for one sender as programs read it. Keys may be added, and are never renamed or dropped.
type rule struct {
	Sender string     `json:"sender"` // an address, or "@" and a domain
	Mode   block.Mode `json:"mode"`
}

// Rules writes the rules for senders, sorted by sender.
func Rules(w io.Writer, o Options, rules block.Rules) error {
	var rows []rule
	for _, sender := range slices.Sorted(maps.Keys(rules)) {
		rows = append(rows, rule{sender, rules[sender]})
	}
	t := o.Texts
	return list(w, o, rows, fields[rule]{
		csvNames:   []string{"sender", "mode"},
		csvCells:   func(r rule) []string { return []string{r.Sender, string(r.Mode)} },
		columns:    []column{{title: t.T("cli.column.sender"), least: 16}, {title: t.T("cli.column.rule"), least: 8}},
		tableCells: func(r rule) []string { return []string{r.Sender, t.T("cli.rule." + string(r.Mode))} },
	})
}
