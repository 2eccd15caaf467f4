package report

import (
	"slices"
	"strings"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

// Explain says in a few plain sentences what a finding is, who is behind it, why we think so, and how sure that is
// where it is not certain.
func Explain(t *translations.Texts, f detector.Finding) string {
	sentences := []string{what(t, f)}
	for _, r := range f.Reasons {
		if !said(f, r) {
			sentences = append(sentences, Reason(t, f, r))
		}
	}
	switch f.Confidence {
	case detector.Likely:
		sentences = append(sentences, t.T("explain.likely"))
	case detector.Possible:
		sentences = append(sentences, t.T("explain.possible"))
	}
	return strings.Join(sentences, " ")
}

// Reason is the sentence of one of the reasons of a finding.
func Reason(t *translations.Texts, f detector.Finding, r detector.Reason) string {
	switch r {
	case detector.DiffersPerMessage, detector.SameForRecipient, detector.SameEverywhere:
		return t.N("reason."+string(r), f.Messages)
	}
	return t.T("reason." + string(r))
}

// maxExplained is how many findings of a message are explained; after some, the rest repeats them.
const maxExplained = 5

// writeExplanations writes the findings of a message below its row, links that report a click last. What is true of
// several in a row is said once.
func writeExplanations(b *strings.Builder, o Options, m store.Message) {
	said := ""
	for i, f := range m.Findings {
		if i == maxExplained {
			b.WriteString("  " + o.Texts.N("explain.more", len(m.Findings)-i) + "\n")
			break
		}
		text := "  " + o.Texts.T("kind."+string(f.Kind)) + ": " + Explain(o.Texts, f) + " " +
			o.Texts.T("explain.learns", translations.Args{"Things": exposures(o.Texts, f.Exposes)})
		if text != said {
			writeWrapped(b, o, text)
			said = text
		}
		writeWrapped(b, o, "    "+f.URL)
	}
	for _, e := range m.Errors {
		writeWrapped(b, o, "  "+o.Texts.T("explain.broken", translations.Args{"What": e}))
	}
	b.WriteByte('\n')
}

// writeWrapped writes a paragraph whose lines all begin with the white space that text begins with. A word that is wider
// than the terminal stays whole, so that it can be copied.
func writeWrapped(b *strings.Builder, o Options, text string) {
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	width := 0
	for i, word := range strings.Fields(Clean(text)) {
		switch n := cells(word); {
		case i == 0:
			b.WriteString(indent)
			width = len(indent)
		case o.Width > 0 && width+1+n > o.Width:
			b.WriteString("\n" + indent)
			width = len(indent)
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += cells(word)
	}
	b.WriteByte('\n')
}

func what(t *translations.Texts, f detector.Finding) string {
	args := translations.Args{"Who": who(t, f), "Width": f.Width, "Height": f.Height}
	switch f.Kind {
	case detector.OpenPixel:
		if f.Width > 0 && f.Height > 0 && !slices.Contains(f.Reasons, detector.DeclaredSize) {
			return t.T("explain.open-pixel.sized", args)
		}
		return t.T("explain.open-pixel", args)
	case detector.ReadReceipt:
		return t.T("explain.read-receipt", args)
	case detector.ClickLink:
		return t.T("explain.click-link", args)
	default:
		if slices.Contains(f.Reasons, detector.SameEverywhere) {
			return t.T("explain.picture", args)
		}
		return t.T("explain.unique-image", args)
	}
}

// who is the service with its company, or the host. The host is the sender's choice of characters.
func who(t *translations.Texts, f detector.Finding) string {
	switch {
	case f.Provider == "" && f.Host == "":
		return t.T("explain.unknown")
	case f.Provider == "":
		return Clean(f.Host)
	case f.Company == "" || f.Company == f.Provider:
		return f.Provider
	}
	return f.Provider + " (" + f.Company + ")"
}

// said reports whether the sentence of what, or that of another reason, says the reason r already.
func said(f detector.Finding, r detector.Reason) bool {
	switch r {
	case detector.Tiny, detector.Hidden:
		return f.Kind == detector.OpenPixel
	case detector.RecipientToken: // what comparing found is more exact, or speaks against it
		return f.Messages > 0
	case detector.KnownProvider:
		return f.Provider != ""
	case detector.Redirector:
		return f.Kind == detector.ClickLink
	case detector.Requested:
		return f.Kind == detector.ReadReceipt
	}
	return false
}
