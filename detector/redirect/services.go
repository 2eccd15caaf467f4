package redirect

import (
	"net/url"
	"strings"
)

// checkPoint reads "/v2/___URL___.TOKEN", "/v2/r01/___URL___.TOKEN" and so on. There is a form with the letters of the
// URL shifted; that is left alone.
func checkPoint(w *wrapper) (string, bool) {
	_, after, ok := strings.Cut(w.url, "/___")
	end := strings.Index(after, "___.")
	if !ok || end < 0 {
		return "", false
	}
	w.fragment = "" // a "#" in there is the wrapped URL's
	return twoSlashes(after[:end]), true
}

// twoSlashes puts the second slash behind the scheme back, of which some servers make one.
func twoSlashes(url string) string {
	scheme, path, ok := strings.Cut(url, ":/")
	if !ok || strings.HasPrefix(path, "/") {
		return url
	}
	return scheme + "://" + path
}

// mandrill reads "?p=": JSON in base64, whose "p" is JSON once more.
func mandrill(w *wrapper) (string, bool) {
	v, _ := w.value("p")
	return jsonString(jsonString(fromBase64(percentDecode(v)), "p"), "url"), true
}

// mailgun reads "/c/TOKEN" of the form that is compressed and not encrypted: a query whose "l" is the link.
func mailgun(w *wrapper) (string, bool) {
	token := w.segment(1)
	if !strings.HasPrefix(token, "eJ") { // the first two bytes of every compressed text
		return "", false
	}
	values, err := url.ParseQuery(inflated(token))
	if err != nil || !isURL(values.Get("l")) {
		return "", false
	}
	return values.Get("l"), true
}

// postmark reads "/3s/HOST%2FPATH/…": the destination without its scheme, which is https where there is an "s".
func postmark(w *wrapper) (string, bool) {
	version, inside := w.segment(0), percentDecode(w.segment(1))
	if !strings.HasPrefix(version, "2") && !strings.HasPrefix(version, "3") || strings.Trim(version[1:], "mst") != "" || !strings.Contains(inside, ".") {
		return "", false
	}
	if strings.Contains(version, "s") {
		return "https://" + inside, true
	}
	return "http://" + inside, false
}

// fastmail reads "/proxy/HASH/HEX/…": hexadecimal with the two digits of each byte swapped.
func fastmail(w *wrapper) (string, bool) {
	for _, s := range w.segments {
		swapped := []byte(s)
		for i := 0; i+1 < len(swapped); i += 2 {
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		}
		if url := fromHex(string(swapped)); isURL(url) {
			return url, true
		}
	}
	return "", false
}

// bing reads "u=a1BASE64".
func bing(w *wrapper) (string, bool) {
	v, _ := w.value("u")
	url := fromBase64(strings.TrimPrefix(percentDecode(v), "a1"))
	if !isURL(url) {
		return "", false
	}
	return url, true
}

// yahooSearch reads the path segment "RU=URL".
func yahooSearch(w *wrapper) (string, bool) {
	for _, s := range w.segments {
		if v, ok := strings.CutPrefix(s, "RU="); ok {
			return decode(v)
		}
	}
	return "", false
}

// hexSegment reads segment n of the path, in hexadecimal.
func hexSegment(n int) reader {
	return func(w *wrapper) (string, bool) { return fromHex(w.segment(n)), true }
}

// base32Segment reads segment n of the path, in base32.
func base32Segment(n int) reader {
	return func(w *wrapper) (string, bool) { return fromBase32(w.segment(n)), true }
}
