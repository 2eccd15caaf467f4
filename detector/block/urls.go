package block

import (
	"bytes"
	"slices"
	"strings"
)

func hasURL(s string) bool { return len(urlRanges([]byte(s))) > 0 }

// Schemes that programs load from, or ask another program for.
var loadingSchemes = []string{
	"feed", "file", "ftp", "ftps", "gopher", "http", "https", "imap", "ldap", "news", "nntp", "rtsp", "sftp", "smb", "webcal", "ws", "wss",
}

// Vocabularies that are named by a URL, which identifies them and is not loaded.
var vocabularies = []string{
	"http://www.w3.org/", "https://www.w3.org/", "http://schemas.microsoft.com/", "http://schema.org", "https://schema.org", "http://ogp.me/ns",
	"http://rdf.data-vocabulary.org/", "http://purl.org/", "http://xmlns.com/foaf/", "http://gmpg.org/xfn/",
}

type byteRange struct{ start, end int }

// urlRanges finds what reads like a URL with a host: a known scheme, or two slashes of either kind and something behind
// them. Pictures in data: URLs are passed over.
func urlRanges(b []byte) []byteRange {
	var ranges []byteRange
	done := 0
	for i := 0; i < len(b); {
		k := bytes.IndexAny(b[i:], ":/\\%")
		if k < 0 {
			break
		}
		i += k
		start := i
		switch {
		case b[i] == ':':
			for start > done && isLetter(b[start-1]) {
				start--
			}
			scheme := strings.ToLower(string(b[start:min(i, start+8)]))
			if scheme == "data" {
				if end := tokenEnd(b, i, pictureStops); isPicture(string(b[start:end])) {
					i, done = end, end
					continue
				}
			}
			if _, ok := slices.BinarySearch(loadingSchemes, scheme); !ok {
				i++
				continue
			}
		case i > done && isPathCharacter(b[i-1]) || !isAuthority(b[i:]):
			i++
			continue
		}
		end := tokenEnd(b, i, urlStops)
		if !isVocabulary(b[start:end]) {
			ranges = append(ranges, byteRange{start, end})
		}
		i, done = end, end
	}
	return ranges
}

// isPathCharacter reports whether two slashes behind c are inside of a name: "-//W3C//DTD HTML 4.01//EN" is no URL.
func isPathCharacter(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '-' || c == '+' || c == ')'
}

// isAuthority reports whether b starts with two slashes, plain or percent-encoded, and something that can be a host.
func isAuthority(b []byte) bool {
	n := 0
	for len(b) > 0 {
		switch {
		case b[0] == '/' || b[0] == '\\':
			b = b[1:]
		case len(b) >= 3 && b[0] == '%' && (strings.EqualFold(string(b[1:3]), "2f") || strings.EqualFold(string(b[1:3]), "5c")):
			b = b[3:]
		default:
			return n >= 2 && (isLetter(b[0]) || isDigit(b[0]) || b[0] == '%' || b[0] == '&' || b[0] == '[' || b[0] == '_' || b[0] >= 0x80)
		}
		n++
	}
	return false
}

// tokenEnd returns where a URL that goes over b[i] ends, whatever surrounds it.
func tokenEnd(b []byte, i int, stops string) int {
	if k := bytes.IndexAny(b[i:], stops); k >= 0 {
		return i + k
	}
	return len(b)
}

const (
	urlStops     = " \t\r\n\f\"'<>(){};"
	pictureStops = " \t\"'<>(){}" // a data: URL can be folded, and has semicolons
)

func isVocabulary(url []byte) bool {
	return slices.ContainsFunc(vocabularies, func(v string) bool {
		rest, ok := bytes.CutPrefix(url, []byte(v))
		return ok && (len(rest) == 0 || strings.HasSuffix(v, "/") || rest[0] == '/' || rest[0] == '#') && !bytes.ContainsAny(rest, "@\\")
	})
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' }
