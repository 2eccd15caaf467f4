package detector

import (
	"path"
	"slices"
	"strings"

	"pixelwacht/detector/catalogue"
)

// loaded judges a URL that is requested when the message is shown. alone says that the message loads nothing else from
// that host.
func (j *judge) loaded(e *evidence, alone bool) (Finding, bool) {
	f := Finding{Kind: OpenPixel, Exposes: []Exposure{OpenTime, OpenCount, IPAddress, Location, Device}}
	token, strong := e.at.token(e.isPixel())
	words := e.at.trackingWord()

	match, known := j.name(e.at, catalogue.Open, catalogue.Host)
	if known {
		f.Provider, f.Company = match.Provider.Name, match.Provider.Company
		if match.ByHost {
			f.raise(Certain, KnownProvider)
		} else {
			f.raise(Likely, PathShape)
		}
	}
	if k, ok := j.identity.find(e.at); ok {
		token, strong = k.text, strongToken
		switch {
		case k.other && e.visible && !e.isSmall(), isAvatar(e.at):
			f.raise(Possible, k.reason)
		case k.other:
			f.raise(Likely, k.reason)
		default:
			f.raise(Certain, k.reason)
		}
		f.Exposes = append(f.Exposes, AddressLeaked)
	}
	if e.isContent() && f.Confidence == "" {
		return f, false
	}
	if c, reason, ok := e.structure(strong, words, alone); ok {
		f.raise(c, reason)
	}
	if f.Confidence == "" {
		return f, false
	}
	if !known {
		f.Provider, f.Company = j.owner(e.at)
	}
	if strong > noToken {
		f.Token = token
		if !slices.ContainsFunc(f.Reasons, isAddressReason) {
			f.Reasons = addReason(f.Reasons, RecipientToken)
		}
	}
	if !e.unseen() && !e.isSizeless() && !e.isSmall() {
		f.Kind = UniqueImage
	}
	f.Reasons = e.describe(f.Reasons, alone, words > noWord)
	return f, true
}

// structure judges what nothing but the make-up of the reference speaks for: how it is shown, what its URL is made of and
// says, and what else comes from there. ok is false when ordinary pictures look the same.
func (e *evidence) structure(token strength, word wordiness, alone bool) (c Confidence, reason Reason, ok bool) {
	pixel, static := e.isPixel(), e.at.isStatic()
	picture := hasPictureExtension(path.Base(e.at.path))
	switch {
	// Nobody sees the picture, so its URL is what it is for.
	case pixel && token > noToken && !static:
		return Likely, RecipientToken, true
	case pixel && token == strongToken && e.count == 1: // in the name of a file
		return Likely, RecipientToken, true
	case pixel && word > noWord && (!static || e.count == 1 && !e.isSpacer()):
		return Likely, TrackingWord, true
	case pixel && e.count == 1 && !static:
		return Likely, OnlyImageOfHost, true
	case e.isWrapped() && token == strongToken && !static:
		return Likely, RecipientToken, true
	// Shown or not, it is made for one reader and says what it is for.
	case token == strongToken && !static && !picture && (word == plainWord || word == vagueWord && !e.visible):
		return Likely, RecipientToken, true
	// A spacer, or a picture for one reader such as a ticket, would look the same.
	case pixel && e.count == 1 && alone && !e.isSpacer():
		return Possible, OnlyImageOfHost, true
	case token == strongToken && !static:
		return Possible, RecipientToken, true
	}
	return "", "", false
}

// raise sets the confidence unless a surer one is set already, and adds the reason.
func (f *Finding) raise(c Confidence, reason Reason) {
	order := []Confidence{Certain, Likely, Possible}
	if f.Confidence == "" || slices.Index(order, c) < slices.Index(order, f.Confidence) {
		f.Confidence = c
	}
	f.Reasons = addReason(f.Reasons, reason)
}

func addReason(reasons []Reason, r Reason) []Reason {
	if slices.Contains(reasons, r) {
		return reasons
	}
	return append(reasons, r)
}

func isAddressReason(r Reason) bool { return strings.HasPrefix(string(r), "address") }

// describe adds the circumstances to the reasons.
func (e *evidence) describe(reasons []Reason, alone, words bool) []Reason {
	if e.isTiny() {
		reasons = addReason(reasons, Tiny)
	}
	if e.isHidden() {
		reasons = addReason(reasons, Hidden)
	}
	if e.isSizeless() {
		reasons = addReason(reasons, DeclaredSize)
	}
	if words {
		reasons = addReason(reasons, TrackingWord)
	}
	if alone {
		reasons = addReason(reasons, OnlyImageOfHost)
	} else {
		reasons = slices.DeleteFunc(reasons, func(r Reason) bool { return r == OnlyImageOfHost })
	}
	return reasons
}

// unseen reports whether no occurrence of the picture can be seen.
func (e *evidence) unseen() bool { return !e.visible && (e.isTiny() || e.isHidden()) }

// isTiny reports whether the picture is declared to be at most a few pixels in both directions, or in one where the
// other is not declared.
func (e *evidence) isTiny() bool {
	b := e.box
	return max(b.Width, b.Height) >= 0 && max(b.Width, b.Height) <= tinySide
}

// isPixel reports whether the picture has no other purpose than to be loaded: it is tiny, or hidden without a size or
// text alternative, which the hidden twins of real pictures have.
func (e *evidence) isPixel() bool {
	return !e.visible && (e.isTiny() || e.isHidden() && e.isBare())
}

// isWrapped reports whether a picture without a size or text alternative stands inside of something that is hidden.
// That alone is ordinary: menus and twins for small screens are hidden, too.
func (e *evidence) isWrapped() bool { return !e.visible && e.box.HiddenParent && e.isBare() }

// isBare reports whether the element says nothing of the picture.
func (e *evidence) isBare() bool { return e.alt == "" && e.box.Width < 0 && e.box.Height < 0 }

// isSmall reports whether the picture is declared so small that it shows nothing. Pixels of such sizes dodge the rule
// for tiny pictures; on its own the size says little, since bullets and lines have it too.
func (e *evidence) isSmall() bool {
	b := e.box
	return b.Width >= 0 && b.Height >= 0 && b.Width*b.Height <= 100
}

// isHidden reports whether the element itself is not rendered. Hidden ancestors are ordinary: twins of pictures for
// small screens or dark mode.
func (e *evidence) isHidden() bool { return e.box.Hidden }

// isSizeless reports whether nothing is said of the picture's size.
func (e *evidence) isSizeless() bool {
	return e.box.Width < 0 && e.box.Height < 0 && !e.box.Hidden && (e.element == "img" || e.element == "image" || e.onlyStyle)
}

// isContent reports whether the reference is for something other than a picture: fonts, style sheets.
func (e *evidence) isContent() bool {
	return e.element == "link" || e.element == "script" || strings.HasSuffix(e.where, "@import") || strings.HasSuffix(e.where, " src") && e.element == "style"
}

// isSpacer reports whether the picture is a static one by its name.
func (e *evidence) isSpacer() bool {
	if !e.at.isStatic() {
		return false
	}
	name := strings.ToLower(path.Base(e.at.path))
	return slices.ContainsFunc(spacerNames, func(s string) bool { return strings.Contains(name, s) })
}

// isAvatar tells the public picture services that are asked for an avatar by the hash of an address.
func isAvatar(at location) bool {
	return strings.HasSuffix(at.host, "gravatar.com") && strings.HasPrefix(at.path, "/avatar") || strings.HasSuffix(at.host, "libravatar.org")
}
