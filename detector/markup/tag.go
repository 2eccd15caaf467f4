package markup

import (
	"slices"
	"strconv"
	"strings"
)

// tag is a start tag with its attributes.
type tag struct {
	*scanner
	name    string
	attrs   []attribute
	reading Reading
	depth   int
	box     Box
	alt     string
	rel     string // lower case
	refresh bool   // a meta element that sends the reader elsewhere
}

// describe reads what every reference of the tag says about its element.
func (t *tag) describe() {
	t.box = t.scanner.box(*t)
	switch t.name {
	case "img", "image", "input", "area":
		t.alt = t.value("alt")
	case "link":
		t.rel = strings.ToLower(t.value("rel"))
	case "meta":
		t.refresh = strings.EqualFold(strings.TrimSpace(t.value("http-equiv")), "refresh")
	}
}

// raw returns the value of an attribute as it stands.
func (t tag) raw(name string) ([]byte, bool) {
	for _, a := range t.attrs {
		if a.name == name {
			return t.src[a.start:a.end], true
		}
	}
	return nil, false
}

func (t tag) value(name string) string {
	v, _ := t.raw(name)
	return decodeEntities(v).text
}

// Attributes whose value is a URL that is requested when the message is shown, whatever element they stand on: HTML
// standard, its obsolete features, SVG, VML, AMP for Email. Programs differ in the elements they support; no element is
// an exception.
var loadingAttributes = []string{
	"archive", "attributionsrc", "background", "classid", "code", "codebase", "data", "dynsrc", "icon", "lowsrc", "manifest",
	"o:href", "poster", "src",
}

// Attributes whose value is text, a size, a colour or a name, and no reader takes for a URL. All others are Maybe when
// they hold something that reads like a URL.
var textAttributes = []string{
	"abbr", "accept", "align", "alt", "aria-label", "bgcolor", "border", "cellpadding", "cellspacing", "charset", "class",
	"color", "cols", "colspan", "content", "coords", "datetime", "dir", "face", "for", "headers", "height", "hreflang", "hspace",
	"http-equiv", "id", "itemid", "itemprop", "itemtype", "label", "lang", "media", "name", "placeholder", "prefix", "property", "rel", "role", "rows",
	"rowspan", "scope", "shape", "size", "span", "summary", "target", "title", "type", "typeof", "valign", "value", "vocab", "vspace", "width", "xml:lang",
	"xmlns",
}

// references reports every attribute of the tag that holds a URL.
func (t tag) references() {
	for _, a := range t.attrs {
		if a.start == a.end {
			continue
		}
		switch {
		case a.name == "style":
			t.styleAttribute(a)
		case a.name == "srcset" || a.name == "imagesrcset":
			t.srcset(a)
		case a.name == "srcdoc":
			t.opaque(a.start, a.end, t.reading, t.name, a.name)
		case a.name == "content" && t.name == "meta":
			t.refreshURL(a)
		case a.name == "href" || a.name == "xlink:href":
			t.href(a)
		case a.name == "ping":
			t.attribute(a, Maybe)
		case a.name == "value" && t.name == "param":
			t.opaqueIfURL(a)
		case strings.HasPrefix(a.name, "on"):
			t.opaqueIfURL(a)
		case contains(loadingAttributes, a.name):
			t.attribute(a, Loads)
		case contains(textAttributes, a.name) || strings.HasPrefix(a.name, "xmlns:") || strings.HasPrefix(a.name, "data-"):
		default:
			t.opaqueIfURL(a)
		}
		t.again(a.start, a.end, t.depth)
	}
}

// attribute reports the whole value of a.
func (t tag) attribute(a attribute, role Role) {
	t.report(a, a.start, a.end, decodeEntities(t.src[a.start:a.end]).text, role, Attribute)
}

func (t tag) report(a attribute, start, end int, url string, role Role, syntax Syntax) {
	url = cleanURL(url)
	if url == "" {
		return
	}
	t.emit(Reference{
		Start: start, End: end, NameStart: a.nameStart, NameEnd: a.nameEnd, URL: url, Role: role, Syntax: syntax,
		Reading: t.reading, Element: t.name, Attribute: a.name, Rel: t.rel, Alt: t.alt, Box: t.box,
	})
}

// href is a link on a and area, and loads on everything else: link, base, SVG's image and use, VML.
func (t tag) href(a attribute) {
	role := Loads
	switch t.name {
	case "a", "area":
		role = Link
	case "v:shape", "v:group", "v:rect", "v:roundrect", "v:oval", "v:line", "v:polyline", "v:textbox":
		role = Link // VML's shapes are links, where Outlook draws a button; its pictures have src
	case "base":
		role = Maybe // requested by nobody, but what relative URLs are relative to
	case "link":
		// A link that only names a relation (canonical, alternate …) is requested by nobody.
		if !loadsRel(t.rel) {
			role = Maybe
		}
	}
	t.attribute(a, role)
}

// loadsRel reports whether a link element of that rel makes a program connect somewhere, HTML standard 4.6.7.
func loadsRel(rel string) bool {
	for word := range strings.FieldsSeq(rel) {
		switch word {
		case "stylesheet", "preload", "prefetch", "prerender", "modulepreload", "icon", "apple-touch-icon",
			"apple-touch-icon-precomposed", "mask-icon", "manifest", "import", "preconnect", "dns-prefetch", "pingback":
			return true
		}
	}
	return false
}

// opaqueIfURL reports an attribute of which nothing is known but that a URL could be in it.
func (t tag) opaqueIfURL(a attribute) {
	text := decodeEntities(t.src[a.start:a.end]).text
	if !strings.Contains(text, "//") && !strings.Contains(text, `\\`) && !strings.Contains(cleanURL(text), ":") {
		return
	}
	if strings.HasPrefix(a.name, "on") {
		t.opaque(a.start, a.end, t.reading, t.name, a.name)
		return
	}
	t.attribute(a, Maybe)
}

// srcset reports each candidate, HTML standard 4.8.4.2.
func (t tag) srcset(a attribute) {
	value := decodeEntities(t.src[a.start:a.end])
	text := value.text
	for i := 0; i < len(text); {
		for i < len(text) && (isSpace(text[i]) || text[i] == ',') {
			i++
		}
		start := i
		for i < len(text) && !isSpace(text[i]) {
			i++
		}
		end := i
		for end > start && text[end-1] == ',' {
			end--
		}
		if end > start {
			t.report(a, a.start+value.offset(start), a.start+value.offset(end), text[start:end], Loads, Candidate)
		}
		if end == i { // a descriptor follows, up to a comma outside of parentheses
			for parens := 0; i < len(text) && (text[i] != ',' || parens > 0); i++ {
				switch text[i] {
				case '(':
					parens++
				case ')':
					parens = max(0, parens-1)
				}
			}
		}
	}
}

// refreshURL reports the URL of a meta refresh, HTML standard 4.2.5.3.
func (t tag) refreshURL(a attribute) {
	if !t.refresh {
		return
	}
	value := decodeEntities(t.src[a.start:a.end])
	start := strings.IndexAny(value.text, ";,")
	if start < 0 {
		start = strings.IndexFunc(value.text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ' ' })
		if start < 0 {
			return
		}
		start--
	}
	start++
	text := value.text[start:]
	skip := len(text) - len(strings.TrimLeft(text, " \t\r\n\f"))
	if rest := text[skip:]; len(rest) >= 3 && strings.EqualFold(rest[:3], "url") {
		if after := strings.TrimLeft(rest[3:], " \t\r\n\f"); strings.HasPrefix(after, "=") {
			skip = len(text) - len(strings.TrimLeft(after[1:], " \t\r\n\f"))
		}
	}
	end := len(text)
	if skip < end && (text[skip] == '"' || text[skip] == '\'') {
		if k := strings.IndexByte(text[skip+1:], text[skip]); k >= 0 {
			end = skip + 1 + k
		}
		skip++
	}
	for end > skip && isSpace(text[end-1]) {
		end--
	}
	if skip < end {
		t.report(a, a.start+value.offset(start+skip), a.start+value.offset(start+end), text[skip:end], Loads, RefreshURL)
	}
}

// box reads the size and visibility of the element from its attributes, its style, and its ancestors.
func (s *scanner) box(t tag) Box {
	b := Box{Width: -1, Height: -1}
	if v, ok := t.raw("width"); ok {
		b.Width = pixels(string(v))
	}
	if v, ok := t.raw("height"); ok {
		b.Height = pixels(string(v))
	}
	if _, ok := t.raw("hidden"); ok {
		b.Hidden = true
	}
	if v, ok := t.raw("style"); ok {
		b.applyStyle(decodeEntities(v).text)
	}
	if n := len(s.open); n > 0 && t.reading == Standard {
		b.HiddenParent = s.open[n-1].hidden
	}
	return b
}

// pixels reads a dimension attribute or CSS length in CSS pixels: "1", "1px", " 20 ". A percentage is taken as a share of
// the 600 pixels that mail is laid out for; other units are not declared sizes: -1.
func pixels(s string) int {
	s = strings.TrimSpace(strings.ToLower(s))
	s = strings.TrimSpace(strings.TrimSuffix(s, "!important"))
	s = strings.Trim(s, "\"'")
	number := s
	if i := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' }); i >= 0 {
		number = s[:i]
	}
	unit := strings.TrimSpace(s[len(number):])
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || f < 0 || f > 1e6 {
		return -1
	}
	switch {
	case unit == "" || strings.HasPrefix(unit, "px"):
	case unit == "pt":
		f = f * 4 / 3
	case unit == "%":
		f *= 6
	case f == 0:
	default:
		return -1
	}
	if f > 0 && f < 1 {
		return 1
	}
	return int(f)
}

func contains(sorted []string, s string) bool { _, ok := slices.BinarySearch(sorted, s); return ok }
