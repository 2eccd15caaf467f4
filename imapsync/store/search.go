package store

import (
	"context"
	"database/sql"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold is a text as it is searched: in lower case and without accents, so that "uber" finds "Über".
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToValidUTF8(s, "\ufffd"))))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Texts are what messages are searched in, by their IDs.
type Texts map[int64]text

// text is what one message is searched in, folded.
type text struct{ author, subject string }

// Search returns those of ids, in their order, that have every word of query in their subject or sender.
func (t Texts) Search(ids []int64, query string) []int64 {
	words := strings.Fields(fold(query))
	found := []int64{}
	for _, id := range ids {
		if text, ok := t[id]; ok && text.has(words) {
			found = append(found, id)
		}
	}
	return found
}

func (t text) has(words []string) bool {
	for _, w := range words {
		if !strings.Contains(t.subject, w) && !strings.Contains(t.author, w) {
			return false
		}
	}
	return true
}

// Texts returns what the messages that f matches are searched in. Who searches again with every letter that is typed keeps
// them: in memory a hundred thousand are searched in the time in which SQLite has read some of them.
func (s *Store) Texts(ctx context.Context, f Filter) (Texts, error) {
	where, args := f.where()
	all := Texts{}
	err := s.view(ctx, "read texts from", func(tx *sql.Tx) error {
		authors := map[int64]string{}
		rows, err := tx.QueryContext(ctx, "SELECT id, folded FROM authors")
		err = each(rows, err, func(rows *sql.Rows) error {
			var id int64
			var folded string
			err := rows.Scan(&id, &folded)
			authors[id] = folded
			return err
		})
		if err != nil {
			return err
		}
		rows, err = tx.QueryContext(ctx, "SELECT messages.id, messages.author, coalesce(messages.folded, lower(messages.subject)) FROM messages WHERE "+where, args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var id, author int64
			var subject string
			err := rows.Scan(&id, &author, &subject)
			all[id] = text{authors[author], subject}
			return err
		})
	})
	return all, err
}
