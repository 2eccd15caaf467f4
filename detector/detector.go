// Package detector finds what in a message reports back to its sender when the message is opened.
//
// It is pure: a message goes in, findings come out; no network, disk, clock or globals.
package detector

import (
	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
)

// Detector judges messages by a catalogue of tracking services. It may be used from many goroutines.
type Detector struct {
	catalogue *catalogue.Catalogue
}

// New returns a detector that names services by c.
func New(c *catalogue.Catalogue) *Detector { return &Detector{catalogue: c} }

// Scan says what m reports, and to whom. The addresses that m was sent to are read from its header; own adds
// further addresses of the recipient (the account's).
func (d *Detector) Scan(m *message.Message, own ...string) Result { return Result{} }
