package markup

// elementInfo says how an element is read.
type elementInfo struct {
	name  string
	void  bool // holds no content: HTML standard 13.1.2, with the obsolete ones
	raw   bool // its content is text: HTML standard 13.2.5.2 to 13.2.5.5
	block bool // its start tag ends a paragraph
	scope bool // an end tag inside of it ends nothing outside of it: HTML standard 13.2.4.2, table scope
	dim   bool // readers disagree on whether its text is shown as text
	alien bool // readers disagree on all that is inside of it: other languages, and what is inert for some
}

// elements are the elements of which something is known, by their name in lower case.
var elements = func() *table[elementInfo] {
	m := map[string]elementInfo{}
	add := func(set func(*elementInfo), names ...string) {
		for _, n := range names {
			e := m[n]
			e.name = n
			set(&e)
			m[n] = e
		}
	}
	add(func(e *elementInfo) { e.void = true }, "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img", "input",
		"keygen", "link", "meta", "param", "source", "track", "wbr")
	add(func(e *elementInfo) { e.raw = true }, "iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp")
	add(func(e *elementInfo) { e.block = true }, "p", "div", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "center", "pre",
		"section", "article", "form", "dl", "address", "main", "header", "footer")
	add(func(e *elementInfo) { e.scope = true }, "table", "td", "th", "caption", "html")
	add(func(e *elementInfo) { e.dim = true }, "object", "video", "audio", "select", "xml")
	add(func(e *elementInfo) { e.alien = true }, "svg", "math", "template", "noscript")
	add(func(*elementInfo) {}, "a", "abbr", "b", "body", "button", "dd", "dt", "em", "font", "head", "i", "label", "li", "map", "o:p", "option", "picture",
		"small", "span", "strike", "strong", "sub", "sup", "tbody", "tfoot", "thead", "tr", "u", "v:fill", "v:imagedata", "v:rect", "v:roundrect",
		"v:shape", "v:stroke", "v:textbox", "w:anchorlock", "use", "feimage", "set", "animate", "amp-img", "amp-pixel", "applet", "path", "g",
		"cursor", "filter", "lineargradient", "mpath", "pattern", "radialgradient", "textpath")
	return newTable(m)
}()

// attributeKind says what the value of an attribute is for.
type attributeKind uint8

const (
	otherAttribute    attributeKind = iota // not known: anything like a URL in it could be one
	plainAttribute                         // a text, size, colour or name, that no program takes for a URL
	textAttribute                          // text for people: may hold a URL, and stays
	namespace                              // xmlns
	widthAttribute                         // the ones that say how an element is rendered
	heightAttribute                        //
	hiddenAttribute                        //
	classAttribute                         //
	idAttribute                            //
	styleAttribute                         // declarations
	loadingAttribute                       // a URL that is requested when the message is shown
	listAttribute                          // URLs separated by white space
	hrefAttribute                          // a link or not, depending on the element
	srcsetAttribute                        // candidates
	contentAttribute                       // of a meta element
	paintAttribute                         // a CSS value that may refer to something: SVG's presentation attributes
	animatedValue                          // what an SVG animation sets another attribute to
	documentAttribute                      // a document or script of its own
	altAttribute
	relAttribute
	httpEquivAttribute
	mediaAttribute
	attributeNameAttribute // which attribute an SVG animation sets
)

type attributeInfo struct {
	name string
	kind attributeKind
}

// attributes are the attributes that are known, by their name in lower case. They mean the same on whatever element they
// stand: programs differ in the elements that they support, so no element is an exception.
var attributes = func() *table[attributeInfo] {
	m := map[string]attributeInfo{}
	add := func(kind attributeKind, names ...string) {
		for _, n := range names {
			m[n] = attributeInfo{n, kind}
		}
	}
	// HTML standard, its obsolete features, SVG, VML, AMP for Email.
	add(loadingAttribute, "archive", "background", "classid", "code", "codebase", "data", "dynsrc", "icon", "lowsrc", "manifest", "o:href", "poster", "src")
	add(listAttribute, "attributionsrc", "ping")
	add(hrefAttribute, "href", "xlink:href")
	add(srcsetAttribute, "srcset", "imagesrcset")
	add(documentAttribute, "srcdoc")
	add(styleAttribute, "style")
	add(contentAttribute, "content")
	// SVG 2, section 6.6; the values of these can be url( ).
	add(paintAttribute, "fill", "stroke", "mask", "mask-image", "filter", "clip-path", "cursor", "marker", "marker-start", "marker-mid", "marker-end", "color-profile")
	add(animatedValue, "to", "from", "by", "values")
	add(attributeNameAttribute, "attributename")
	add(altAttribute, "alt")
	add(textAttribute, "title")
	add(relAttribute, "rel")
	add(httpEquivAttribute, "http-equiv")
	add(mediaAttribute, "media")
	add(widthAttribute, "width")
	add(heightAttribute, "height")
	add(hiddenAttribute, "hidden")
	add(classAttribute, "class")
	add(idAttribute, "id")
	add(namespace, "xmlns")
	add(plainAttribute, "abbr", "accept", "accept-charset", "align", "autocomplete", "axis", "bgcolor", "border", "bordercolor", "cellpadding",
		"cellspacing", "charset", "checked", "clear", "color", "cols", "colspan", "coords", "datetime", "dir", "disabled", "enctype", "face", "for", "frame",
		"frameborder", "headers", "hreflang", "hspace", "itemid", "itemprop", "itemscope", "itemtype", "label", "lang", "language",
		"loading", "maxlength", "method", "name", "nowrap", "placeholder", "prefix", "property", "readonly", "referrerpolicy", "role", "rows", "rowspan",
		"rules", "scope", "scrolling", "selected", "shape", "size", "sizes", "span", "start", "summary", "tabindex", "target", "type", "typeof",
		"valign", "value", "vocab", "vspace", "wrap", "xml:lang", "o:spt", "arcsize", "strokecolor", "fillcolor", "stroked", "filled", "strokeweight", "coordsize", "viewbox")
	return newTable(m)
}()

// maxName is longer than any name that is known.
const maxName = 24

// elementNamed returns what is known of the element of that name.
func elementNamed(b []byte) elementInfo {
	var buffer [maxName]byte
	if e := elements.find(fold(&buffer, b)); e != nil {
		return *e
	}
	return elementInfo{name: lower(b)}
}

// attributeNamed returns what is known of the attribute of that name. Names that are not known are left out: see
// attribute.lower.
func attributeNamed(b []byte) attributeInfo {
	var buffer [maxName]byte
	name := fold(&buffer, b)
	if a := attributes.find(name); a != nil {
		return *a
	}
	switch {
	case len(name) > 5 && (string(name[:5]) == "data-" || string(name[:5]) == "aria-"):
		return attributeInfo{kind: textAttribute}
	case len(name) > 6 && string(name[:6]) == "xmlns:":
		return attributeInfo{kind: namespace}
	case len(name) > 2 && string(name[:2]) == "on":
		return attributeInfo{kind: documentAttribute}
	}
	return attributeInfo{kind: otherAttribute}
}

// table finds what is known of a name. Every tag and attribute of a message is looked up, and a map's hash of the name
// costs more than the rest of the look-up.
type table[V any] struct {
	places  [1024]uint8     // behind the place of a name or those that follow it, up to a 0: 1 more than its index in entries
	entries []tableEntry[V] // fewer than 256
}

type tableEntry[V any] struct {
	name string
	info V
}

func newTable[V any](known map[string]V) *table[V] {
	var t table[V]
	for name, info := range known {
		i := tableIndex([]byte(name))
		for t.places[i] > 0 {
			i = (i + 1) % len(t.places)
		}
		t.entries = append(t.entries, tableEntry[V]{name, info})
		t.places[i] = uint8(len(t.entries))
	}
	return &t
}

// find returns what is known of a name in lower case, nil for nothing.
func (t *table[V]) find(name []byte) *V {
	if len(name) == 0 {
		return nil
	}
	for i := tableIndex(name); t.places[i] > 0; i = (i + 1) % len(t.places) {
		if e := &t.entries[t.places[i]-1]; e.name == string(name) {
			return &e.info
		}
	}
	return nil
}

// tableIndex spreads names by their length and three of their letters.
func tableIndex(name []byte) int {
	n := len(name)
	return (n + 5*int(name[0]) + 37*int(name[n-1]) + 131*int(name[n/2])) % len(table[struct{}]{}.places)
}

// fold writes b in lower case into buffer, as far as it fits.
func fold(buffer *[maxName]byte, b []byte) []byte {
	n := min(len(b), maxName)
	for i, c := range b[:n] {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		buffer[i] = c
	}
	if len(b) > maxName {
		return buffer[:0] // longer than any name
	}
	return buffer[:n]
}
