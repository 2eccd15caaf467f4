package markup

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// property is a property that says how large and visible an element is.
type property uint8

const (
	noProperty property = iota
	width
	height
	maxWidth
	maxHeight
	overflow // 1: what does not fit is not shown
	// The rest is 1 where it makes that the element is not seen, each for itself.
	display
	visibility
	opacity
	filter
	clip
	transform
	left
	top
	right
	bottom
	textIndent
	marginLeft
	marginTop
	msoHide
	contentVisibility
	properties
)

// declaration is a declaration of a property that matters.
type declaration struct {
	property  property
	important bool
	value     int // of a size in CSS pixels, -1 when it is none; else see property
}

// style is what applies to an element: for each property the declaration that wins, CSS Cascading and Inheritance
// Level 4 section 6.
type style [properties]struct {
	weight uint64 // 0 when nothing is declared
	value  int
}

func (s *style) set(d declaration, weight uint64) {
	if d.important {
		weight |= 1 << 63
	}
	if p := &s[d.property]; weight >= p.weight {
		p.weight, p.value = weight, d.value
	}
}

// The weights of what is no rule of a style sheet.
const (
	attributeWeight = 1
	inlineWeight    = 1 << 62
)

// render works out the size and visibility of the element from its attributes, its style, the style sheets and its
// ancestors.
func (t *tag) render() {
	t.box = Box{Width: -1, Height: -1}
	if t.reading == Standard {
		if n := len(t.open); n > 0 {
			t.box.HiddenParent = t.open[n-1].hidden
		}
	}
	if len(t.attrs) == 0 && t.sheet.size == 0 {
		t.hides = t.box.HiddenParent
		return
	}
	var s style
	any := false
	for i := range t.attrs {
		a := &t.attrs[i]
		value := t.src[a.start:a.end]
		switch a.kind {
		case widthAttribute:
			s.set(declaration{property: width, value: pixels(value)}, attributeWeight)
		case heightAttribute:
			s.set(declaration{property: height, value: pixels(value)}, attributeWeight)
		case hiddenAttribute:
			s.set(declaration{property: display, value: 1}, attributeWeight)
		case styleAttribute:
			const most = 4096
			value = value[:min(len(value), most)]
			if bytes.IndexByte(value, '&') >= 0 {
				value = []byte(decodeText(value))
			}
			declarations(value, func(d declaration) { s.set(d, inlineWeight) })
		default:
			continue
		}
		any = true
	}
	if t.sheet.size > 0 && t.reading == Standard {
		any = t.sheet.apply(t, &s) || any
	}
	if any {
		t.box.Width, t.box.Height = s.size()
		t.box.Hidden = s.hidden()
	}
	t.hides = t.box.Hidden || t.box.HiddenParent || any && s.hidesContent()
}

// size returns width and height; a tiny maximum is the size of a picture that is no larger.
func (s *style) size() (w, h int) {
	side := func(p, most property) int {
		n := -1
		if s[p].weight > 0 {
			n = s[p].value
		}
		if s[most].weight > 0 && s[most].value >= 0 && s[most].value <= tinySide {
			n = s[most].value
		}
		return n
	}
	return side(width, maxWidth), side(height, maxHeight)
}

// tinySide is the largest side, in CSS pixels, of a picture that nobody sees.
const tinySide = 3

// hidden reports whether the element is not rendered visibly.
func (s *style) hidden() bool {
	for p := display; p < properties; p++ {
		if s[p].weight > 0 && s[p].value == 1 {
			return true
		}
	}
	return s[maxHeight].weight > 0 && s[maxHeight].value == 0
}

// hidesContent reports whether what is inside of the element is cut off. Without overflow:hidden the content of an
// element of no height is shown below it; such elements are ordinary layout.
func (s *style) hidesContent() bool {
	if s[overflow].value != 1 {
		return false
	}
	for _, p := range [...]property{width, height, maxWidth, maxHeight} {
		if s[p].weight > 0 && s[p].value >= 0 && s[p].value <= 1 {
			return true
		}
	}
	return false
}

// declarations calls yield for each declaration of a property that matters.
func declarations(list []byte, yield func(declaration)) {
	for len(list) > 0 {
		one := list
		if i := bytes.IndexByte(list, ';'); i >= 0 {
			one, list = list[:i], list[i+1:]
		} else {
			list = nil
		}
		colon := bytes.IndexByte(one, ':')
		if colon < 0 {
			continue
		}
		p := propertyNamed(trimSpace(one[:colon]))
		if p == noProperty {
			continue
		}
		value, important := cutImportant(trimSpace(one[colon+1:]))
		if len(value) > 0 {
			yield(declaration{property: p, important: important, value: p.parse(value)})
		}
	}
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func cutImportant(value []byte) ([]byte, bool) {
	i := bytes.LastIndexByte(value, '!')
	if i < 0 {
		return value, false
	}
	return trimSpace(value[:i]), strings.EqualFold(string(trimSpace(value[i+1:])), "important")
}

func propertyNamed(name []byte) property {
	var buffer [maxName]byte
	switch string(fold(&buffer, name)) {
	case "width":
		return width
	case "height":
		return height
	case "max-width":
		return maxWidth
	case "max-height":
		return maxHeight
	case "overflow", "overflow-x", "overflow-y":
		return overflow
	case "display":
		return display
	case "visibility":
		return visibility
	case "opacity", "-moz-opacity":
		return opacity
	case "filter", "-ms-filter":
		return filter
	case "clip", "clip-path":
		return clip
	case "transform", "-webkit-transform":
		return transform
	case "left":
		return left
	case "top":
		return top
	case "right":
		return right
	case "bottom":
		return bottom
	case "text-indent":
		return textIndent
	case "margin-left":
		return marginLeft
	case "margin-top":
		return marginTop
	case "mso-hide":
		return msoHide
	case "content-visibility":
		return contentVisibility
	}
	return noProperty
}

// parse reads the value of a declaration.
func (p property) parse(value []byte) int {
	switch p {
	case width, height, maxWidth, maxHeight:
		return pixels(value)
	case display:
		return truth(isWord(value, "none"))
	case visibility:
		return truth(isWord(value, "hidden") || isWord(value, "collapse"))
	case overflow:
		return truth(isWord(value, "hidden") || isWord(value, "clip"))
	case msoHide:
		return truth(isWord(value, "all"))
	case contentVisibility:
		return truth(isWord(value, "hidden"))
	case opacity:
		n, unit, ok := number(value)
		return truth(ok && (n < 0.05 || unit == "%" && n < 5))
	case filter:
		return truth(isTransparent(value))
	case clip:
		return truth(clipsAll(value))
	case transform:
		return truth(transformsAway(value))
	}
	return truth(isFar(value))
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func isWord(value []byte, word string) bool {
	return len(value) == len(word) && strings.EqualFold(string(value), word)
}

// number reads a number and its unit, in lower case.
func number(value []byte) (n float64, unit string, ok bool) {
	i := 0
	for i < len(value) && (isDigit(value[i]) || value[i] == '.' || i == 0 && (value[i] == '-' || value[i] == '+')) {
		i++
	}
	n, err := strconv.ParseFloat(string(value[:i]), 64)
	return n, lower(trimSpace(value[i:])), err == nil
}

// pixels reads a dimension attribute or CSS length in CSS pixels: "1", "1px", " 20 ". A percentage is taken as a share of
// the 600 pixels that mail is laid out for; other units are not declared sizes: -1.
func pixels(value []byte) int {
	n, i := 0, 0
	for ; i < len(value) && i < 6 && isDigit(value[i]); i++ {
		n = n*10 + int(value[i]-'0')
	}
	if unit := value[i:]; i > 0 && (len(unit) == 0 || string(unit) == "px") { // as nearly all are written
		return n
	}
	value, _ = cutImportant(bytes.Trim(trimSpace(value), "\"'"))
	f, unit, ok := number(value)
	if !ok || f < 0 || f > 1e6 {
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

// isFar reports whether a length moves an element out of what is shown.
func isFar(value []byte) bool {
	n, unit, ok := number(value)
	if !ok || n >= 0 {
		return ok && (unit == "px" || unit == "pt") && n >= 5000
	}
	switch unit {
	case "em", "rem", "vw", "vh", "%", "in", "cm":
		return n <= -100
	}
	return n <= -1000
}

// isTransparent tells the filters that leave nothing of a picture.
func isTransparent(value []byte) bool {
	text := strings.ReplaceAll(strings.ToLower(string(value)), " ", "")
	_, after, ok := strings.Cut(text, "opacity")
	after = strings.TrimLeft(after, "=(")
	n, _, isNumber := number([]byte(strings.TrimRight(after, ")'\"")))
	return ok && isNumber && n < 0.05
}

// clipsAll reports whether a clip or clip-path leaves nothing, or a pixel.
func clipsAll(value []byte) bool {
	name, rest, ok := strings.Cut(strings.ToLower(string(value)), "(")
	if !ok {
		return false
	}
	lengths := strings.FieldsFunc(strings.TrimSuffix(rest, ")"), func(r rune) bool { return r == ' ' || r == ',' })
	if len(lengths) == 0 {
		return false
	}
	first, unit, ok := number([]byte(lengths[0]))
	switch strings.TrimSpace(name) {
	case "rect":
		for _, l := range lengths {
			if n, _, ok := number([]byte(l)); !ok || math.Abs(n) > 1 {
				return false
			}
		}
		return true
	case "inset":
		return ok && unit == "%" && first >= 50
	case "circle", "ellipse":
		return ok && first == 0
	}
	return false
}

// transformsAway reports whether a transform makes an element nothing, or moves it out of what is shown.
func transformsAway(value []byte) bool {
	text := strings.ToLower(string(value))
	for {
		name, rest, ok := strings.Cut(text, "(")
		if !ok {
			return false
		}
		var arguments string
		arguments, text, _ = strings.Cut(rest, ")")
		name = strings.TrimSpace(name)
		for argument := range strings.SplitSeq(arguments, ",") {
			value := trimSpace([]byte(argument))
			n, _, ok := number(value)
			if strings.HasPrefix(name, "scale") && ok && math.Abs(n) < 0.01 || strings.HasPrefix(name, "translate") && isFar(value) {
				return true
			}
		}
	}
}
