package detector

import (
	"path"
	"strings"
)

// strength says how surely a value identifies one recipient or message.
type strength uint8

const (
	noToken     strength = iota
	weakToken            // a number or short code: an id of something
	strongToken          // so many possible values that it must be made for one recipient or message
)

// token returns the value of l that most surely identifies a recipient or message. The name of a picture file counts
// only with fileNames: that of a visible picture is more often a hash of its content.
func (l location) token(fileNames bool) (string, strength) {
	best, most := "", noToken
	for _, p := range l.parts {
		value := p.value
		if p.last && hasPictureExtension(value) {
			value = strings.TrimSuffix(value, path.Ext(value))
			if !fileNames {
				if s := measure(value); s > noToken && most < weakToken {
					best, most = value, weakToken
				}
				continue
			}
		}
		if s := measure(value); s > most || s == most && s > noToken && len(value) > len(best) {
			best, most = value, s
		}
	}
	return best, most
}

// measure judges one value by its shape. Words, versions, sizes, dates and file names are no tokens.
func measure(value string) strength {
	if isHTTP(value) {
		return noToken
	}
	best := noToken
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return !isWord(r) && !strings.ContainsRune("-=+~", r) }) {
		best = max(best, measureWord(word))
	}
	if best < strongToken && len(value) >= 24 && !strings.ContainsAny(value, " ") && mixed(value) >= 3 {
		best = strongToken
	}
	return best
}

// measureWord judges one word, without the characters that only group others.
func measureWord(w string) strength {
	n, digits, uppers, hexes, changes := 0, 0, 0, 0, 0
	last := 0 // the class of the character before: words rarely change it, random text does so all the time
	for _, c := range []byte(w) {
		class := 1
		switch {
		case strings.IndexByte("-_=+~", c) >= 0:
			continue
		case '0' <= c && c <= '9':
			class = 2
			digits++
		case 'A' <= c && c <= 'Z':
			class = 3
			uppers++
		}
		if isHexDigit(c) {
			hexes++
		}
		if class != last {
			changes++
		}
		last = class
		n++
	}
	letters := n - digits
	switch {
	case n < 5:
		return noToken
	case digits == n:
		if n >= 12 {
			return strongToken
		}
		return weakToken
	case hexes == n && digits > 0 && n >= 16:
		return strongToken
	case n >= 16 && digits >= 2 && letters >= 2 && changes >= n/4:
		return strongToken
	case n >= 20 && uppers >= 4 && letters-uppers >= 4 && changes >= n/4:
		return strongToken
	case n >= 8 && digits >= 2 && changes >= 3, n >= 8 && hexes == n && digits > 0:
		return weakToken
	}
	return noToken
}

// mixed counts the kinds of characters in s.
func mixed(s string) int {
	n := 0
	for _, set := range []string{"0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"} {
		if strings.ContainsAny(s, set) {
			n++
		}
	}
	return n
}

func hasPictureExtension(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".gif", ".png", ".jpg", ".jpeg", ".webp", ".svg", ".bmp", ".ico", ".avif":
		return true
	}
	return false
}

// wordiness says how plainly a URL tells what it is for.
type wordiness uint8

const (
	noWord    wordiness = iota
	vagueWord           // a word that trackers use, and others, too
	plainWord           // a word for reporting that something was opened
)

// trackingWords are words in a path or query key that say what a URL is for. Each was seen in the open pixels of
// several services.
var trackingWords = map[string]wordiness{
	"open": plainWord, "opens": plainWord, "opened": plainWord, "openrate": plainWord, "opening": plainWord, "mailopen": plainWord,
	"emailopen": plainWord, "openmail": plainWord, "trackopen": plainWord, "track": plainWord, "tracking": plainWord,
	"tracker": plainWord, "trk": plainWord, "pixel": plainWord, "beacon": plainWord, "impression": plainWord, "imp": plainWord,
	"readreceipt": plainWord, "receipt": plainWord, "seen": plainWord, "webbug": plainWord, "wf": plainWord,
	"stat": vagueWord, "stats": vagueWord, "counter": vagueWord, "log": vagueWord, "hit": vagueWord, "notify": vagueWord,
	"view": vagueWord, "read": vagueWord, "count": vagueWord,
}

// trackingWord looks for the plainest tracking word in the path and the query keys.
func (l location) trackingWord() wordiness {
	most := noWord
	look := func(text string) {
		for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' }) {
			most = max(most, trackingWords[word])
		}
	}
	look(l.path)
	for _, p := range l.parts {
		look(p.key)
	}
	return most
}

// spacerNames are what static layout pictures are called.
var spacerNames = []string{"spacer", "blank", "clear", "trans", "shim", "dot", "empty", "corner", "line", "divider", "bullet", "filler", "pixel", "1x1"}

// isStatic reports whether the URL reads like a file that is the same for everybody: a picture's file name with no
// query, or a query that only says which version or size of the picture it is.
func (l location) isStatic() bool {
	name := path.Base(l.path)
	if !hasPictureExtension(name) {
		return false
	}
	for _, p := range l.parts {
		if p.inPath {
			continue
		}
		switch p.key {
		case "w", "h", "width", "height", "v", "ver", "version", "q", "quality", "fit", "crop", "format", "auto", "size", "dpr", "resize", "fm":
			continue
		}
		if measure(p.value) > noToken {
			return false
		}
	}
	return true
}
