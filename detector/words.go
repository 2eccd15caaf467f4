package detector

import (
	"path"
	"slices"
	"strings"
)

// wordiness says how plainly a URL tells what it is for.
type wordiness uint8

const (
	noWord    wordiness = iota
	vagueWord           // a word that trackers use, and others, too
	plainWord           // a word for reporting that something was opened
)

// trackingWords are words in a path, query key or host that say what a URL is for. Each was seen in the open pixels of
// several services.
var trackingWords = map[string]wordiness{
	"open": plainWord, "opens": plainWord, "opened": plainWord, "openrate": plainWord, "opening": plainWord, "opentrack": plainWord,
	"mailopen": plainWord, "emailopen": plainWord, "openmail": plainWord, "trackopen": plainWord, "track": plainWord, "tracking": plainWord,
	"tracker": plainWord, "trk": plainWord, "pixel": plainWord, "beacon": plainWord, "impression": plainWord, "imp": plainWord,
	"readreceipt": plainWord, "receipt": plainWord, "seen": plainWord, "webbug": plainWord, "wf": plainWord,
	"stat": vagueWord, "stats": vagueWord, "counter": vagueWord, "log": vagueWord, "logger": vagueWord, "hit": vagueWord, "notify": vagueWord,
	"view": vagueWord, "viewed": vagueWord, "read": vagueWord, "count": vagueWord, "click": vagueWord, "op": vagueWord, "event": vagueWord,
	"collect": vagueWord, "analytics": vagueWord, "metrics": vagueWord,

	// What may stand beside such a word without making it mean something else, as "shoe" does in "track-shoe".
	"e": noWord, "email": noWord, "mail": noWord, "message": noWord, "msg": noWord, "newsletter": noWord, "nl": noWord, "campaign": noWord, "broadcast": noWord,
	"php": noWord, "gif": noWord, "png": noWord, "jpg": noWord, "aspx": noWord, "asp": noWord, "ashx": noWord, "cgi": noWord, "jsp": noWord, "do": noWord,
	"html": noWord, "htm": noWord, "css": noWord, "js": noWord, "woff": noWord, "ttf": noWord,
	"api": noWord, "img": noWord, "image": noWord, "id": noWord, "v": noWord, "record": noWord, "rate": noWord, "user": noWord, "my": noWord, "by": noWord,
}

// longestWord is the length of the longest of trackingWords.
const longestWord = len("readreceipt")

// wordLengths are the lengths of trackingWords by their first letter, one bit each: most words are none of them, and need
// not be looked up.
var wordLengths = func() (lengths [26]uint16) {
	for word := range trackingWords {
		lengths[word[0]-'a'] |= 1 << len(word)
	}
	return lengths
}()

// trackingWord looks for the plainest tracking word in the host, the segments of the path and the query keys.
func (l *location) trackingWord() wordiness {
	most := noWord
	if label, rest, _ := strings.Cut(l.host, "."); strings.Contains(rest, ".") {
		most = wordIn(label)
	}
	for rest := l.path; rest != "" && most < plainWord; {
		var segment string
		segment, rest = cutSegment(rest)
		most = max(most, wordIn(segment))
	}
	for rest := l.query; rest != "" && most < plainWord; {
		var pair string
		pair, rest = cutPair(rest)
		key, _, ok := strings.Cut(pair, "=")
		if ok {
			most = max(most, wordIn(key))
		}
	}
	return most
}

// wordIn looks for a tracking word among the words of a name. Beside other words a plain one is but a vague one, and a
// long name has none.
func wordIn(name string) wordiness {
	if len(name) > 40 {
		return noWord
	}
	most, strangers := noWord, 0
	for rest := name; rest != ""; {
		i := 0
		for i < len(rest) && 'a' <= rest[i]|0x20 && rest[i]|0x20 <= 'z' {
			i++
		}
		if w, known := meaning(rest[:i]); known {
			most = max(most, w)
		} else if i > 0 {
			strangers++
		}
		if i == len(rest) {
			break
		}
		rest = rest[i+1:]
	}
	if strangers > 1 {
		return noWord
	}
	if strangers == 1 {
		return min(most, vagueWord)
	}
	return most
}

// meaning looks a word of letters up in trackingWords.
func meaning(word string) (w wordiness, known bool) {
	var lower [longestWord]byte
	if word == "" || len(word) > len(lower) || wordLengths[word[0]|0x20-'a']>>len(word)&1 == 0 {
		return noWord, false
	}
	for i := range len(word) {
		lower[i] = word[i] | 0x20
	}
	w, known = trackingWords[string(lower[:len(word)])]
	return w, known
}

// clickWords are the names of hosts and directories through which services lead links. The short ones mean nothing alone.
var clickWords = map[string]wordiness{
	"click": plainWord, "clicks": plainWord, "clickthrough": plainWord, "clickthru": plainWord, "clk": plainWord, "redirect": plainWord, "redir": plainWord,
	"trackclick": plainWord, "emailclick": plainWord, "mailclick": plainWord, "linktrack": plainWord, "linktracker": plainWord,
	"c": vagueWord, "cl": vagueWord, "ct": vagueWord, "ctt": vagueWord, "d": vagueWord, "e": vagueWord, "go": vagueWord, "l": vagueWord, "lnk": vagueWord, "link": vagueWord,
	"links": vagueWord, "ls": vagueWord, "lt": vagueWord, "out": vagueWord, "r": vagueWord, "track": vagueWord, "trk": vagueWord, "u": vagueWord, "url": vagueWord,
}

// clickWord looks for such a name at the beginning of the host or in the path.
func (l *location) clickWord() wordiness {
	label, _, _ := strings.Cut(l.host, ".")
	most := clickWords[label]
	for rest := l.path; rest != "" && most < plainWord; {
		var segment string
		segment, rest = cutSegment(rest)
		segment, _, _ = strings.Cut(segment, ".")
		most = max(most, clickWords[strings.ToLower(segment)])
	}
	return most
}

// spacerNames are what static layout pictures are called.
var spacerNames = []string{"spacer", "blank", "clear", "trans", "shim", "dot", "empty", "corner", "line", "divider", "bullet", "filler", "pixel", "1x1"}

// isSpacer reports whether the path ends like that of a picture made for layout.
func (l *location) isSpacer() bool {
	name := strings.ToLower(path.Base(l.path))
	return hasPictureExtension(name) && slices.ContainsFunc(spacerNames, func(s string) bool { return strings.Contains(name, s) })
}

// store says what the name of a host says of the files there.
type store uint8

const (
	noStore     store = iota
	pictureHost       // "img", "media": pictures, and now and then a program
	fileStore         // a store of files for everybody, which may be named by codes
)

// storeWords are labels of hosts that hold files for everybody.
var storeWords = map[string]store{
	"img": pictureHost, "imgs": pictureHost, "image": pictureHost, "images": pictureHost, "media": pictureHost, "pictures": pictureHost, "pics": pictureHost,
	"content": pictureHost, "static": fileStore, "assets": fileStore, "asset": fileStore, "files": fileStore, "storage": fileStore, "s3": fileStore, "uploads": fileStore,
	"cloudfront": fileStore, "akamaihd": fileStore, "googleusercontent": fileStore, "googleapis": fileStore, "cloudinary": fileStore,
	"imgix": fileStore, "ctfassets": fileStore, "azureedge": fileStore, "fbcdn": fileStore, "licdn": fileStore, "twimg": fileStore, "ytimg": fileStore,
	"gstatic": fileStore, "imgur": fileStore, "giphy": fileStore, "tenor": fileStore, "sharepoint": fileStore, "dropbox": fileStore,
	"dropboxusercontent": fileStore, "drive": fileStore, "fastly": fileStore, "amazonaws": fileStore,
}

// store looks for the words of storeWords in the labels of the host.
func (l *location) store() store {
	most := noStore
	for rest := l.host; rest != ""; {
		var label string
		label, rest, _ = strings.Cut(rest, ".")
		if strings.Contains(label, "cdn") {
			return fileStore
		}
		most = max(most, storeWords[label], storeWords[strings.TrimRight(label, "0123456789")])
	}
	return most
}

// isNumericHost reports whether the host is no name: an address in numbers, however they are written, or one label.
func (l *location) isNumericHost() bool {
	if strings.IndexByte(l.host, '.') < 0 || strings.HasPrefix(l.host, "[") {
		return true
	}
	return strings.Trim(l.host, "0123456789.xabcdef") == "" && l.host[len(l.host)-1] <= '9'
}

// followers are the letters that follow a letter in words: the pairs that make up 98 % of the words of an English
// dictionary and of the texts of programs in Dutch, German, French, Spanish, Italian and Portuguese. Half of the pairs
// in random letters are others.
var followers = pairTable(
	"abcdfghiklmnoprstuvxyz", "aeijlorsuy", "acehiklortuy", "adeilorstuy", "abcdefghiklmnopqrstuvwxyz", "aefilorstuz", "adeghilnorstu",
	"aeilortuy", "abcdefgjklmnopqrstuvxz", "aeno", "aeiklnostu", "abdefgilopstuy", "abeimnopsu", "abcdefghiklnopstuvyz",
	"abcdefgiklmnoprstuvwx", "acdeghiloprstu", "u", "abcdefgiklmnoprstuvwyz", "acehiklmnopstuwy", "acehiloprstuwyz",
	"abcdefgilmnoprstw", "aeior", "aehinor", "eipt", "mnopst", "aeiou",
)

func pairTable(followers ...string) (table [26]uint32) {
	for i, letters := range followers {
		for _, c := range letters {
			table[i] |= 1 << (c - 'a')
		}
	}
	return table
}

// isRarePair reports whether two lower-case letters hardly follow each other in words.
func isRarePair(a, b byte) bool { return followers[a-'a']>>(b-'a')&1 == 0 }
