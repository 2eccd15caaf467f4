package detector

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// identity recognises the addresses of a recipient in whatever form a URL carries them.
type identity struct {
	addresses map[string]bool   // lower case
	authors   map[string]bool   // lower case: who wrote the message, which a URL may say
	hashes    map[string]Reason // lower-case hexadecimal hash of an address
}

func newIdentity(recipients, authors []string) identity {
	id := identity{addresses: map[string]bool{}, authors: map[string]bool{}, hashes: map[string]Reason{}}
	for _, a := range authors {
		id.authors[strings.ToLower(strings.TrimSpace(a))] = true
	}
	for _, a := range recipients {
		a = strings.ToLower(strings.TrimSpace(a))
		if !strings.Contains(a, "@") || len(a) < 5 {
			continue
		}
		id.addresses[a] = true
		for _, form := range []string{a, strings.ToUpper(a)} {
			m, s1, s2 := md5.Sum([]byte(form)), sha1.Sum([]byte(form)), sha256.Sum256([]byte(form))
			id.hashes[hex.EncodeToString(m[:])] = AddressMD5
			id.hashes[hex.EncodeToString(s1[:])] = AddressSHA1
			id.hashes[hex.EncodeToString(s2[:])] = AddressSHA256
		}
	}
	return id
}

// leak is an address that stands in a URL.
type leak struct {
	reason Reason
	other  bool   // not an address of the recipient
	text   string // what stands for it in the URL, percent-decoded
}

// find looks for an address in the parameters of a URL.
func (id identity) find(l location) (leak, bool) {
	var found leak
	for _, p := range l.parts {
		k, ok := id.inValue(p.value)
		if ok && !k.other {
			return k, true
		}
		if ok && found.reason == "" {
			found = k
		}
	}
	return found, found.reason != ""
}

func (id identity) inValue(value string) (leak, bool) {
	if len(value) < 5 {
		return leak{}, false
	}
	if k, ok := id.inText(value, AddressPlain); ok {
		k.text = value
		return k, true
	}
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return !isWord(r) }) {
		if reason, ok := id.hashes[strings.ToLower(word)]; ok {
			return leak{reason: reason, text: word}, true
		}
		if len(word) < 8 {
			continue
		}
		if plain, err := hex.DecodeString(word); err == nil {
			if k, ok := id.inText(string(plain), AddressHex); ok {
				k.text = word
				return k, true
			}
		}
	}
	for plain, rounds := decodeBase64(value), 0; len(plain) >= 5 && rounds < 2; plain, rounds = decodeBase64(plain), rounds+1 {
		if k, ok := id.inText(plain, AddressBase64); ok {
			k.text = value
			return k, true
		}
	}
	return leak{}, false
}

// inText looks for a plain address in text; reason says how the text was written in the URL.
func (id identity) inText(text string, reason Reason) (leak, bool) {
	if !strings.Contains(text, "@") && !strings.Contains(text, "%40") {
		return leak{}, false
	}
	found := leak{}
	for a := range addressesIn(strings.ToLower(percentDecode(text))) {
		switch {
		case id.addresses[a]:
			return leak{reason: reason, text: a}, true
		case !id.authors[a]:
			found = leak{reason: OtherAddress, other: true, text: a}
		}
	}
	return found, found.other
}

// addressesIn yields what has the form local@domain.tld in a text in lower case.
func addressesIn(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; ; {
			k := strings.IndexByte(text[i:], '@')
			if k < 0 {
				return
			}
			at := i + k
			local := at
			for local > i && (isWord(rune(text[local-1])) || strings.IndexByte(".+-", text[local-1]) >= 0) {
				local--
			}
			end := at + 1
			for end < len(text) && (isWord(rune(text[end])) && text[end] != '_' || text[end] == '.' || text[end] == '-') {
				end++
			}
			domain := strings.TrimRight(text[at+1:end], ".-")
			if local < at && isDomain(domain) && !yield(text[local:at+1]+domain) {
				return
			}
			i = at + 1
		}
	}
}

// isDomain reports whether s ends in a public suffix of the list, and is not the name of a file: "logo@2x.png" is a
// picture for dense screens, "pkg@1.min" a version.
func isDomain(s string) bool {
	suffix, listed := publicsuffix.PublicSuffix(s)
	return listed && s != suffix || strings.HasSuffix(s, ".test") || strings.HasSuffix(s, ".example")
}

func isWord(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_'
}
