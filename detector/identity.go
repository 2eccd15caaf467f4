package detector

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"net/mail"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// identity recognises the addresses of a recipient in whatever form a URL carries them. It serves one message and one
// goroutine: it computes hashes when a URL first holds something of their length.
type identity struct {
	recipients []recipient
	authors    []string              // lower case: who wrote the message, which a URL may say
	domains    []string              // the authors' organisations, whose addresses are not a reader's
	hashes     map[string]Reason     // by the hash itself; nil before a URL holds something like one
	hashed     [sha512.Size + 1]bool // by the length of hashes: whether these are among hashes

	decoded, backwards []byte // a word that is looked at
}

// recipient is an address of the recipient in the forms that are searched for.
type recipient struct {
	asIs, address   string // as the message has it, and in lower case
	local, domain   string // lower case
	reversed, rot13 string // of address; set when a URL first holds an address
}

func newIdentity(recipients []string, authors []mail.Address) *identity {
	id := &identity{}
	for i := range authors {
		a := newAddress(&authors[i])
		id.authors, id.domains = append(id.authors, a.Address), append(id.domains, a.Organisation)
	}
	for _, a := range recipients {
		r := recipient{asIs: strings.TrimSpace(a)}
		r.address = strings.ToLower(r.asIs)
		var ok bool
		r.local, r.domain, ok = strings.Cut(r.address, "@")
		if !ok || r.local == "" || r.domain == "" || len(id.recipients) == maxRecipients {
			continue
		}
		if !slices.ContainsFunc(id.recipients, func(other recipient) bool { return other.asIs == r.asIs }) {
			id.recipients = append(id.recipients, r)
		}
	}
	return id
}

// maxRecipients bounds the addresses that are searched for. A message to more is no message to one reader.
const maxRecipients = 50

// forms are the texts of which services make a hash: the address as it is, in lower and in upper case, without the tag
// behind "+", and its local part.
func (r recipient) forms() []string {
	all := []string{r.address, strings.ToUpper(r.address)}
	if r.asIs != r.address {
		all = append(all, r.asIs)
	}
	local, _, tagged := strings.Cut(r.local, "+")
	if tagged && local != "" {
		all = append(all, local+"@"+r.domain)
	}
	if dotless := strings.ReplaceAll(local, ".", ""); dotless != local && dotless != "" && (r.domain == "gmail.com" || r.domain == "googlemail.com") {
		all = append(all, dotless+"@"+r.domain)
	}
	return append(all, r.local)
}

// hash returns the reason when sum is a hash of an address.
func (id *identity) hash(sum []byte) (Reason, bool) {
	switch len(sum) {
	case md5.Size, sha1.Size, sha256.Size, sha512.Size:
	default:
		return "", false
	}
	if !id.hashed[len(sum)] {
		id.hashed[len(sum)] = true
		if id.hashes == nil {
			id.hashes = map[string]Reason{}
		}
		for _, r := range id.recipients {
			for _, form := range r.forms() {
				id.addHash([]byte(form), len(sum))
			}
		}
	}
	reason, ok := id.hashes[string(sum)]
	return reason, ok
}

// addHash adds the hash of size octets.
func (id *identity) addHash(text []byte, size int) {
	switch size {
	case md5.Size:
		sum := md5.Sum(text)
		id.hashes[string(sum[:])] = AddressMD5
	case sha1.Size:
		sum := sha1.Sum(text)
		id.hashes[string(sum[:])] = AddressSHA1
	case sha256.Size:
		sum := sha256.Sum256(text)
		id.hashes[string(sum[:])] = AddressSHA256
	case sha512.Size:
		sum := sha512.Sum512(text)
		id.hashes[string(sum[:])] = AddressSHA512
	}
}

// leak is an address that stands in a URL.
type leak struct {
	reason Reason
	other  bool   // not an address of the recipient
	text   string // what stands for it in the URL, percent-decoded
}

// better returns the leak that says more: the recipient's own address before somebody else's.
func (k leak) better(other leak) leak {
	if k.reason == "" || k.other && other.reason != "" && !other.other {
		return other
	}
	return k
}

// find looks for an address in a URL.
func (id *identity) find(l *location) (leak, bool) {
	look := id.inCodes
	if id.mayBeIn(l.path) || id.mayBeIn(l.query) {
		look = id.inValue
	}
	var found leak
	if label, _, ok := strings.Cut(l.host, "."); ok && len(label) >= minCode {
		found = id.inValue(label, 0)
	}
	for p := range l.parameters() {
		if len(p.value) < 5 {
			continue
		}
		k := look(p.value, 0)
		if k.reason == "" {
			continue
		}
		if found = found.better(k); !found.other {
			return found, true
		}
	}
	for i := range id.recipients {
		if id.recipients[i].isRewrittenIn(l.query) { // "reader=post.test" is no key and value
			return leak{reason: AddressPlain, text: l.query}, true
		}
	}
	return found, found.reason != ""
}

// mayBeIn reports whether there can be an address in a part of a URL that is not inside of a code: most have none, and
// are searched once rather than value by value.
func (id *identity) mayBeIn(s string) bool {
	return strings.IndexByte(s, '%') >= 0 || strings.IndexByte(s, '@') >= 0 ||
		slices.ContainsFunc(id.recipients, func(r recipient) bool { return strings.Contains(s, r.domain) })
}

const (
	minCode     = 10 // characters of an encoded address: a@b.nl in base64 has 8, but so has any word
	maxEncoding = 3  // encodings inside of each other that are undone

	maxWord = 4096 // characters of a code that are decoded at a time: more than in any address
	overlap = 1024 // characters that are decoded with those before and those behind them; a multiple of 4
)

// inValue looks for an address in one value of a URL, or in what was decoded from it.
func (id *identity) inValue(value string, depth int) leak {
	for range maxEncoding {
		if strings.IndexByte(value, '%') < 0 || !strings.Contains(value, "%40") && !strings.Contains(value, "%25") {
			break
		}
		value = percentDecode(value)
	}
	found := id.inText(value)
	if found.reason != "" && !found.other {
		return found
	}
	return found.better(id.inCodes(value, depth))
}

// inCodes looks for an address in the words of a value that may be base64 or hexadecimal.
func (id *identity) inCodes(value string, depth int) leak {
	var found leak
	if len(value) < minCode {
		return found
	}
	for start := 0; start < len(value); {
		end, signs := start, false
		for end < min(len(value), start+maxWord) && (base64Values[value[end]] >= 0 || value[end] == '=') {
			signs = signs || !isAlphanumeric(value[end])
			end++
		}
		word := value[start:end]
		if start = end + 1; len(word) == maxWord && end < len(value) {
			start = end - overlap
		}
		if len(word) < minCode {
			continue
		}
		if k := id.inCode(word, depth); k.reason != "" {
			found = found.better(k)
		}
		if signs { // of base64, or just between two values
			for rest := word; rest != ""; {
				n := 0
				for n < len(rest) && isAlphanumeric(rest[n]) {
					n++
				}
				if n >= minCode && n < len(word) {
					found = found.better(id.inCode(rest[:n], depth))
				}
				rest = rest[min(n+1, len(rest)):]
			}
		}
	}
	return found
}

func isAlphanumeric(c byte) bool { return isWord(c) && c != '_' }

// inCode looks for an address or its hash in a word that may be base64 or hexadecimal.
func (id *identity) inCode(word string, depth int) leak {
	if len(word)%2 == 0 && isHex(word) {
		id.decoded = appendHex(slices.Grow(id.decoded[:0], len(word)/2), word)
		if k := id.inDecoded(word, AddressHex, depth); k.reason != "" {
			return k
		}
	}
	var ok bool
	if id.decoded, ok = appendBase64(slices.Grow(id.decoded[:0], len(word)), word); ok {
		if k := id.inDecoded(word, AddressBase64, depth); k.reason != "" {
			return k
		}
	}
	if depth > 0 || !mayBeBackwards(word) {
		return leak{}
	}
	id.backwards = append(id.backwards[:0], word...)
	slices.Reverse(id.backwards)
	if id.decoded, ok = appendBase64(id.decoded[:0], bytes.TrimLeft(id.backwards, "=")); ok && isReadable(id.decoded) && bytes.IndexByte(id.decoded, '@') > 0 {
		return id.inDecoded(word, AddressReversed, depth+1)
	}
	return leak{}
}

// mayBeBackwards reports whether word can be the base64 of a text, written backwards: every fourth character stands for
// the upper bits of an octet, of which the first is never set.
func mayBeBackwards(word string) bool {
	for i := len(word) - 1; i >= 0; i -= 4 {
		if base64Values[word[i]] >= 32 {
			return false
		}
	}
	return true
}

// inDecoded looks into what word, written as reason says, was decoded to.
func (id *identity) inDecoded(word string, reason Reason, depth int) leak {
	plain := id.decoded
	if hashed, ok := id.hash(plain); ok {
		return leak{reason: hashed, text: word}
	}
	readable := isReadable(plain)
	if !readable && bytes.IndexByte(plain, '@') < 0 || len(plain) < 5 {
		return leak{}
	}
	var k leak
	if readable && depth < maxEncoding {
		k = id.inValue(string(plain), depth+1)
	} else {
		k = id.inText(string(plain))
	}
	if k.other && !readable { // chance puts an @ and two letters into any long code
		return leak{}
	}
	if k.reason == AddressPlain {
		k.reason = reason
	}
	if k.reason != "" {
		k.text = word
	}
	return k
}

// isReadable reports whether b is text.
func isReadable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c >= 0x7f {
			return false
		}
	}
	return true
}

func isHex(s string) bool {
	for i := range len(s) {
		if !isHexDigit(s[i]) {
			return false
		}
	}
	return true
}

// inText looks for an address in text: as it is, in the forms of bounce addresses (VERP), backwards, or with shifted
// letters.
func (id *identity) inText(text string) leak {
	for i := range id.recipients {
		if id.recipients[i].isRewrittenIn(text) {
			return leak{reason: AddressPlain, text: text}
		}
	}
	if strings.IndexByte(text, '@') < 0 {
		return leak{}
	}
	text = strings.ToLower(text)
	for i := range id.recipients {
		r := &id.recipients[i]
		if r.reversed == "" {
			r.reversed, r.rot13 = reversed(r.address), rot13(r.address)
		}
		switch {
		case containsAddress(text, r.address):
			return leak{reason: AddressPlain, text: r.address}
		case containsAddress(text, r.reversed):
			return leak{reason: AddressReversed, text: r.reversed}
		case containsAddress(text, r.rot13):
			return leak{reason: AddressROT13, text: r.rot13}
		}
	}
	return id.otherAddress(text)
}

// otherAddress looks for an address that is neither the recipient's nor of the organisation that wrote.
func (id *identity) otherAddress(text string) leak {
	for from := 0; ; {
		at := strings.IndexByte(text[from:], '@')
		if at < 0 {
			return leak{}
		}
		at += from
		start, end := at, at+1
		for start > from && (isWord(text[start-1]) || strings.IndexByte(".+-", text[start-1]) >= 0) {
			start--
		}
		for end < len(text) && (isWord(text[end]) && text[end] != '_' || text[end] == '.' || text[end] == '-') {
			end++
		}
		domain := strings.TrimRight(text[at+1:end], ".-")
		if address := text[start:at+1] + domain; start < at && isDomain(domain) && !slices.Contains(id.authors, address) && !slices.Contains(id.domains, Organisation(domain)) {
			return leak{reason: OtherAddress, other: true, text: address}
		}
		from = at + 1
	}
}

// containsAddress reports whether address stands in text, and not as the end of a longer one.
func containsAddress(text, address string) bool {
	i := strings.Index(text, address)
	if i < 0 {
		return false
	}
	end := i + len(address)
	return (i == 0 || !isWord(text[i-1]) && strings.IndexByte(".+-", text[i-1]) < 0 || text[i-1] == '_') && (end == len(text) || !isWord(text[end]) && text[end] != '-')
}

// isRewrittenIn reports whether text holds the address with something else in place of its @, as bounce addresses have
// it: "reader=post.test", "reader_at_post.test", "reader-at-post.test".
func (r *recipient) isRewrittenIn(text string) bool {
	i := strings.Index(text, r.domain)
	if i <= 0 || !strings.Contains(r.domain, ".") {
		return false
	}
	before := text[:i]
	for _, sign := range []string{"=", "_at_", "-at-", ".at.", "(at)", "[at]", "#", "%", "|", "!", "~"} {
		if rest, ok := strings.CutSuffix(before, sign); ok {
			return len(r.local) >= 3 && len(rest) >= len(r.local) && strings.EqualFold(rest[len(rest)-len(r.local):], r.local)
		}
	}
	return false
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

func rot13(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return 'a' + (r-'a'+13)%26
		}
		return r
	}, s)
}

// isDomain reports whether s ends in a public suffix of the list, and is not the name of a file: "logo@2x.png" is a
// picture for dense screens, "pkg@1.min" a version.
func isDomain(s string) bool {
	suffix, listed := publicsuffix.PublicSuffix(s)
	return listed && s != suffix || strings.HasSuffix(s, ".test") || strings.HasSuffix(s, ".example")
}

func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}
