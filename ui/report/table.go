package report

import (
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// column is one column of a table.
type column struct {
	title string
	right bool // numbers
	tail  bool // what is too long is cut at its beginning: paths
	list  bool // what is too long is continued on the next line, after a comma
	width int  // in terminal columns
	least int  // how narrow it may become
}

const gap = "  "

// fit sets the widths of columns: as wide as what they hold, and where that is more than total, the widest give way
// first. total 0 is without limit.
func fit(columns []column, rows [][]string, total int) {
	for i := range columns {
		c := &columns[i]
		c.width = cells(c.title)
		for _, row := range rows {
			c.width = max(c.width, cells(Clean(row[i])))
		}
	}
	for total > 0 && sum(columns) > total {
		widest := -1
		for i, c := range columns {
			if c.width > c.least && !c.right && (widest < 0 || c.width > columns[widest].width) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		columns[widest].width--
	}
}

func sum(columns []column) int {
	n := len(gap) * (len(columns) - 1)
	for _, c := range columns {
		n += c.width
	}
	return n
}

func writeTable(w io.Writer, columns []column, rows [][]string, cut bool) error {
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.title
	}
	var b strings.Builder
	writeRow(&b, columns, titles, cut)
	for _, row := range rows {
		for cut && row != nil {
			var first []string
			first, row = broken(columns, row)
			writeRow(&b, columns, first, cut)
		}
		if !cut {
			writeRow(&b, columns, row, cut)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeRow writes one line. With cut, what is wider than its column is shortened.
func writeRow(b *strings.Builder, columns []column, row []string, cut bool) {
	var line strings.Builder
	for i, c := range columns {
		if i > 0 {
			line.WriteString(gap)
		}
		text := Clean(row[i])
		if cut && cells(text) > c.width {
			text = shorten(text, c.width, c.tail)
		}
		space := strings.Repeat(" ", max(0, c.width-cells(text)))
		if c.right {
			line.WriteString(space + text)
		} else {
			line.WriteString(text + space)
		}
	}
	b.WriteString(strings.TrimRight(line.String(), " "))
	b.WriteByte('\n')
}

// broken splits a row in what fits on a line and the rest, nil where there is none.
func broken(columns []column, row []string) (first, rest []string) {
	first = slices.Clone(row)
	for i, c := range columns {
		if !c.list || cells(Clean(row[i])) <= c.width {
			continue
		}
		end := 0
		for j := range row[i] {
			if strings.HasPrefix(row[i][j:], ", ") && cells(Clean(row[i][:j+1])) <= c.width {
				end = j + 1
			}
		}
		if end == 0 {
			continue // its first item alone is too long
		}
		if rest == nil {
			rest = make([]string, len(row))
		}
		first[i], rest[i] = row[i][:end], row[i][end+1:]
	}
	return first, rest
}

// narrow counts as modern terminals do, whatever the environment says of East Asian fonts.
func narrow() *runewidth.Condition { return &runewidth.Condition{StrictEmojiNeutral: true} }

// cells is how many columns of a terminal s takes.
func cells(s string) int { return narrow().StringWidth(s) }

// shorten cuts s to width columns and shows that it did.
func shorten(s string, width int, tail bool) string {
	if !tail {
		return narrow().Truncate(s, width, "…")
	}
	for cells(s) > width-1 && s != "" {
		_, n := utf8.DecodeRuneInString(s)
		s = s[n:]
	}
	return "…" + s
}

// Clean is s on one line and without anything that would steer a terminal or turn the order of its characters:
// control characters (ECMA-48), line and paragraph separators, and the bidirectional controls of Unicode (UAX #9).
// Bytes that are not UTF-8 become U+FFFD.
func Clean(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			space = b.Len() > 0
			continue
		case steers(r):
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// steers reports whether r acts on a terminal instead of showing.
func steers(r rune) bool {
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r)
}
