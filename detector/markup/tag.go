package markup

import (
	"bytes"
	"strings"
)

// tag is a start tag with its attributes, or the first of them.
type tag struct {
	*scanner
	elementInfo
	context
	attrs   []attribute
	box     Box
	hides   bool // what is inside of the element is not rendered visibly
	hasAlt  bool
	rel     string // lower case
	refresh bool   // a meta element that sends the reader elsewhere
	sets    bool   // an SVG animation that sets a reference
}

// describe reads what every reference of the tag says about its element.
func (t *tag) describe() {
	t.render()
	switch t.name {
	case "img", "image", "input", "area":
		alt := t.span(altAttribute)
		t.hasAlt = alt.end > alt.start
	case "link":
		t.rel = strings.ToLower(t.value(relAttribute))
	case "meta":
		t.refresh = strings.EqualFold(strings.TrimSpace(t.value(httpEquivAttribute)), "refresh")
	case "set", "animate":
		name := strings.ToLower(t.value(attributeNameAttribute))
		t.sets = strings.HasSuffix(name, "href") || name == "src"
	}
}

// find returns the first attribute of a kind.
func (t *tag) find(kind attributeKind) (attribute, bool) {
	for i := range t.attrs {
		if t.attrs[i].kind == kind {
			return t.attrs[i], true
		}
	}
	return attribute{}, false
}

// span returns where the value of the first attribute of a kind stands, an empty span when there is none.
func (t *tag) span(kind attributeKind) span {
	a, _ := t.find(kind)
	return span{a.start, a.end}
}

// value returns the value of the first attribute of a kind, "" when there is none.
func (t *tag) value(kind attributeKind) string {
	v := t.span(kind)
	return decodeText(t.src[v.start:v.end])
}

// references reports every attribute of the tag that could make a program load something. What may hold a URL and is
// not reported is the text of textAttribute, and links.
func (t *tag) references() {
	for i := range t.attrs {
		a := &t.attrs[i]
		if a.name == "" {
			t.attributeName(a)
		}
		if a.start == a.end {
			continue
		}
		switch a.kind {
		case textAttribute, altAttribute:
			t.textValue(a)
		case plainAttribute, widthAttribute, heightAttribute, hiddenAttribute, classAttribute, idAttribute, relAttribute, httpEquivAttribute, mediaAttribute, attributeNameAttribute:
			if value := t.src[a.start:a.end]; holdsURL(value, false) {
				t.attribute(a, Maybe)
			}
		case namespace:
			if value := t.src[a.start:a.end]; holdsURL(value, false) && !isNamespace(value) {
				t.attribute(a, Maybe)
			}
		case styleAttribute:
			t.styleAttribute(a)
		case loadingAttribute:
			t.attribute(a, Loads)
		case listAttribute:
			t.list(a)
		case hrefAttribute:
			t.href(a)
		case srcsetAttribute:
			t.srcset(a)
		case contentAttribute:
			t.content(a)
		case paintAttribute:
			t.paint(a)
		case documentAttribute:
			t.opaque(a.start, a.end, t.reading, t.name, t.attributeLower(a))
		case animatedValue:
			if t.sets {
				t.animated(a)
			} else {
				t.paint(a)
			}
		default:
			t.unknown(a)
		}
		if bytes.IndexByte(t.src[a.start:a.end], '<') >= 0 {
			t.scan(a.start, a.end, t.inside(Naive))
		}
	}
}

// attributeLower returns the name of an attribute in lower case.
func (t *tag) attributeLower(a *attribute) string {
	if a.name != "" {
		return a.name
	}
	return lower(t.src[a.nameStart:a.nameEnd])
}

// attributeName reports a name that is more than a name: for some readers a quote before it ends elsewhere, and it is
// part of a value.
func (t *tag) attributeName(a *attribute) {
	name := t.src[a.nameStart:a.nameEnd]
	if a.kind == otherAttribute && bytes.IndexByte(name, '.') >= 0 || holdsURL(name, false) {
		t.opaque(a.nameStart, a.nameEnd, Naive, t.name, "")
	}
}

// textValue reports the text of an attribute where a reader could take it for something else.
func (t *tag) textValue(a *attribute) {
	value := t.src[a.start:a.end]
	if !holdsURL(value, false) {
		return
	}
	if t.all || bytes.IndexByte(value, '&') >= 0 && strings.Contains(decodeText(value), "<") {
		t.opaque(a.start, a.end, Naive, t.name, t.attributeLower(a))
	}
}

// unknown reports an attribute of which nothing is known but that a URL could be in it.
func (t *tag) unknown(a *attribute) {
	if holdsURL(t.src[a.start:a.end], true) {
		t.attribute(a, Maybe)
	}
}

// attribute reports the whole value of a.
func (t *tag) attribute(a *attribute, role Role) {
	t.report(a, a.start, a.end, decodeText(t.src[a.start:a.end]), role, Attribute)
}

func (t *tag) report(a *attribute, start, end int, url string, role Role, syntax Syntax) {
	url = cleanURL(url)
	if url == "" {
		return
	}
	if role != Maybe {
		url = t.resolve(url)
	}
	t.emit(Reference{
		Start: start, End: end, NameStart: a.nameStart, NameEnd: a.nameEnd, URL: url, Role: role, Syntax: syntax,
		Reading: t.reading, Element: t.name, Attribute: t.attributeLower(a), Rel: t.rel, HasAlt: t.hasAlt, Box: t.box,
	})
}

// href is a link on a and area, and loads on everything else: link, base, SVG's image and use, VML.
func (t *tag) href(a *attribute) {
	url := decodeText(t.src[a.start:a.end])
	role := Loads
	switch t.name {
	case "a", "area":
		role = t.link(url)
	case "v:shape", "v:group", "v:rect", "v:roundrect", "v:oval", "v:line", "v:polyline", "v:textbox":
		// VML's shapes are links, where Outlook draws a button; its pictures have src.
		role = Maybe
		if t.reading == Conditional {
			role = t.link(url)
		}
	case "base":
		role = Maybe // requested by nobody, but what relative URLs are relative to
	case "link":
		// A link that only names a relation (canonical, alternate …) is requested by nobody.
		if !loadsRel(t.rel) {
			role = Maybe
		}
	}
	t.report(a, a.start, a.end, url, role, Attribute)
}

// link says what becomes of the URL of a link: it is one where all readers agree that it is, and where it leads
// somewhere else.
func (t *tag) link(url string) Role {
	switch {
	case t.all && t.reading != Conditional, strings.IndexByte(url, '<') >= 0:
		return Maybe
	case strings.HasPrefix(url, "http"), strings.HasPrefix(url, "mailto:"): // most are, and no document
		return Link
	case isDocument(cleanURL(url)):
		return Maybe
	}
	return Link
}

// loadsRel reports whether a link element of that rel makes a program connect somewhere, HTML standard 4.6.7.
func loadsRel(rel string) bool {
	for word := range strings.FieldsSeq(rel) {
		switch word {
		case "stylesheet", "preload", "prefetch", "prerender", "modulepreload", "icon", "apple-touch-icon",
			"apple-touch-icon-precomposed", "mask-icon", "manifest", "import", "preconnect", "dns-prefetch", "pingback",
			"apple-touch-startup-image", "fluid-icon", "compression-dictionary":
			return true
		}
	}
	return false
}

// list reports each of the URLs of attributionsrc, which are requested with the picture, and of ping, which are when
// a link is followed. Nobody misses these, so all of them can go.
func (t *tag) list(a *attribute) {
	role := Loads
	if a.name == "ping" {
		role = Maybe
	}
	value, ok := decodeMapped(t.src[a.start:a.end])
	if !ok {
		t.opaque(a.start, a.end, t.reading, t.name, a.name)
		return
	}
	text := value.text
	for i := 0; i < len(text); i++ {
		start := i
		for i < len(text) && !isSpace(text[i]) {
			i++
		}
		if i > start {
			t.report(a, a.start+value.offset(start), a.start+value.offset(i), string(text[start:i]), role, Candidate)
		}
	}
}

// srcset reports each candidate, HTML standard 4.8.4.2.
func (t *tag) srcset(a *attribute) {
	value, ok := decodeMapped(t.src[a.start:a.end])
	if !ok {
		t.opaque(a.start, a.end, t.reading, t.name, a.name)
		return
	}
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
			t.report(a, a.start+value.offset(start), a.start+value.offset(end), string(text[start:end]), Loads, Candidate)
		}
		if end == i { // a descriptor follows, up to a comma outside of parentheses
			descriptor := i
			for parens := 0; i < len(text) && (text[i] != ',' || parens > 0); i++ {
				switch text[i] {
				case '(':
					parens++
				case ')':
					parens = max(0, parens-1)
				}
			}
			if holdsURL(text[descriptor:i], true) {
				t.opaque(a.start+value.offset(descriptor), a.start+value.offset(i), t.reading, t.name, a.name)
			}
		}
	}
}

// content reports the URL of a meta refresh, HTML standard 4.2.5.3, and whatever else a meta element holds that reads
// like a URL: pictures for cards and tiles, policies that say where to report to.
func (t *tag) content(a *attribute) {
	if !t.refresh {
		t.plainURL(a)
		return
	}
	value, ok := decodeMapped(t.src[a.start:a.end])
	if !ok {
		t.opaque(a.start, a.end, t.reading, t.name, a.name)
		return
	}
	from, to := refreshURL(string(value.text))
	if from < to {
		t.report(a, a.start+value.offset(from), a.start+value.offset(to), string(value.text[from:to]), Loads, RefreshURL)
	}
	if holdsURL(value.text[:from], false) || holdsURL(value.text[to:], false) {
		t.plainURL(a)
	}
}

func (t *tag) plainURL(a *attribute) {
	if holdsURL(t.src[a.start:a.end], false) {
		t.attribute(a, Maybe)
	}
}

// refreshURL returns where in the content of a meta refresh its URL stands.
func refreshURL(value string) (from, to int) {
	start := strings.IndexAny(value, ";,")
	if start < 0 {
		start = strings.IndexFunc(value, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ' ' })
		if start < 0 {
			return 0, 0
		}
		start--
	}
	start++
	text := value[start:]
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
	return start + skip, start + end
}

// paint reports the url( ) of a presentation attribute. Its value is one of CSS, escapes included.
func (t *tag) paint(a *attribute) {
	value := t.src[a.start:a.end]
	if bytes.IndexByte(value, '(') < 0 && bytes.IndexByte(value, '\\') < 0 && bytes.IndexByte(value, '&') < 0 {
		t.unknown(a)
		return
	}
	t.styleValue(a, a.name)
}

// animated reports each of the values that an SVG animation gives to a reference.
func (t *tag) animated(a *attribute) {
	value, ok := decodeMapped(t.src[a.start:a.end])
	if !ok {
		t.opaque(a.start, a.end, t.reading, t.name, a.name)
		return
	}
	start := 0
	for i := 0; i <= len(value.text); i++ {
		if i < len(value.text) && (a.name != "values" || value.text[i] != ';') {
			continue
		}
		if start < i && value.text[start] != '#' {
			t.report(a, a.start+value.offset(start), a.start+value.offset(i), string(value.text[start:i]), Loads, Candidate)
		}
		start = i + 1
	}
}
