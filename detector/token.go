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
	strongToken          // so many possible values that it must be made for one recipient or message, or for one file
)

// token is a value of a URL that can stand for one recipient or message.
type token struct {
	text     string
	strength strength
	inName   bool // it is the name of a picture file, which is more often made from the picture's content
	inPath   bool
	inHost   bool // a host for each reader, or for each customer
}

// tokens are the codes in a URL.
type tokens struct {
	best token // of the query and of the path
	name token // the name of the picture file, without its extension
	file bool  // the path ends in the name of a picture file

	reader strength // of the code in the query whose key says that it is about the reader
}

// static reports whether the URL reads like a file that is the same for everybody: a picture's file name with no query,
// or a query that only says which version or size of the picture it is.
func (t tokens) static() bool { return t.file && (t.best.strength == noToken || t.best.inPath) }

// any returns the strongest code, wherever it stands.
func (t tokens) any() token {
	if t.name.strength > t.best.strength {
		return t.name
	}
	return t.best
}

// tokens looks for codes in the values of l. They are kept: several rules ask for them.
func (l *location) tokens() tokens {
	if !l.hasCodes {
		l.codes, l.hasCodes = l.findTokens(), true
	}
	return l.codes
}

func (l *location) findTokens() tokens {
	t := tokens{file: hasPictureExtension(l.path)}
	if label, rest, _ := strings.Cut(l.host, "."); len(label) >= 16 && strings.Count(rest, ".") > 1 && measure(label) == strongToken && l.store() != fileStore {
		t.best = token{text: label, strength: strongToken, inHost: true}
	}
	for p := range l.parameters() {
		if !p.inPath && isForm(p.key, p.value) {
			continue
		}
		if p.last && t.file {
			name := strings.TrimSuffix(p.value, path.Ext(p.value))
			t.name = token{text: name, strength: max(measure(name), measureNumbered(name)), inName: true, inPath: true}
			continue
		}
		// A code in the query says more than one in the path, where a static file has the directory of its account.
		s := measure(p.value)
		if !p.inPath && s > t.reader && readerKeys[p.key] > noToken {
			t.reader = min(s, readerKeys[p.key])
		}
		if !p.inPath && s == strongToken && t.file && messageKeys[p.key] {
			t.reader = strongToken
		}
		if s > t.best.strength || s == t.best.strength && s > noToken && (t.best.inPath && !p.inPath || t.best.inPath == p.inPath && len(p.value) > len(t.best.text)) {
			t.best = token{text: p.value, strength: s, inPath: p.inPath}
		}
	}
	return t
}

// formKeys are query keys whose values say which version, size or crop of a picture is asked for, or prove to a storage
// service that it may be read (Amazon S3, CloudFront, Azure, Google Cloud Storage, imgix): they do not depend on the
// reader.
var formKeys = map[string]bool{
	"w": true, "h": true, "width": true, "height": true, "wid": true, "hei": true, "size": true, "sz": true, "dpr": true, "resize": true, "fit": true,
	"crop": true, "format": true, "fm": true, "fmt": true, "auto": true, "q": true, "qlt": true, "quality": true, "upscale": true, "rect": true,
	"v": true, ".v": true, "ver": true, "version": true, "rev": true, "cb": true, "cachebuster": true, "lastmod": true, "mtime": true, "modified": true, "updated": true,
	"x-amz-signature": true, "x-amz-credential": true, "x-amz-security-token": true, "x-amz-date": true, "x-amz-algorithm": true, "awsaccesskeyid": true,
	"signature": true, "expires": true, "key-pair-id": true, "policy": true, "sig": true, "x-goog-signature": true, "x-goog-credential": true,
	"googleaccessid": true, "ixlib": true, "ixid": true, "alt": true, "oh": true, "oe": true, "_nc_ohc": true, "itok": true, "_gl": true,
}

// readerKeys are query keys that name a person. Those with a weak token have other uses, too.
var readerKeys = map[string]strength{
	"user": strongToken, "userid": strongToken, "user_id": strongToken, "subscriber": strongToken, "subscriberid": strongToken,
	"subscriber_id": strongToken, "recipient": strongToken, "recipientid": strongToken, "recipient_id": strongToken, "rcpt": strongToken,
	"contact": strongToken, "contactid": strongToken, "contact_id": strongToken, "customer": strongToken, "customerid": strongToken,
	"customer_id": strongToken, "member": strongToken, "memberid": strongToken, "member_id": strongToken, "person": strongToken,
	"personid": strongToken, "lead": strongToken, "leadid": strongToken, "lead_id": strongToken, "email": strongToken,
	"emailid": strongToken, "email_id": strongToken, "reader": strongToken,
	"uid": weakToken, "sub_id": weakToken, "subid": weakToken, "mail": weakToken, "profile": weakToken, "profileid": weakToken,
	"profile_id": weakToken,
}

// messageKeys are query keys for the id of a reader, recipient, message or e-mail. Behind the name of a picture file,
// which says already what picture is asked for, a code of very many is for nothing else. ("id" itself can be a version.)
var messageKeys = map[string]bool{"uid": true, "rid": true, "mid": true, "eid": true}

// isForm reports whether a query item says something of the picture, or of the campaign. A quality is a number.
func isForm(key, value string) bool {
	return formKeys[key] && (key != "q" || len(value) < 8) || strings.HasPrefix(key, "utm_")
}

// measure judges one value by its shape. Words, versions, sizes, dates and names of files are no tokens.
func measure(value string) strength {
	if len(value) < 5 || isHTTP(value) || hasPictureExtension(value) {
		return noToken
	}
	best, codes := noToken, 0
	var whole wordShape
	for rest := value; rest != ""; {
		i := 0
		for i < len(rest) && isTokenByte(rest[i]) {
			i++
		}
		if i > 0 {
			w := shapeOf(rest[:i])
			if strength := w.strength(); strength > noToken {
				best = max(best, strength)
				codes++
			}
			whole.add(w)
		}
		if i == len(rest) {
			break
		}
		rest = rest[i+1:]
	}
	if codes > 1 && whole.n >= 12 && whole.digits < whole.n && whole.changes >= 3 {
		return strongToken // a number of the mailing and a code of the reader: "612.7095519.5xrc6j"
	}
	if best == noToken && whole.n >= 8 && whole.digits >= 3 && whole.changes >= 4 && !whole.date {
		return weakToken // several short codes: "1dx.2k50.0.fsi52"
	}
	return best
}

// measureNumbered judges the name of a file by the number at its end: "p-75654652892592".
func measureNumbered(name string) strength {
	number := name[len(strings.TrimRight(name, "0123456789")):]
	if len(number) < 12 {
		return noToken
	}
	return shapeOf(number).strength()
}

func isTokenByte(c byte) bool { return tokenBytes[c] }

var tokenBytes = func() (table [256]bool) {
	for i := range table {
		table[i] = isWord(byte(i)) || strings.IndexByte("-=+~", byte(i)) >= 0
	}
	return table
}()

// wordShape counts what random text has more of than words.
type wordShape struct {
	n, digits, uppers, hexes int  // letters and digits, without the signs that only group others
	changes                  int  // between letters and digits or the cases: words rarely do, random text all the time
	rare                     int  // pairs of letters that words hardly have
	date                     bool // reads like a date or time
}

func (w *wordShape) add(o wordShape) {
	w.n += o.n
	w.digits += o.digits
	w.changes += o.changes
	w.date = w.date || o.date
}

func shapeOf(word string) wordShape {
	const (
		lower = 1 + iota
		digit
		upper
	)
	var w wordShape
	last, before := 0, byte(0)
	for i := range len(word) {
		c := word[i]
		class := lower
		switch {
		case '0' <= c && c <= '9':
			class = digit
			w.digits++
		case 'A' <= c && c <= 'Z':
			class = upper
			w.uppers++
		case c < 'a' || c > 'z':
			last, before = 0, 0
			continue
		}
		if isHexDigit(c) {
			w.hexes++
		}
		// A capital that begins a word is no change.
		if last != 0 && class != last && (last != upper || class != lower) {
			w.changes++
		}
		if class != digit && before != 0 && isRarePair(before|0x20, c|0x20) {
			w.rare++
		}
		last, before = class, c
		if class == digit {
			before = 0
		}
		w.n++
	}
	w.date = w.digits == w.n && isDate(word)
	return w
}

// strength judges one word.
func (w wordShape) strength() strength {
	letters := w.n - w.digits
	switch {
	case w.n < 5 || w.date:
		return noToken
	case w.digits == w.n:
		if w.n >= 12 {
			return strongToken
		}
		return weakToken
	case w.hexes == w.n && w.n >= 12 && w.digits >= 2 && letters >= 2 && w.changes >= 3,
		w.n >= 16 && w.digits >= 2 && letters >= 2 && w.changes >= w.n/4,
		w.n >= 16 && w.rare*4 >= w.n && w.rare+w.changes >= w.n/3,
		w.n >= 20 && w.uppers >= 4 && letters-w.uppers >= 4 && w.changes >= w.n/5,
		w.n >= 10 && w.digits >= 1 && w.uppers >= 2 && letters-w.uppers >= 2 && w.changes*5 >= w.n*2:
		return strongToken
	case w.n >= 8 && w.digits >= 2 && w.changes >= 3, w.n >= 8 && w.hexes == w.n && w.digits > 0, w.changes*2 >= w.n,
		w.n >= 6 && w.rare*2 >= w.n-1, w.n >= 10 && w.rare*3 >= w.n:
		return weakToken
	}
	return noToken
}

// isDate reports whether a number is a date or a time of this or the last decades: 20240131, 20240131235959, or
// seconds or milliseconds since 1970. Versions of files are counted so.
func isDate(digits string) bool {
	switch len(digits) {
	case 8, 12, 14:
		return (strings.HasPrefix(digits, "20") || strings.HasPrefix(digits, "19")) && digits[4:6] >= "01" && digits[4:6] <= "12" && digits[6:8] >= "01" && digits[6:8] <= "31"
	case 10, 13:
		return digits[0] == '1' && digits[1] >= '2' && digits[1] <= '9'
	}
	return false
}

// hasPictureExtension reports whether a path or file name ends like that of a picture.
func hasPictureExtension(name string) bool {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || len(name)-dot > 5 || len(name)-dot < 4 {
		return false
	}
	var lower [4]byte
	for i := range copy(lower[:], name[dot+1:]) {
		lower[i] |= 0x20
	}
	switch string(lower[:len(name)-dot-1]) {
	case "gif", "png", "jpg", "jpeg", "webp", "svg", "bmp", "ico", "avif", "jfif", "jpe", "tif", "tiff", "apng":
		return true
	}
	return false
}
