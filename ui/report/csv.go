package report

import (
	"encoding/csv"
	"io"
	"strings"
)

// csvWriter writes cells that a spreadsheet shows as they are.
type csvWriter struct{ w *csv.Writer }

func newCSV(w io.Writer, names []string) csvWriter {
	c := csvWriter{csv.NewWriter(w)}
	c.write(names)
	return c
}

// write keeps its error for flush.
func (c csvWriter) write(row []string) {
	safe := make([]string, len(row))
	for i, cell := range row {
		safe[i] = inert(cell)
	}
	_ = c.w.Write(safe)
}

func (c csvWriter) flush() error {
	c.w.Flush()
	return c.w.Error()
}

// inert is cell without control characters, and with an apostrophe in front where a spreadsheet would take it for a
// formula: a sender could write one that sends the sheet to him when it is opened.
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + Clean(cell)
	}
	cell = Clean(cell)
	if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
		return "'" + cell // what stood in front is gone
	}
	return cell
}
