package view

import (
	"fmt"
	"slices"
	"testing"

	"pixelwacht/imapsync/store"
)

// messageList is the list of all messages, read.
func messageList(t *testing.T, s *source) (*owner, *MessageList) {
	t.Helper()
	o := newOwner(t, Params{OpenDemo: s.opens(t)})
	o.app.OpenDemo()
	o.until("open", o.app.IsOpen)
	l := o.app.Messages()
	o.app.Show(l)
	o.scanned()
	return o, l
}

func TestRowsAreReadWhereTheyAreLookedAt(t *testing.T) {
	var all []store.Message
	for i := range 3 * rowWindow {
		all = append(all, msg(i, "shop", fmt.Sprintf("Message %d", i)))
	}
	s := &source{messages: all[:1]}
	o, l := messageList(t, s)
	account, err := s.store.Account(t.Context(), store.IMAP, s.Name())
	if err != nil {
		t.Fatal(err)
	}
	mailbox, err := s.store.Mailbox(t.Context(), account.ID, "INBOX", 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.Saver().Save(t.Context(), account, mailbox.ID, all); err != nil {
		t.Fatal(err)
	}
	o.app.Show(l)
	o.scanned()
	if l.Len() != len(all) || l.Row(0).Subject != "Message 0" || len(l.rows) > rowWindow {
		t.Fatalf("%d messages, %d rows, first %+v", l.Len(), len(l.rows), l.Row(0))
	}
	last := len(all) - 1
	o.changes = 0
	if r := l.Row(last); r.Subject != "" || r.ID == 0 {
		t.Errorf("a row that was not read is %+v", r)
	}
	o.until("rows", func() bool { return o.changes&ListChanged != 0 })
	if r := l.Row(last); r.Subject != fmt.Sprintf("Message %d", last) {
		t.Errorf("the last row is %+v", r)
	}
	if r := l.Row(last + 1); r.ID != 0 {
		t.Errorf("behind the last row is %+v", r)
	}
}

// What is searched for is looked up in what was read before; new mail is found all the same, and so is what is in another
// order or of another choice.
func TestSearchFindsWhatThereIsNow(t *testing.T) {
	s := &source{messages: mailbox()}
	o, l := messageList(t, s)
	check := func(after string, want ...string) {
		t.Helper()
		o.scanned()
		var got []string
		for i := range l.Len() {
			got = append(got, l.Row(i).Subject)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: found %q, want %q", after, got, want)
		}
	}
	if len(l.texts) != len(mailbox()) {
		t.Errorf("%d texts to search in were read with the list, want %d", len(l.texts), len(mailbox()))
	}
	l.Search("sale")
	check("a search", "Sale", "More sale")
	s.messages = append(s.messages, msg(7, "shop", "Last sale"), msg(8, "shop", "A bill"))
	o.app.Rescan()
	check("a scan", "Sale", "More sale", "Last sale")
	l.Sort(SubjectColumn)
	check("sorting", "Last sale", "More sale", "Sale")
	l.SetFilter(MessageFilter{Tracked: true})
	check("a choice", "More sale", "Sale")
	l.Search("paper")
	check("another search", "Morning news")
	o.app.Show(l)
	check("coming back", "Morning news")
	l.SetFilter(MessageFilter{})
	l.Search("bill")
	check("no choice", "A bill")
	l.Search("")
	check("no search", "A bill", "Hello", "Last sale", "More sale", "Morning news", "Please confirm", "Receipt", "Sale")
}

func TestFilterOfMessages(t *testing.T) {
	o, l := messageList(t, &source{messages: mailbox()})
	for _, c := range []struct {
		name   string
		filter MessageFilter
		want   func(store.Message) bool
	}{
		{"everything", MessageFilter{}, func(store.Message) bool { return true }},
		{"tracked", MessageFilter{Tracked: true}, func(m store.Message) bool { return messageState(m.Result) != Clean }},
		{"leaks", MessageFilter{Leaks: true}, func(m store.Message) bool { return messageState(m.Result) == PassesOn }},
		{"provider", MessageFilter{Provider: "alpha"}, func(m store.Message) bool { return slices.Contains(m.Providers(), "alpha") }},
		{"mailbox", MessageFilter{Mailbox: "INBOX"}, func(store.Message) bool { return true }},
		{"no such mailbox", MessageFilter{Mailbox: "None"}, func(store.Message) bool { return false }},
		{"this month", MessageFilter{Period: ThisMonth}, func(m store.Message) bool { return m.Date.Month() == now().Month() && m.Date.Year() == now().Year() }},
	} {
		l.SetFilter(c.filter)
		o.scanned()
		want := 0
		for _, m := range mailbox() {
			if c.want(m) {
				want++
			}
		}
		if l.Len() != want || l.Filtered() != (c.filter != MessageFilter{}) {
			t.Errorf("%s: %d messages, want %d", c.name, l.Len(), want)
		}
	}
	if !slices.Equal(l.Mailboxes(), []string{"INBOX"}) || !slices.Contains(l.Providers(), "alpha") {
		t.Errorf("to choose from: %q, %q", l.Mailboxes(), l.Providers())
	}
}

func TestNewMessagesComeAtTheEnd(t *testing.T) {
	for _, c := range []struct{ before, now, want []int64 }{
		{nil, []int64{3, 2, 1}, []int64{3, 2, 1}},
		{[]int64{2, 1}, []int64{3, 2, 1}, []int64{2, 1, 3}},
		{[]int64{2, 1, 5}, []int64{4, 2, 3, 5}, []int64{2, 5, 4, 3}},
	} {
		if got := inPlace(c.before, c.now); !slices.Equal(got, c.want) {
			t.Errorf("%v after %v: %v, want %v", c.now, c.before, got, c.want)
		}
	}
}
