package block

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
	xhtml "golang.org/x/net/html"

	"pixelwacht/detector/message"
)

// The checks in this file are built on other parsers than the scanner and the sweep: golang.org/x/net/html's full parser
// and tdewolff's style sheet lexer. They know nothing of elements and properties that load: whatever is not on the short
// list of what may remain, and could be a URL, is remote.

// trees parses a body as a browser with and without scripts does, and returns nil when the parser gives up.
func trees(body []byte) []*xhtml.Node {
	var all []*xhtml.Node
	for _, scripting := range []bool{false, true} {
		if root, err := xhtml.ParseWithOptions(bytes.NewReader(body), xhtml.ParseOptionEnableScripting(scripting)); err == nil {
			all = append(all, root)
		}
	}
	return all
}

// remote returns where a document still could load something from elsewhere.
func remote(body []byte) []string {
	found := map[string]bool{}
	for _, root := range trees(body) {
		for n := range root.Descendants() {
			switch {
			case n.Type == xhtml.ElementNode:
				for _, a := range n.Attr {
					if where := remoteAttribute(n, a); where != "" {
						found[where] = true
					}
				}
			case n.Type == xhtml.CommentNode && !strings.HasPrefix(strings.TrimSpace(n.Data), "[if"):
				if holdsHost(n.Data) {
					found["comment "+n.Data] = true
				}
			case n.Type == xhtml.CommentNode:
				for _, where := range remote([]byte(n.Data[strings.IndexByte(n.Data, '>')+1:])) {
					found["conditional "+where] = true
				}
			case n.Type == xhtml.TextNode && n.Parent != nil && strings.EqualFold(n.Parent.Data, "style"):
				for _, url := range styleURLs(n.Data) {
					found["style "+url] = true
				}
			case n.Type == xhtml.TextNode && n.Parent != nil && strings.EqualFold(n.Parent.Data, "script"):
				if strings.Trim(n.Data, "; \t\r\n") != "" {
					found["script "+n.Data] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// remoteAttribute says where the attribute still could load something, "" when it cannot.
func remoteAttribute(n *xhtml.Node, a xhtml.Attribute) string {
	where := fmt.Sprintf("%s %s=%.200q", n.Data, a.Key, a.Val)
	value := strings.TrimSpace(a.Val)
	switch key := strings.ToLower(a.Key); {
	case n.Namespace == "" && (n.Data == "a" || n.Data == "area" || strings.HasPrefix(n.Data, "v:")) && key == "href":
		if strings.HasPrefix(strings.ToLower(value), "javascript:") || strings.Contains(value, "<") {
			return where
		}
		return ""
	case key == "alt" || key == "title" || strings.HasPrefix(key, "data-") || strings.HasPrefix(key, "aria-"):
		if strings.Contains(value, "<") && holdsHost(value) {
			return where
		}
		return ""
	case strings.HasPrefix(key, "on") && strings.Contains(value, "//"), key == "srcdoc" && strings.Trim(value, ";") != "":
		return where
	case key == "style":
		if urls := styleURLs(a.Val); len(urls) > 0 {
			return where
		}
		return ""
	case key == "srcset" || key == "imagesrcset":
		for candidate := range strings.FieldsSeq(a.Val) {
			if url := strings.Trim(candidate, ","); strings.ContainsAny(url, ":/.") && !staysInside(url) && url[0] > '9' {
				return where
			}
		}
		return ""
	case slices.Contains([]string{"src", "background", "poster", "data", "lowsrc", "dynsrc", "action", "formaction", "ping", "attributionsrc"}, key):
		if value != "" && !staysInside(value) && key != "action" && key != "formaction" {
			return where // whatever it is: <base> could make it remote
		}
	case (key == "href" || key == "xlink:href") && value != "" && !staysInside(value):
		return where
	}
	if holdsHost(value) && !staysInside(value) {
		return where
	}
	return ""
}

// staysInside reports whether a URL names something in the message itself.
func staysInside(url string) bool {
	url = strings.ToLower(strings.TrimSpace(strings.NewReplacer("\r", "", "\n", "").Replace(url)))
	if strings.HasPrefix(url, "data:,") {
		return strings.Trim(url[len("data:,"):], "x") == ""
	}
	for _, prefix := range []string{"cid:", "#", "mid:"} {
		if strings.HasPrefix(url, prefix) {
			return !strings.Contains(url, "//")
		}
	}
	return url == "about:blank" || strings.HasPrefix(url, "data:image/") && !strings.HasPrefix(url, "data:image/svg") && strings.Contains(url, ";base64,")
}

// holdsHost reports whether text reads like a URL with a host that is no name of a vocabulary.
func holdsHost(text string) bool {
	text = strings.ToLower(strings.NewReplacer("\\", "/", "\t", "", "\r", "", "\n", "", "\x00", "").Replace(text))
	for _, known := range []string{"http://www.w3.org/", "https://www.w3.org/", "http://schemas.microsoft.com/", "http://schema.org", "https://schema.org", "http://ogp.me/", "http://purl.org/", "http://xmlns.com/", "http://gmpg.org/", "http://rdf.data-vocabulary.org/"} {
		text = strings.ReplaceAll(text, known, "")
	}
	return strings.Contains(text, "http:") || strings.Contains(text, "https:") || strings.Contains(text, "ftp:")
}

// styleURLs returns what a style sheet or declaration list could load from elsewhere.
func styleURLs(text string) []string {
	var urls []string
	lexer := css.NewLexer(parse.NewInputString(text))
	for {
		tt, data := lexer.Next()
		if tt == css.ErrorToken {
			return urls
		}
		token := string(data)
		if tt == css.URLToken || tt == css.BadURLToken {
			url := strings.Trim(token[strings.IndexByte(token, '(')+1:], ") \t\r\n\"'")
			url = strings.TrimRight(strings.SplitN(url, " ", 2)[0], "\"'")
			if url != "" && !staysInside(url) {
				urls = append(urls, token)
			}
		} else if holdsHost(token) {
			urls = append(urls, token)
		}
	}
}

// markupBodies returns the decoded bodies of the parts that are shown as markup, by section.
func markupBodies(raw []byte) map[string][]byte {
	bodies := map[string][]byte{}
	for _, p := range message.Parse(raw).Parts {
		if p.IsHTML() {
			bodies[p.Section] = p.Decode()
		}
	}
	return bodies
}

// content is what a blocked copy must keep of a document: what is read, where links lead, and what is in the message.
type content struct {
	text          string
	links, inside []string
}

func contentOf(body []byte) content {
	var c content
	var text strings.Builder
	root, err := xhtml.ParseWithOptions(bytes.NewReader(body), xhtml.ParseOptionEnableScripting(false))
	if err != nil {
		return c
	}
	for n := range root.Descendants() {
		if n.Type == xhtml.TextNode && !isUnseen(n) {
			text.WriteString(n.Data)
		}
		for _, a := range n.Attr {
			switch value := strings.ToLower(a.Val); {
			case (n.Data == "a" || n.Data == "area") && n.Namespace == "" && a.Key == "href" && !isDocument(value) && !strings.Contains(value, "<"):
				c.links = append(c.links, a.Val)
			case (a.Key == "src" || a.Key == "background") && (strings.HasPrefix(value, "cid:") || strings.HasPrefix(value, "data:image/") && staysInside(value)):
				c.inside = append(c.inside, a.Val)
			}
		}
	}
	c.text = text.String()
	return c
}

// isUnseen reports whether text is not shown in the message.
func isUnseen(n *xhtml.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if slices.Contains([]string{"style", "script", "title", "template", "iframe", "noembed", "noframes", "xml"}, p.Data) {
			return true
		}
	}
	return false
}

// checkIndependently checks a blocked copy with parsers that are not ours: nothing remote is left, and text, links and
// pictures in the message are.
func checkIndependently(t *testing.T, raw, blocked []byte) {
	t.Helper()
	before := markupBodies(raw)
	for section, body := range markupBodies(blocked) {
		for _, where := range remote(body) {
			t.Errorf("part %s: remote: %s", section, where)
		}
		if was, ok := before[section]; ok && !isClosed(body) {
			a, b := contentOf(was), contentOf(body)
			// The line breaks behind an unfinished tag are text when it has become a comment; nothing else may be added.
			if added, ok := strings.CutPrefix(b.text, a.text); !ok || strings.Trim(added, "\r\n") != "" {
				t.Errorf("part %s: text changed: %s", section, firstDifference(a.text, b.text))
			}
			if !slices.Equal(a.links, b.links) {
				t.Errorf("part %s: links changed: %s", section, firstDifference(strings.Join(a.links, " "), strings.Join(b.links, " ")))
			}
			if !slices.Equal(a.inside, b.inside) {
				t.Errorf("part %s: pictures in the message changed: %.300q became %.300q", section, a.inside, b.inside)
			}
		}
	}
}

// isClosed reports whether a part was overwritten as a whole.
func isClosed(body []byte) bool {
	return len(bytes.Trim(body, "; \r\n")) == 0
}

func firstDifference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-40)
	return fmt.Sprintf("%.120q became %.120q", a[min(from, len(a)):], b[min(from, len(b)):])
}

// The same on a folder of real mail, where one is at hand.
func TestCorpusIndependently(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(os.Getenv("PIXELWACHT_CORPUS"), "*.eml"))
	if os.Getenv("PIXELWACHT_CORPUS") == "" {
		files = nil
	}
	shares := map[Mode][]float64{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, mode := range []Mode{All, Trackers} {
			c := Blocker{Mode: mode, Detector: testDetector()}.Message(raw)
			changed := 0
			for i := range raw {
				if raw[i] != c.Bytes[i] {
					changed++
				}
			}
			shares[mode] = append(shares[mode], 100*float64(changed)/float64(len(raw)))
			if mode == All {
				t.Run(filepath.Base(file), func(t *testing.T) { checkIndependently(t, raw, c.Bytes) })
			}
		}
	}
	for mode, s := range shares {
		slices.Sort(s)
		t.Logf("mode %s: %d messages, a median of %.2f %% of the bytes changed, at most %.1f %%", mode, len(s), s[len(s)/2], s[len(s)-1])
	}
}
