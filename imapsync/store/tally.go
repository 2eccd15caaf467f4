package store

import (
	"encoding/json"
	"slices"
	"strings"
)

// senderKey is whose messages are counted, and where: in an account, or in all of them (0).
type senderKey struct {
	account int64
	address string
}

// tally is what new messages of a sender add to the table senders. Dates are nil where no message has one.
type tally struct {
	name                                               string // that it used last
	named                                              *int64 // the date of that
	organisation                                       string
	messages, tracked, leaks, readReceipts, clickLinks int
	exposes                                            int64
	first, last                                        *int64
	services                                           []string
}

// tally counts a new message that has no copies.
func (w *writer) tally(m *Message, f facts) {
	for _, account := range []int64{m.Account, 0} {
		key := senderKey{account, strings.ToLower(m.From.Address)}
		t := w.senders[key]
		if t == nil {
			t = &tally{services: []string{}}
			w.senders[key] = t
		}
		t.add(m, f)
	}
}

func (t *tally) add(m *Message, f facts) {
	var date *int64
	if !m.Date.IsZero() {
		seconds := m.Date.Unix()
		date = &seconds
		if t.first == nil || seconds < *t.first {
			t.first = date
		}
		if t.last == nil || seconds > *t.last {
			t.last = date
		}
	}
	if name := m.From.Name; name != "" && (t.named == nil || date != nil && *date >= *t.named) {
		t.name, t.named = name, date
	}
	t.organisation = max(t.organisation, m.From.Organisation)
	for _, count := range []struct {
		n     *int
		holds bool
	}{{&t.messages, true}, {&t.tracked, f.tracked}, {&t.leaks, f.leaks}, {&t.readReceipts, f.readReceipt}, {&t.clickLinks, f.clickLinks}} {
		if count.holds {
			*count.n++
		}
	}
	t.exposes |= f.exposes
	for _, name := range m.Providers() {
		if i, found := slices.BinarySearch(t.services, name); !found {
			t.services = slices.Insert(t.services, i, name)
		}
	}
}

// addSenders writes the tallies.
func (w *writer) addSenders() error {
	for key, t := range w.senders {
		services, err := json.Marshal(t.services)
		if err != nil {
			return err
		}
		err = w.exec("INSERT INTO senders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "+addSender, key.account, key.address,
			t.name, t.named, t.organisation, t.messages, t.tracked, t.leaks, t.readReceipts, t.clickLinks, t.exposes, t.first, t.last, string(services))
		if err != nil {
			return err
		}
	}
	return nil
}
