package view

import (
	"slices"
	"strings"
)

// Column is a column of a list.
type Column int

// List holds the rows of a list: all of them, and those that the search leaves, in the order of a column.
//
// While a scan runs the rows that are there keep their places and new ones come at the end, so that nothing moves
// under the pointer; the order is restored when the scan has ended, or when a column is chosen.
type List[R any] struct {
	app     *App
	key     func(*R) string // identifies a row
	passes  func(*R) bool   // whether the filters leave a row
	text    func(*R) string // what the search looks through, in lower case
	compare func(c Column, a, b *R) int
	first   func(c Column) bool // whether the column starts with its largest values

	all        []*R // sorting moves what it sorts
	rows       []*R // replaced, never changed: who holds it may go on reading
	loaded     bool
	words      []string // of the search, in lower case
	query      string
	column     Column
	descending bool
	selected   string
}

// Rows are the rows to show, in order. The slice is never changed.
func (l *List[R]) Rows() []*R { return l.rows }

// Loaded reports whether the rows have been read; before that an empty list means nothing.
func (l *List[R]) Loaded() bool { return l.loaded }

// Query is what is searched for.
func (l *List[R]) Query() string { return l.query }

// Search leaves the rows that contain every word of query.
func (l *List[R]) Search(query string) {
	l.query, l.words = query, strings.Fields(strings.ToLower(query))
	l.filter()
	l.app.p.Changed(ListChanged)
}

// Sorted is the column that the rows are in the order of.
func (l *List[R]) Sorted() (c Column, descending bool) { return l.column, l.descending }

// Sort puts the rows in the order of a column; asked again, in the opposite order.
func (l *List[R]) Sort(c Column) {
	if c == l.column {
		l.descending = !l.descending
	} else {
		l.column, l.descending = c, l.first(c)
	}
	l.sort()
	l.filter()
	l.app.p.Changed(ListChanged)
}

// Select makes the row at index the selected one. It stays selected wherever it moves.
func (l *List[R]) Select(index int) {
	if index >= 0 && index < len(l.rows) {
		l.selected = l.key(l.rows[index])
	}
}

// Selected is the index of the selected row, -1 when there is none or the search has hidden it.
func (l *List[R]) Selected() int {
	if l.selected == "" {
		return -1
	}
	return slices.IndexFunc(l.rows, func(r *R) bool { return l.key(r) == l.selected })
}

// set replaces the rows.
func (l *List[R]) set(all []*R) {
	if l.app.scan.Running && len(l.all) > 0 {
		place := make(map[string]int, len(l.all))
		for i, r := range l.all {
			place[l.key(r)] = i
		}
		l.all = all
		l.sort()
		slices.SortStableFunc(l.all, func(a, b *R) int {
			i, known := place[l.key(a)]
			j, known2 := place[l.key(b)]
			if !known {
				i = len(place)
			}
			if !known2 {
				j = len(place)
			}
			return i - j
		})
	} else {
		l.all = all
		l.sort()
	}
	l.loaded = true
	l.filter()
}

func (l *List[R]) sort() {
	// A copy: loads that are still under way and rows that are shown may hold the old one.
	l.all = slices.Clone(l.all)
	slices.SortStableFunc(l.all, func(a, b *R) int {
		order := l.compare(l.column, a, b)
		if l.descending {
			order = -order
		}
		if order == 0 {
			return strings.Compare(l.key(a), l.key(b))
		}
		return order
	})
}

func (l *List[R]) filter() {
	rows := make([]*R, 0, len(l.all))
	for _, r := range l.all {
		if l.passes(r) && !slices.ContainsFunc(l.words, func(w string) bool { return !strings.Contains(l.text(r), w) }) {
			rows = append(rows, r)
		}
	}
	l.rows = rows
}
