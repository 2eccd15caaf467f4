package detector

import (
	"cmp"
	"slices"
)

// Verdict is what the user says that the URLs of a pattern are.
type Verdict string

// The verdicts.
const (
	Harmless Verdict = "harmless" // no tracker, whatever it looks like
	Tracker  Verdict = "tracker"  // reports that the message was opened
)

// Pattern is what the URLs have in common that a sender puts into the same place of its messages. It has no value in it
// that differs between messages or recipients.
type Pattern struct {
	Correspondent string // whose messages, see [Address.Correspondent]
	Template      string // host and path, with "*" for what can differ, and the names of query keys
}

// PatternOf is the pattern of a finding in a message from the address from. ok is false for what the user cannot overrule:
// a header field that asks in plain words, and links, which do not make a message tracked.
func PatternOf(from Address, f Finding) (p Pattern, ok bool) {
	if f.Kind == ReadReceipt || f.Kind == ClickLink {
		return p, false
	}
	at, ok := locate(f.URL)
	p = Pattern{Correspondent: from.Correspondent(), Template: newTemplate(&at).shape}
	return p, ok && p.Correspondent != ""
}

// Overrides are the user's own verdicts.
type Overrides map[Pattern]Verdict

// Apply returns r with the user's verdicts in the place of those that they overrule. It does not matter whether r has
// been overruled before, by whatever verdicts.
func (o Overrides) Apply(r Result) Result {
	overruled := func(f Finding) bool { return f.Overruled != "" }
	if len(o) == 0 && !slices.ContainsFunc(r.Findings, overruled) {
		return r
	}
	findings, candidates := []Finding{}, []Candidate(nil)
	keep := func(f Finding) {
		f = f.accepted()
		if p, ok := PatternOf(r.From, f); ok {
			f = f.overruled(o[p])
		}
		if f.Confidence == "" {
			candidates = append(candidates, newCandidate(f))
		} else {
			findings = append(findings, f)
		}
	}
	for _, f := range r.Findings {
		keep(f)
	}
	for _, c := range r.Candidates {
		keep(c.finding())
	}
	r.Findings, r.Candidates = findings, candidates
	r.finish()
	return r
}

// overruled is the finding as the user sees it. One that is harmless stays, as one that is worth no alarm, so that it can
// be seen what was said of it.
func (f Finding) overruled(v Verdict) Finding {
	confidence := f.Confidence
	switch v {
	case Harmless:
		if confidence == "" {
			return f
		}
		f.Confidence = Possible
	case Tracker:
		if confidence != Certain {
			f.Confidence = Likely
		}
	default:
		return f
	}
	f.Overruled = cmp.Or(confidence, unfounded)
	f.Reasons = append(slices.Clip(f.Reasons), OwnVerdict)
	return f
}

// accepted is the finding without the user's verdict.
func (f Finding) accepted() Finding {
	if f.Overruled == "" {
		return f
	}
	f.Reasons = slices.DeleteFunc(slices.Clone(f.Reasons), func(r Reason) bool { return r == OwnVerdict })
	f.Confidence, f.Overruled = f.Overruled, ""
	if f.Confidence == unfounded {
		f.Confidence = ""
	}
	return f
}
