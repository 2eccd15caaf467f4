package store

import (
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

// words are the words of a search.
func words(text string) []string { return strings.Fields(fold(text)) }

// trigrams is the query of the full text index for texts that may contain a word, "" for a word that is too short to
// be found with it. That they do contain it is for the caller to check: the index does not know the order of trigrams.
func trigrams(word string) string {
	runes := []rune(word)
	var all []string
	for i := 0; i+3 <= len(runes); i++ {
		all = append(all, `"`+strings.ReplaceAll(string(runes[i:i+3]), `"`, `""`)+`"`)
	}
	return strings.Join(all, " AND ")
}
