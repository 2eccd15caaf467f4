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
	t.messages++
	t.tracked += count(f.tracked)
	t.leaks += count(f.leaks)
	t.readReceipts += count(f.readReceipt)
	t.clickLinks += count(f.clickLinks)
	t.exposes |= f.exposes
	for _, name := range m.Providers() {
		if i, found := slices.BinarySearch(t.services, name); !found {
			t.services = slices.Insert(t.services, i, name)
		}
	}
}

func count(holds bool) int {
	if holds {
		return 1
	}
	return 0
}

// addSender adds what is new of a sender to what is known of it.
const addSender = `ON CONFLICT (account, address) DO UPDATE SET
	name = CASE WHEN excluded.name <> '' AND coalesce(excluded.named, 0) >= coalesce(named, 0) THEN excluded.name ELSE name END,
	named = max(coalesce(named, excluded.named), coalesce(excluded.named, named)),
	organisation = excluded.organisation,
	messages = messages + excluded.messages, tracked = tracked + excluded.tracked, leaks = leaks + excluded.leaks,
	read_receipts = read_receipts + excluded.read_receipts, click_links = click_links + excluded.click_links,
	exposes = exposes | excluded.exposes,
	first = min(coalesce(first, excluded.first), coalesce(excluded.first, first)),
	last = max(coalesce(last, excluded.last), coalesce(excluded.last, last)),
	services = CASE WHEN services = excluded.services THEN services ELSE (SELECT json_group_array(value) FROM
		(SELECT value FROM json_each(senders.services) UNION SELECT value FROM json_each(excluded.services))) END`

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
