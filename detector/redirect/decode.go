package redirect

import (
	"bytes"
	"compress/zlib"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
)

// A reader takes the URL out of a wrapper, "" when there is none. exact is false where another reader could decode the
// same wrapper differently.
type reader func(w *wrapper) (url string, exact bool)

// query reads the value of the first of the query parameters that holds a URL.
func query(keys ...string) reader {
	return func(w *wrapper) (string, bool) {
		for _, key := range keys {
			if v, ok := w.value(key); ok {
				if url, exact := decode(v); url != "" {
					return url, exact
				}
			}
		}
		return "", false
	}
}

// segment reads one segment of the path, counted from the end when n is negative.
func segment(n int) reader {
	return func(w *wrapper) (string, bool) { return decode(w.segment(n)) }
}

// anySegment reads the first segment that holds a URL.
func anySegment(w *wrapper) (string, bool) {
	for _, s := range w.segments {
		if url, exact := decode(s); url != "" {
			return url, exact
		}
	}
	return "", false
}

// fragment reads what stands behind the "#".
func fragment(w *wrapper) (string, bool) {
	url := w.fragment
	if !isURL(url) {
		url = percentDecode(url)
	}
	w.fragment = ""
	return url, true
}

// wholeQuery reads a query that is a URL and nothing else.
func wholeQuery(w *wrapper) (string, bool) { return decode(w.query) }

// after reads the URL behind a mark, up to the end of the wrapper.
func after(mark string) reader {
	return func(w *wrapper) (string, bool) {
		for _, text, ok := strings.Cut(w.url, mark); ok; _, text, ok = strings.Cut(text, mark) {
			plain := percentDecode(text)
			if !isURL(text) && !isURL(plain) {
				continue
			}
			w.fragment = "" // it is the destination's
			if isURL(text) {
				return text, true
			}
			return plain, true
		}
		return "", false
	}
}

// tail reads the URL that stands in path and query behind a "/http:/" or "/https:/" of the path.
func tail(w *wrapper) (string, bool) {
	for _, scheme := range []string{"/https:/", "/http:/"} {
		i := strings.Index(w.path, scheme)
		if i < 0 {
			continue
		}
		url := twoSlashes(w.path[i+1:])
		if w.query != "" {
			url += "?" + w.query
		}
		return url, false
	}
	return "", false
}

// decode returns the URL that v holds: as it stands, percent-encoded once or twice, in base64 of one of these, or
// compressed in base64.
func decode(v string) (url string, exact bool) {
	if len(v) < len("http://x") {
		return "", false
	}
	if isURL(v) {
		return v, strings.IndexByte(v, '+') < 0 && strings.IndexByte(v, '%') < 0
	}
	// A form takes "+" for a space where a path does not.
	exact = strings.IndexByte(v, '+') < 0
	plain := percentDecode(v)
	if isURL(plain) {
		return plain, exact
	}
	if twice := percentDecode(plain); isURL(twice) {
		return twice, false
	}
	// What begins with "http" in any case does so in base64, too.
	if strings.HasPrefix(plain, "aHR0c") || strings.HasPrefix(plain, "SFRUU") {
		b := fromBase64(plain)
		if isURL(b) {
			return b, true
		}
		if once := percentDecode(b); isURL(once) {
			return once, true
		}
	}
	return "", false
}

// jsonURL returns a reader of the string at one of the keys of the JSON object that get finds in the wrapper, in base64.
func jsonURL(get func(w *wrapper) string, keys ...string) reader {
	return func(w *wrapper) (string, bool) {
		object := fromBase64(percentDecode(get(w)))
		if url := jsonString(object, keys...); isURL(url) {
			return url, true
		}
		return "", false
	}
}

// jsonString is the string at the first of the keys that the JSON object has.
func jsonString(object string, keys ...string) string {
	if !strings.HasPrefix(object, "{") {
		return ""
	}
	var values map[string]json.RawMessage
	if json.Unmarshal([]byte(object), &values) != nil {
		return ""
	}
	for _, key := range keys {
		var s string
		if v, ok := values[key]; ok && json.Unmarshal(v, &s) == nil {
			return s
		}
	}
	return ""
}

// jwtPayload is the payload of the JSON Web Token s (RFC 7519), still in base64. Short forms leave out the header, or
// header and signature.
func jwtPayload(s string) string {
	first, rest, _ := strings.Cut(s, ".")
	if payload, _, ok := strings.Cut(rest, "."); ok {
		return payload
	}
	return first
}

// inflated returns the text that is compressed (RFC 1950) in base64 in s.
func inflated(s string) string {
	const limit = 64 << 10
	r, err := zlib.NewReader(strings.NewReader(fromBase64(percentDecode(s))))
	if err != nil {
		return ""
	}
	var b bytes.Buffer
	// What could be read before an error counts: a checksum that is missing changes nothing.
	_, _ = io.Copy(&b, io.LimitReader(r, limit))
	return b.String()
}

// fromBase64 decodes either alphabet of RFC 4648 sections 4 and 5, with or without padding; "" when s is neither.
func fromBase64(s string) string {
	s = strings.TrimRight(s, "=.~")
	if len(s)%4 == 1 {
		return ""
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		encoding = base64.RawURLEncoding
	}
	b, err := encoding.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(b)
}

// fromBase32 decodes RFC 4648 section 6 without padding.
func fromBase32(s string) string {
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(strings.TrimRight(s, "=")))
	if err != nil {
		return ""
	}
	return string(b)
}

func fromHex(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(b)
}

// percentDecode decodes what can be decoded and leaves the rest.
func percentDecode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if d, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				b.WriteByte(d[0])
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
