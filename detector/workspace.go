package detector

import "sync"

// workspace is memory that one scan leaves to the next: most messages are small, and would spend a good part of their time
// on making room.
type workspace struct {
	urls     []*evidence          // those that are judged, from arrange on in order of appearance
	byURL    map[string]*evidence // those of urls
	hosts    map[string]*hostUse  // by location.host of what is judged
	loading  map[string]bool      // the hosts that something is loaded from
	places   []place              // the first that are referred from
	findings []Finding            // in the order in which they were made

	evidence [256]evidence // the first of urls: newsletters have about as many
	uses     [32]hostUse   // the first of hosts
}

func newWorkspaces() *sync.Pool {
	return &sync.Pool{New: func() any {
		return &workspace{
			byURL: map[string]*evidence{}, hosts: map[string]*hostUse{}, loading: map[string]bool{},
		}
	}}
}

// isSmall reports whether w is no larger than is worth to be kept.
func (w *workspace) isSmall() bool { return len(w.urls) <= 512 }

// reset makes w empty, for the next message.
func (w *workspace) reset() {
	clear(w.evidence[:min(len(w.urls), len(w.evidence))])
	clear(w.urls)
	clear(w.byURL)
	clear(w.uses[:min(len(w.hosts), len(w.uses))])
	clear(w.hosts)
	clear(w.loading)
	clear(w.places)
	clear(w.findings)
	w.urls, w.places, w.findings = w.urls[:0], w.places[:0], w.findings[:0]
}
