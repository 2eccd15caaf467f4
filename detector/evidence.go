package detector

import (
	"slices"
	"strings"
	"unicode/utf8"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
	"pixelwacht/detector/redirect"
)

// evidence is what is known of one URL of a message.
type evidence struct {
	url       string            // as a client would request it, in valid UTF-8
	at        location          // what is judged: the URL, or, from unwrap on, the one inside where a gateway or proxy of the reader's side wrapped it
	host      string            // of url
	layers    []redirect.Target // the URLs inside of url, outermost first
	opaque    bool              // url goes to a picture proxy that does not say what for
	role      markup.Role
	element   string
	where     string
	part      string
	hasAlt    bool // there is a text alternative
	count     int
	box       markup.Box // of the least visible occurrence
	visible   bool       // an occurrence is visible and larger than a few pixels
	onlyStyle bool       // only style sheets refer to it

	use  *hostUse // what the message has of the host of at; set by index
	next int      // the URL before it in the message that has the same host and role, -1 for none
}

// collection is the URLs of one message, each once.
type collection struct {
	*workspace
	loads int // distinct URLs that are loaded
	links int // distinct URLs of links

	nesting Nesting

	catalogue *catalogue.Catalogue
	room      []evidence  // for further ones
	suspects  []*evidence // of those that had to make room: the ones that look most like a tracker
	oldest    int         // index in urls of the one that makes room next
	left      leftOut
}

// The limits on the distinct URLs of a message that are judged; real mail has fewer than 2,000. Beyond them the first and
// the last are judged, since pixels stand at the end, and of those between them the first that show nothing or that the
// catalogue knows: so whatever is not judged stands behind others that give the message away.
const (
	maxFirst    = 1000
	maxLast     = 1000
	maxSuspects = 500
)

// leftOut counts what is not judged.
type leftOut struct {
	urls, references int
	hosts            hostSet
}

func newCollection(c *catalogue.Catalogue, w *workspace) collection {
	return collection{catalogue: c, workspace: w, room: w.evidence[:]}
}

// place is where in a message a reference stands, and what that is called.
type place struct{ element, attribute, property, where string }

// maxPlaces is how many places are remembered.
const maxPlaces = 16

// where names the place of a reference. A message has few of them, and many references.
func (c *collection) where(r *markup.Reference) string {
	for i := range c.places {
		if p := &c.places[i]; p.element == r.Element && p.attribute == r.Attribute && p.property == r.Property {
			return p.where
		}
	}
	p := place{r.Element, r.Attribute, r.Property, r.Where()}
	if len(c.places) < maxPlaces {
		c.places = append(c.places, p)
	}
	return p.where
}

// hostUse is what a message has of one host.
type hostUse struct {
	loads     int // distinct URLs that are loaded
	links     int // distinct URLs of links
	lastLoad  int // index of the last URL, the start of a chain through next; -1 for none
	lastClick int

	known     catalogue.Domain
	redirects redirection // what its links look like; set by redirection
	opens     *Finding    // an open pixel of it, nil for none
}

// read collects the references of a document, whose decoded bytes are body.
func (c *collection) read(d message.Document, body []byte, section string) {
	if !d.Mapped && !d.ASCIICompatible(body) {
		body = []byte(d.Text(body))
	}
	note := func(r markup.Reference) { c.note(r, section) }
	d.Scan(body, func(r markup.Reference) {
		if r.Reading == markup.Naive {
			return
		}
		c.nesting.References(r, body, note)
		note(r)
	})
}

// note adds a reference to the URLs of the message.
func (c *collection) note(r markup.Reference, section string) {
	if r.Attribute == "ping" { // asked for beside the target of a link, when that is followed
		r.Role = markup.Link
	}
	if r.Role != markup.Loads && r.Role != markup.Link {
		return
	}
	url := r.URL
	if !utf8.ValidString(url) {
		url = strings.ToValidUTF8(url, "�")
	}
	known := c.byURL[url]
	if known != nil && (known.role == r.Role || r.Role == markup.Link) {
		if known.role == r.Role {
			known.merge(&r)
		}
		return
	}
	at, ok := locate(url)
	if !ok {
		return
	}
	if known != nil { // a link that is also loaded counts as loaded
		known.count = 0
	}
	e := c.fresh()
	*e = evidence{url: url, at: at, host: at.host, role: r.Role, element: r.Element, where: c.where(&r), part: section, hasAlt: r.HasAlt, box: r.Box, onlyStyle: true}
	e.merge(&r)
	c.byURL[url] = e
}

// fresh returns room for the evidence on a further URL, if need be that of one which is left out.
func (c *collection) fresh() *evidence {
	if len(c.urls) < maxFirst+maxLast {
		if len(c.room) == 0 {
			c.room = make([]evidence, 64)
		}
		e := &c.room[0]
		c.urls, c.room = append(c.urls, e), c.room[1:]
		return e
	}
	i := maxFirst + c.oldest
	c.oldest = (c.oldest + 1) % maxLast
	if len(c.suspects) < maxSuspects && c.isSuspect(c.urls[i]) {
		c.suspects = append(c.suspects, c.urls[i])
		c.urls[i] = new(evidence)
	} else {
		c.leave(c.urls[i])
	}
	return c.urls[i]
}

// leave counts e, which is left out.
func (c *collection) leave(e *evidence) {
	if known := c.byURL[e.url]; known == e {
		delete(c.byURL, e.url)
	}
	if e.count == 0 {
		return
	}
	c.left.urls++
	if e.role != markup.Loads {
		return
	}
	c.left.references += e.count
	c.left.hosts.add(e.host)
}

// isSuspect reports whether a URL is to be judged among many: nobody sees what it loads, or its place is a tracker's.
func (c *collection) isSuspect(e *evidence) bool {
	if e.count == 0 || e.role != markup.Loads {
		return false
	}
	if e.isPixel() {
		return true
	}
	e.unwrap()
	return len(c.catalogue.Match(e.at.host, e.at.path, e.at.query)) > 0
}

// arrange puts the URLs that are judged into the order of their appearance.
func (c *collection) arrange() {
	if c.left.urls == 0 && len(c.suspects) == 0 {
		return
	}
	last := c.urls[maxFirst:]
	c.urls = slices.Concat(c.urls[:maxFirst], c.suspects, last[c.oldest:], last[:c.oldest])
}

// unwrap goes to the URL inside of one that the reader's own mail gateway or a picture proxy has made. What the sender
// wraps is the sender's: it is judged as it stands. It is for the URLs that are judged: looking into one costs more than
// all that is done with those which are left out.
func (e *evidence) unwrap() {
	if !mayWrap(e.url) {
		return
	}
	e.layers = redirect.Layers(e.url)
	for _, t := range e.layers {
		inner, ok := locate(t.URL)
		if !ok || t.Kind != redirect.Gateway && t.Kind != redirect.Proxy {
			break
		}
		e.at = inner
	}
	e.opaque = strings.HasSuffix(e.at.host, ".googleusercontent.com") && (strings.HasPrefix(e.at.path, "/meips/") || strings.HasPrefix(e.at.path, "/proxy/"))
}

// mayWrap reports whether there can be a URL inside of url: the beginning of one, plain, in base64 or in hexadecimal, or
// enough of anything that one could be compressed in there. Most URLs have none, and are not looked into.
func mayWrap(url string) bool {
	const scheme, long = len("https://"), 200
	if len(url) > long {
		return true
	}
	inside := url[min(scheme, len(url)):]
	return strings.Contains(inside, "http") || strings.Contains(inside, "aHR0") || strings.Contains(inside, "68747470")
}

// merge adds an occurrence.
func (e *evidence) merge(r *markup.Reference) {
	e.count++
	e.onlyStyle = e.onlyStyle && r.Attribute == "style"
	e.visible = e.visible || isVisible(r.Box)
	if area(r.Box) < area(e.box) {
		e.box = r.Box
	}
}

func isVisible(b markup.Box) bool {
	return !b.Hidden && !b.HiddenParent && (b.Width > tinySide || b.Height > tinySide)
}

// area orders boxes by how much of the picture can be seen; undeclared sizes come last.
func area(b markup.Box) int {
	switch {
	case b.Width < 0 && b.Height < 0:
		return 1 << 40
	case b.Width < 0:
		return b.Height * 1000
	case b.Height < 0:
		return b.Width * 1000
	}
	return b.Width * b.Height
}

// index groups the URLs by host.
func (c *collection) index() {
	c.arrange()
	for i := range c.urls {
		e := c.urls[i]
		if e.count == 0 {
			continue
		}
		e.unwrap()
		use := c.hosts[e.at.host]
		if use == nil {
			if n := len(c.hosts); n < len(c.uses) {
				use = &c.uses[n]
			} else {
				use = new(hostUse)
			}
			use.known, use.lastLoad, use.lastClick = c.catalogue.Domain(e.at.host), -1, -1
			c.hosts[e.at.host] = use
		}
		e.use = use
		if e.role == markup.Link {
			e.next, use.lastClick = use.lastClick, i
			use.links++
			c.links++
		} else {
			e.next, use.lastLoad = use.lastLoad, i
			use.loads++
			c.loads++
		}
	}
}

// remote counts what the message loads.
func (c *collection) remote() Remote {
	n := Remote{References: c.left.references}
	for i := range c.urls {
		if e := c.urls[i]; e.role == markup.Loads && e.count > 0 {
			n.References += e.count
			c.loading[e.host] = true
		}
	}
	n.Hosts = len(c.loading)
	if c.left.hosts.size > 0 {
		for host := range c.loading {
			c.left.hosts.add(host)
		}
		n.Hosts = c.left.hosts.size
	}
	return n
}

// maxCompared bounds how many other URLs one is compared with.
const maxCompared = 64

// others yields the other URLs of the message with the host of c.urls[i]: those that are loaded, or the links.
func (c *collection) others(i int, role markup.Role) func(yield func(*evidence) bool) {
	return func(yield func(*evidence) bool) {
		use := c.urls[i].use
		next := use.lastLoad
		if role == markup.Link {
			next = use.lastClick
		}
		for range maxCompared {
			if next < 0 || next != i && !yield(c.urls[next]) {
				return
			}
			next = c.urls[next].next
		}
	}
}

// isPing reports whether the URL is one that a browser tells of a link's being followed (HTML standard, "Hyperlink auditing").
func (e *evidence) isPing() bool { return strings.HasSuffix(e.where, " ping") }

// tinySide is the largest side, in CSS pixels, of a picture that nobody sees.
const tinySide = 3

// isTiny reports whether the picture is declared to be at most a few pixels in both directions, or in one where the
// other is not declared.
func (e *evidence) isTiny() bool {
	b := e.box
	return max(b.Width, b.Height) >= 0 && max(b.Width, b.Height) <= tinySide
}

// isHidden reports whether the element itself is not rendered. Hidden ancestors are ordinary: twins of pictures for
// small screens or dark mode.
func (e *evidence) isHidden() bool { return e.box.Hidden }

// isBare reports whether the element says nothing of the picture.
func (e *evidence) isBare() bool { return !e.hasAlt && e.box.Width < 0 && e.box.Height < 0 }

// isPixel reports whether the picture has no other purpose than to be loaded: it is tiny, or hidden without a size or
// text alternative, which the hidden twins of real pictures have.
func (e *evidence) isPixel() bool {
	return !e.visible && (e.isTiny() || e.isHidden() && e.isBare())
}

// isSmall reports whether the picture is declared so small that it shows nothing. Pixels of such sizes dodge the rule
// for tiny pictures; on its own the size says little, since bullets and lines have it too.
func (e *evidence) isSmall() bool {
	b := e.box
	return b.Width >= 0 && b.Height >= 0 && b.Width*b.Height <= 100
}

// isIcon reports whether the picture is as small as an icon, and has no text in its place.
func (e *evidence) isIcon() bool {
	b := e.box
	return b.Width >= 0 && b.Height >= 0 && b.Width*b.Height <= 400 && !e.hasAlt
}

// isShown reports whether there is something to look at.
func (e *evidence) isShown() bool {
	if e.isContent() || e.isSmall() || e.isIcon() {
		return false
	}
	return e.visible || e.hasAlt && !e.isTiny() && !e.isHidden()
}

// isSizeless reports whether nothing is said of the picture's size.
func (e *evidence) isSizeless() bool {
	return e.box.Width < 0 && e.box.Height < 0 && !e.box.Hidden && (e.element == "img" || e.element == "image" || e.onlyStyle)
}

// isContent reports whether the reference is for something other than a picture: fonts, style sheets.
func (e *evidence) isContent() bool {
	return e.element == "link" || e.element == "script" || strings.HasSuffix(e.where, "@import") || strings.HasSuffix(e.where, " src") && e.element == "style"
}
