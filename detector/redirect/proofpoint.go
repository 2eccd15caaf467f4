package redirect

import (
	"html"
	"strings"
	"unicode/utf8"
)

// Proofpoint documents its three forms with a decoder that it publishes (URL Defense, "How do I decode a rewritten
// URL?"). All of them wrap the URL with some characters replaced.

// proofpointV1 reads "/v1/url?u=…&k=…": percent-encoded, with character references of HTML.
func proofpointV1(w *wrapper) (string, bool) {
	v, _ := w.value("u")
	return html.UnescapeString(percentDecode(v)), false
}

// proofpointV2 reads "/v2/url?u=…&d=…": "-" stands for "%" and "_" for "/".
func proofpointV2(w *wrapper) (string, bool) {
	v, _ := w.value("u")
	url := percentDecode(strings.NewReplacer("-", "%", "_", "/").Replace(v))
	return html.UnescapeString(url), strings.IndexByte(url, '&') < 0
}

// proofpointV3 reads "/v3/__URL__;BYTES!…": in the URL, "*" stands for the next of the characters that BYTES holds in
// base64, and "**" with a letter for the next 2 to 65 of them.
func proofpointV3(w *wrapper) (string, bool) {
	_, after, ok := strings.Cut(w.url, "/v3/__")
	if !ok {
		return "", false
	}
	end := strings.Index(after, "__;")
	if end < 0 {
		return "", false
	}
	w.fragment = "" // a "#" in there is the wrapped URL's
	text := after[:end]
	encoded, _, _ := strings.Cut(after[end+len("__;"):], "!")
	replaced := fromBase64(encoded)
	return proofpointRuns(percentDecode(twoSlashes(text)), replaced)
}

// proofpointRuns puts the replaced characters back.
func proofpointRuns(text, replaced string) (url string, exact bool) {
	const lengths = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '*' {
			b.WriteByte(text[i])
			continue
		}
		n := 1
		if i+2 < len(text) && text[i+1] == '*' {
			k := strings.IndexByte(lengths, text[i+2])
			if k < 0 {
				return "", false
			}
			n = k + 2
			i += 2
		}
		for range n {
			_, size := utf8.DecodeRuneInString(replaced)
			if size == 0 {
				return "", false
			}
			b.WriteString(replaced[:size])
			replaced = replaced[size:]
		}
	}
	return b.String(), replaced == ""
}
