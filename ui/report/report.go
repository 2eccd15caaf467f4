// Package report writes what people take away: tables for the terminal, JSON and CSV for other programs, and the
// sentences that explain a finding.
//
// What it writes comes from strangers' mail. Tables are free of control characters, which would steer a terminal; CSV
// is free of cells that a spreadsheet would calculate; JSON keeps every character, the harmful ones in escaped form.
package report

import (
	"cmp"
	"io"
	"slices"

	"pixelwacht/assets/translations"
)

// Format is how results are written.
type Format string

// The formats.
const (
	Table Format = "table" // for people: in their language, as wide as the terminal
	JSONL Format = "jsonl" // one JSON object a line, as results come
	JSON  Format = "json"  // one JSON array
	CSV   Format = "csv"   // RFC 4180 with a header line
)

// Formats are all formats.
var Formats = []Format{Table, JSONL, JSON, CSV}

// Options are how to write. Texts is needed.
type Options struct {
	Format Format              // the zero value is Table
	Texts  *translations.Texts // the language of tables
	Width  int                 // of the terminal in columns; 0: tables are as wide as what they hold

	Explain bool // below each message of a table: what was found, why, how sure, and what the sender learns
}

// list writes items that are all there.
func list[T any](w io.Writer, o Options, items []T, f fields[T]) error {
	switch o.Format {
	case JSON:
		return writeArray(w, items)
	case JSONL:
		for _, item := range items {
			if err := writeLine(w, item); err != nil {
				return err
			}
		}
		return nil
	case CSV:
		c := newCSV(w, f.csvNames)
		for _, item := range items {
			c.write(f.csvCells(item))
		}
		return c.flush()
	default:
		rows := make([][]string, len(items))
		for i, item := range items {
			rows[i] = f.tableCells(item)
		}
		columns := slices.Clone(f.columns)
		fit(columns, rows, o.Width)
		return writeTable(w, columns, rows, o.Width > 0)
	}
}

// fields says how an item is shown in the formats that have columns.
type fields[T any] struct {
	csvNames   []string
	csvCells   func(T) []string
	columns    []column
	tableCells func(T) []string
}

// orDash is s, or a dash where there is nothing to show.
func orDash(s string) string { return cmp.Or(s, "–") }
