package detector

import (
	"slices"
	"strings"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/markup"
)

// loaded judges the URL j.urls[i], which is requested when the message is shown.
func (j *judge) loaded(i int, f *Finding) bool {
	e := j.urls[i]
	f.Kind = OpenPixel
	c := j.clues(i)
	match, known := j.name(e, catalogue.Open, catalogue.Host)
	if known {
		f.Provider, f.Company = match.Provider.Name, match.Provider.Company
		confidence, reason := certainty(match)
		if c.token.strength == noToken && match.Form == catalogue.Open && !e.opaque {
			c.token = e.at.tokens().any() // the service says that this is no layout
		}
		if match.Form == catalogue.Host && e.isShown() && c.token.strength == noToken {
			confidence = Possible // a live picture or a timer that is the same for everybody
		}
		f.raise(confidence, reason)
	}
	k, leaks := j.identity.find(&e.at)
	if leaks {
		c.token, c.score = token{text: k.text, strength: strongToken}, c.score+leakPoints-c.tokenPoints
		switch {
		case k.other, isAvatar(&e.at):
			f.raise(Possible, k.reason)
		default:
			f.raise(Certain, k.reason)
		}
	}
	if e.isContent() && f.Confidence == "" && (c.word < plainWord || c.token.strength < strongToken) {
		return false // fonts and style sheets have codes, too, but do not say that they report
	}
	switch {
	case isAvatar(&e.at):
	case c.score >= likelyScore:
		f.raise(Likely)
	case c.score >= possibleScore:
		f.raise(Possible)
	}
	if f.Confidence == "" {
		return false
	}
	if !known {
		f.Provider, f.Company = e.owner()
	}
	if c.token.strength > noToken {
		f.Token = c.token.text
		if !leaks {
			f.addReason(RecipientToken)
		}
	}
	f.Exposes = loadingExposes(leaks, c.token.strength == strongToken)
	if e.isShown() && c.token.strength > noToken {
		f.Kind = UniqueImage
	}
	e.describe(f, &c)
	return true
}

// certainty is what a match in the catalogue says.
func certainty(m catalogue.Match) (Confidence, Reason) {
	confidence := [...]Confidence{catalogue.Possible: Possible, catalogue.Likely: Likely, catalogue.Certain: Certain}[m.Certainty]
	if m.ByHost {
		return confidence, KnownProvider
	}
	return confidence, PathShape
}

// The verdict by structure adds up points for what pixels have and takes off points for what ordinary pictures have.
// Nothing that is found once in a while in ordinary pictures reaches likelyScore alone; three independent signs do.
const (
	likelyScore   = 5
	possibleScore = 3

	// How the picture is shown.
	pixelPoints    = 3  // nobody sees it
	twicePoints    = 1  // tiny, and hidden besides
	smallPoints    = 2  // a few pixels more than tiny: 10×1, 10×10
	iconPoints     = 1  // as small as an icon, without a text alternative
	sizelessPoints = 1  // no size and no text alternative: the size of what is loaded, often nothing
	wrappedPoints  = 1  // like that, and inside of something hidden
	shownPoints    = -2 // large enough to be looked at
	twinPoints     = -1 // hidden, but with a size or text: the twin of a picture for another screen

	// What its URL is made of.
	strongPoints     = 3  // a code that is one of very many
	weakPoints       = 1  // a number or short code
	leakPoints       = 4  // somebody's address
	dynamicPoints    = 1  // no picture file: a program answers
	staticPoints     = -3 // a picture file that is the same for everybody
	signedPoints     = -1 // a picture file with a code behind it, which may be what proves that it may be read
	pixelFile        = -1 // … when nobody sees it: spacers and pixels alike
	readerPoints     = 2  // the name of the query item says that it is about the reader: user, subscriber
	readerCodePoints = 4  // … and it is a code of very many
	plainPoints      = 3  // says it reports opens
	vaguePoints      = 1  // may say so
	namelessWord     = -2 // … but has no code to tell readers apart by, and is shown
	spacerPoints     = -2 // is called what layout pictures are called

	// What else the message has.
	alonePoints    = 1  // the only thing from its host
	redirectPoints = 1  // its host is the one that the message's links go through
	repeatedPoints = -1 // two or three times in the message
	oftenPoints    = -3 // more often: layout
	siblingPoints  = -2 // one of several pictures with such codes: a store of pictures
	storePoints    = -3 // its host is a store of files by its name, and this can be one of them
	picturesPoints = -2 // its host is named for pictures
	websitePoints  = -1 // its host is a web site, whose pictures a program may serve
	numericPoints  = 1  // its host has no name, or none with a dot
	servicePoints  = 1  // its host belongs to a service that sends newsletters, and it is a pixel with a code
)

// clues is the evidence on one URL, summed up.
type clues struct {
	score       int
	token       token
	tokenPoints int // what the token has added to score
	word        wordiness
	alone       bool
}

// clues weighs what nothing but the make-up of a reference speaks for: how it is shown, what its URL is made of and says,
// and what else the message has of its host.
func (j *judge) clues(i int) clues {
	e := j.urls[i]
	use := e.use
	c := clues{alone: use.loads == 1}
	pixel := e.isPixel()
	c.word = e.at.trackingWord()
	if e.visible && !e.isSmall() && c.word < plainWord && e.at.query == "" && hasPictureExtension(e.at.path) {
		c.score = shownPoints + staticPoints // most pictures of most messages
		return c
	}
	t := e.at.tokens()
	// A file that says it reports opens, with a code in its path, is not the same for everybody.
	static := t.static() && (c.word < plainWord || t.best.strength < strongToken)
	c.token = t.best
	if (pixel || c.word == plainWord && !e.visible) && t.name.strength > t.best.strength {
		c.token, static = t.name, static && t.name.strength < strongToken
	}
	spacer := static && e.at.isSpacer()
	if spacer && t.best.inPath && t.best.strength == strongToken && !e.visible && !j.isShared(i, t.best.text) {
		static, spacer = false, false // layout files do not have a directory for each reader
	}
	if e.opaque || static && !pixel {
		c.token = token{}
	}
	if spacer {
		c.word = noWord
	}

	c.score = e.appearance(pixel)
	switch c.token.strength {
	case strongToken:
		c.tokenPoints = strongPoints
	case weakToken:
		c.tokenPoints = weakPoints
	}
	c.score += c.tokenPoints
	switch {
	case static && pixel:
		c.score += pixelFile
	case static:
		c.score += staticPoints
	case pixel && c.token.strength < strongToken:
		c.score += dynamicPoints + 1 // whatever a program answers here, nobody was to see it
	case !t.file:
		c.score += dynamicPoints
	case !static && !pixel && !e.isSmall() && !c.token.inPath && c.word < plainWord && t.reader == noToken:
		c.score += signedPoints
	}
	switch {
	case e.opaque || t.reader == noToken:
	case t.reader == strongToken:
		c.score += readerCodePoints
	default:
		c.score += readerPoints
	}
	if !pixel && c.word < plainWord && t.reader == noToken && strings.HasPrefix(e.at.host, "www.") {
		c.score += websitePoints
	}
	switch c.word {
	case plainWord:
		c.score += plainPoints
	case vagueWord:
		c.score += vaguePoints
	}
	if c.word > noWord && c.token.strength == noToken && !pixel && !e.isSmall() {
		c.score += namelessWord
	}
	if spacer {
		c.score += spacerPoints
	}
	switch {
	case e.count > 3:
		c.score += oftenPoints
	case e.count > 1:
		c.score += repeatedPoints
	}
	if c.alone {
		c.score += alonePoints
	}
	if c.word < plainWord && !(pixel && !t.file) {
		c.score += e.at.storePoints()
	}
	if e.at.isNumericHost() {
		c.score += numericPoints
	}
	if pixel && !spacer && c.token.strength > noToken && e.isService() {
		c.score += servicePoints
	}
	// The comparisons cost more, so they are left for where they can matter.
	if c.score >= possibleScore && !pixel && c.word < plainWord && j.hasSiblings(i) {
		c.score += siblingPoints
	}
	if c.score >= possibleScore-1 && c.score < likelyScore && !static && j.redirection(e) > directLinks {
		c.score += redirectPoints
	}
	return c
}

// storePoints is what the name of the host takes off.
func (l *location) storePoints() int {
	switch l.store() {
	case fileStore:
		return storePoints
	case pictureHost:
		return picturesPoints
	}
	return 0
}

// appearance is the points for how the picture is shown.
func (e *evidence) appearance(pixel bool) int {
	switch {
	case e.isContent():
		return 0
	case pixel && e.isTiny() && e.isHidden():
		return pixelPoints + twicePoints
	case pixel:
		return pixelPoints
	case e.isSmall():
		return smallPoints
	case e.visible:
		if e.isIcon() {
			return iconPoints
		}
		return shownPoints
	case e.isHidden():
		return twinPoints
	case !e.isBare():
		return 0
	case e.box.HiddenParent:
		return sizelessPoints + wrappedPoints
	}
	return sizelessPoints
}

// isShared reports whether other loaded URLs of the same host hold text, too.
func (j *judge) isShared(i int, text string) bool {
	for other := range j.others(i, markup.Loads) {
		if strings.Contains(other.at.path, text) || strings.Contains(other.at.query, text) {
			return true
		}
	}
	return false
}

// hasSiblings reports whether the message loads another picture of the same host that is shown, has the same form of
// URL, and a code, too.
func (j *judge) hasSiblings(i int) bool {
	at := &j.urls[i].at
	depth := strings.Count(at.path, "/")
	for other := range j.others(i, markup.Loads) {
		if !other.isPixel() && strings.Count(other.at.path, "/") == depth && (other.at.query == "") == (at.query == "") {
			if t := other.at.tokens(); max(t.best.strength, t.name.strength) == strongToken {
				return true
			}
		}
	}
	return false
}

// isAvatar tells the public picture services that are asked for an avatar by the hash of an address.
func isAvatar(at *location) bool {
	return strings.HasSuffix(at.host, "gravatar.com") && strings.HasPrefix(at.path, "/avatar") || strings.HasSuffix(at.host, "libravatar.org")
}

// raise sets the confidence unless a surer one is set already, and adds the reasons.
func (f *Finding) raise(c Confidence, reasons ...Reason) {
	if f.Confidence == "" || slices.Index(confidences, c) < slices.Index(confidences, f.Confidence) {
		f.Confidence = c
	}
	for _, r := range reasons {
		f.addReason(r)
	}
}

// confidences are ordered, most sure first.
var confidences = []Confidence{Certain, Likely, Possible}

func (f *Finding) addReason(r Reason) {
	if f.Reasons == nil {
		f.Reasons = make([]Reason, 0, 4) // most findings have no more
	}
	if !slices.Contains(f.Reasons, r) {
		f.Reasons = append(f.Reasons, r)
	}
}

// describe adds the circumstances to the reasons.
func (e *evidence) describe(f *Finding, c *clues) {
	if e.isTiny() {
		f.addReason(Tiny)
	}
	if e.isHidden() {
		f.addReason(Hidden)
	}
	if e.isSizeless() || !e.isTiny() && e.isSmall() {
		f.addReason(DeclaredSize)
	}
	if c.word > noWord {
		f.addReason(TrackingWord)
	}
	if c.alone {
		f.addReason(OnlyImageOfHost)
	}
}
