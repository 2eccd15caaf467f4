package view

import (
	"slices"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

// State is the verdict on a sender or a message, in the four steps that people are shown.
type State int

// The states, the least serious first.
const (
	Clean       State = iota // nothing was found
	ReadReceipt              // asks for a read receipt, and does nothing more
	Tracked                  // reports that the message was opened
	PassesOn                 // also passes the recipient's address on
)

// Word is the state's name.
func (s State) Word(texts *translations.Texts) string {
	switch s {
	case PassesOn:
		return texts.T("window.state.passes-on")
	case Tracked:
		return texts.T("window.state.tracked")
	case ReadReceipt:
		return texts.T("window.state.read-receipt")
	default:
		return texts.T("window.state.clean")
	}
}

func senderState(s store.Sender) State {
	switch {
	case s.LeaksAddress:
		return PassesOn
	case s.Tracked == 0:
		return Clean
	case s.ReadReceipts >= s.Tracked && onlyOpenTime(s.Exposes):
		return ReadReceipt
	default:
		return Tracked
	}
}

// onlyOpenTime reports whether nothing but the time of opening is learned: all that a receipt tells, and less than any
// other tracker does.
func onlyOpenTime(all []detector.Exposure) bool {
	return !slices.ContainsFunc(all, func(e detector.Exposure) bool { return e != detector.OpenTime })
}

func rowState(r store.Row) State {
	switch {
	case r.LeaksAddress:
		return PassesOn
	case !r.Tracked:
		return Clean
	case r.ReadReceipt && onlyOpenTime(r.Exposes):
		return ReadReceipt
	default:
		return Tracked
	}
}

func messageState(r detector.Result) State {
	state := Clean
	for _, f := range r.Findings {
		switch {
		case !f.Tracks():
		case slices.Contains(f.Exposes, detector.AddressLeaked):
			return PassesOn
		case f.Kind == detector.ReadReceipt:
			state = max(state, ReadReceipt)
		default:
			state = max(state, Tracked)
		}
	}
	return state
}
