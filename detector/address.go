package detector

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// identity recognises the addresses of a recipient in whatever form a URL carries them.
type identity struct {
	addresses []string          // lower case
	hashes    map[string]Reason // lower-case hexadecimal hash of an address
}

func newIdentity(addresses []string) identity {
	id := identity{hashes: map[string]Reason{}}
	for _, a := range addresses {
		a = strings.ToLower(strings.TrimSpace(a))
		if !strings.Contains(a, "@") || len(a) < 5 {
			continue
		}
		id.addresses = append(id.addresses, a)
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
	text = strings.ToLower(percentDecode(text))
	for _, a := range id.addresses {
		if strings.Contains(text, a) {
			return leak{reason: reason, text: a}, true
		}
	}
	if addressIn(text) {
		return leak{reason: reason, other: true}, true
	}
	return leak{}, false
}

// addressIn reports whether text holds something of the form local@domain.tld.
func addressIn(text string) bool {
	for i := 0; ; {
		k := strings.IndexByte(text[i:], '@')
		if k < 0 {
			return false
		}
		at := i + k
		local := at
		for local > 0 && isWord(rune(text[local-1])) || local > 0 && strings.IndexByte(".+-", text[local-1]) >= 0 {
			local--
		}
		end := at + 1
		for end < len(text) && (isWord(rune(text[end])) && text[end] != '_' || text[end] == '.' || text[end] == '-') {
			end++
		}
		domain := strings.Trim(text[at+1:end], ".-")
		dot := strings.LastIndexByte(domain, '.')
		if at-local >= 1 && dot > 0 && len(domain)-dot-1 >= 2 && strings.Trim(domain[dot+1:], "abcdefghijklmnopqrstuvwxyz") == "" {
			// "logo@2x.png" is a picture for dense screens, not an address.
			switch domain[dot+1:] {
			case "png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js":
			default:
				return true
			}
		}
		i = at + 1
	}
}

func isWord(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_'
}
