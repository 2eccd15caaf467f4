package view

import (
	"slices"
	"testing"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

func someSenders() []store.Sender {
	return []store.Sender{
		{Address: "shop@a.example", Name: "Shop", Organisation: "a.example", Messages: 3, Tracked: 2, Providers: []string{"Alpha"}, Exposes: []detector.Exposure{detector.OpenTime, detector.Device}, LastSeen: now().AddDate(0, 0, -2)},
		{Address: "paper@b.example", Name: "Paper", Organisation: "b.example", Messages: 1200, Tracked: 1200, Providers: []string{"Beta", "Gamma"}, LeaksAddress: true, Exposes: []detector.Exposure{detector.OpenTime, detector.Device, detector.AddressLeaked}, LastSeen: now()},
		{Address: "office@c.example", Messages: 1, Tracked: 1, ReadReceipts: 1, Providers: []string{}, Exposes: []detector.Exposure{detector.OpenTime}, LastSeen: now().AddDate(0, 0, -1)},
		{Address: "friend@d.example", Name: "Ann Friend", Messages: 7, Providers: []string{}, LastSeen: now().AddDate(-1, 0, 0)},
		{Messages: 2, Providers: []string{}},
	}
}

// list is a list of senders without a store.
func list(t *testing.T, lang string, all ...store.Sender) *SenderList {
	t.Helper()
	o := newOwner(t, Params{Texts: translations.New(lang)})
	o.app.senders.set(senders(all, o.app.public))
	return o.app.senders
}

func addresses(rows []*sender) []string {
	var all []string
	for _, r := range rows {
		all = append(all, r.Address)
	}
	return all
}

// A sender whose messages ask for a receipt may have trackers in them as well, of a service that has no name.
func TestASenderThatOnlyAsksForReceipts(t *testing.T) {
	receipt := store.Sender{Address: "a@a.example", Messages: 2, Tracked: 2, ReadReceipts: 2, Exposes: []detector.Exposure{detector.OpenTime}}
	pixel := receipt
	pixel.Exposes = []detector.Exposure{detector.OpenTime, detector.OpenCount, detector.IPAddress}
	some := receipt
	some.ReadReceipts = 1
	for _, c := range []struct {
		name   string
		sender store.Sender
		want   State
	}{
		{"a receipt in each message", receipt, ReadReceipt},
		{"a receipt and a pixel in each message", pixel, Tracked},
		{"a receipt in one of two tracked messages", some, Tracked},
	} {
		if got := senderState(c.sender); got != c.want {
			t.Errorf("%s: state %v, want %v", c.name, got, c.want)
		}
	}
}

func TestSenderRows(t *testing.T) {
	l := list(t, "nl", someSenders()...)
	for _, want := range []SenderRow{
		{Address: "paper@b.example", Name: "Paper", State: PassesOn, StateWord: "Geeft uw adres door", Messages: "1.200", Share: "1.200 van 1.200", Providers: "Beta, Gamma", LastSeen: "vandaag"},
		{Address: "shop@a.example", Name: "Shop", State: Tracked, StateWord: "Volgt u", Messages: "3", Share: "2 van 3", Providers: "Alpha", LastSeen: "21 november"},
		{Address: "office@c.example", Name: "office@c.example", State: ReadReceipt, StateWord: "Vraagt leesbevestiging", Messages: "1", Share: "1 van 1", LastSeen: "gisteren"},
		{Address: "friend@d.example", Name: "Ann Friend", State: Clean, StateWord: "Volgt u niet", Messages: "7", Share: "0 van 7", LastSeen: "23 november 2025"},
		{Address: "", Name: "Geen afzender vermeld", State: Clean, StateWord: "Volgt u niet", Messages: "2", Share: "0 van 2", LastSeen: "geen datum"},
	} {
		got, ok := l.Find(want.Address)
		if !ok {
			t.Errorf("%q is not there", want.Address)
			continue
		}
		want.Part, want.Learns, want.sender = got.Part, got.Learns, got.sender
		if !slices.Equal(got.Learns, got.sender.Exposes) || got.Part != float64(got.sender.Tracked)/float64(got.sender.Messages) {
			t.Errorf("%q: learns %v, part %v", got.Address, got.Learns, got.Part)
		}
		got.Learns, want.Learns = nil, nil
		if got.Address != want.Address || got.Name != want.Name || got.State != want.State || got.StateWord != want.StateWord ||
			got.Messages != want.Messages || got.Share != want.Share || got.Providers != want.Providers || got.LastSeen != want.LastSeen {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}

func TestAnswer(t *testing.T) {
	all := someSenders()
	for _, c := range []struct {
		name              string
		lang              string
		senders           []store.Sender
		tracked, passesOn string
	}{
		{"nobody yet", "en", nil, "", ""},
		{"some", "en", all, "3 of your 5 senders track you.", "1 passes your address on to others."},
		{"some, in Dutch", "nl", all, "3 van uw 5 afzenders volgen u.", "1 geeft uw adres door aan anderen."},
		{"one of several", "en", []store.Sender{all[0], all[3]}, "1 of your 2 senders tracks you.", ""},
		{"none", "en", all[3:], "None of your 2 senders tracks you.", ""},
		{"only one, tracking", "en", all[:1], "Your only sender tracks you.", ""},
		{"only one, clean", "en", all[3:4], "Your only sender does not track you.", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracked, passesOn := list(t, c.lang, c.senders...).Answer()
			if tracked != c.tracked || passesOn != c.passesOn {
				t.Errorf("got %q, %q; want %q, %q", tracked, passesOn, c.tracked, c.passesOn)
			}
		})
	}
}

func TestSortSenders(t *testing.T) {
	const shop, paper, office, friend, nobody = "shop@a.example", "paper@b.example", "office@c.example", "friend@d.example", ""
	l := list(t, "en", someSenders()...)
	check := func(name string, want ...string) {
		t.Helper()
		if got := addresses(l.Rows()); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	check("at first, by tracked messages", paper, shop, office, nobody, friend)
	l.Sort(SenderColumn)
	check("by sender", friend, office, paper, shop, nobody)
	l.Sort(SenderColumn)
	check("by sender again", nobody, shop, paper, office, friend)
	l.Sort(MessagesColumn)
	check("by messages", paper, friend, shop, nobody, office)
	l.Sort(ProvidersColumn)
	check("by provider", shop, paper, nobody, friend, office)
	l.Sort(LearnsColumn)
	check("by what they learn", paper, shop, office, nobody, friend)
	l.Sort(LastSeenColumn)
	check("by date", paper, office, shop, friend, nobody)
	if c, descending := l.Sorted(); c != LastSeenColumn || !descending {
		t.Errorf("Sorted %v %v", c, descending)
	}
}

func TestSearchSenders(t *testing.T) {
	l := list(t, "en", someSenders()...)
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"", []string{"paper@b.example", "shop@a.example", "office@c.example", "", "friend@d.example"}},
		{"SHOP", []string{"shop@a.example"}},
		{"c.example", []string{"office@c.example"}},
		{"gamma", []string{"paper@b.example"}},
		{"friend ann", []string{"friend@d.example"}},
		{"friend gamma", nil},
	} {
		l.Search(c.query)
		if got := addresses(l.Rows()); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.query, got, c.want)
		}
		if l.Query() != c.query || len(l.all) != 5 {
			t.Errorf("%q: query %q, length %d", c.query, l.Query(), len(l.all))
		}
	}
}

func TestSelectionFollowsTheSender(t *testing.T) {
	l := list(t, "en", someSenders()...)
	if l.Selected() != -1 {
		t.Errorf("selected %d at first", l.Selected())
	}
	l.Select(2)
	l.Select(99)
	l.Sort(SenderColumn)
	if got := l.Rows()[l.Selected()].Address; got != "office@c.example" {
		t.Errorf("selected %q after sorting", got)
	}
	l.Search("shop")
	if l.Selected() != -1 {
		t.Errorf("selected %d though the row is not shown", l.Selected())
	}
	l.Search("")
	l.set(senders(someSenders()[1:], l.app.public))
	if got := l.Rows()[l.Selected()].Address; got != "office@c.example" {
		t.Errorf("selected %q after a change", got)
	}
}

func TestRowsStayWhereTheyAreDuringAScan(t *testing.T) {
	all := someSenders()
	l := list(t, "en", all[0], all[3])
	shown := l.Rows()
	l.app.scan.Running = true
	grown := all[3]
	grown.Tracked = 5000
	l.set(senders([]store.Sender{grown, all[1], all[0]}, l.app.public))
	if got, want := addresses(l.Rows()), []string{all[0].Address, all[3].Address, all[1].Address}; !slices.Equal(got, want) {
		t.Errorf("during the scan %q, want %q", got, want)
	}
	if !slices.Equal(addresses(shown), []string{all[0].Address, all[3].Address}) || shown[1].Tracked != 0 {
		t.Error("rows that were shown have changed under the window")
	}
	l.Search("example")
	l.Search("")
	if got, want := addresses(l.Rows()), []string{all[0].Address, all[3].Address, all[1].Address}; !slices.Equal(got, want) {
		t.Errorf("after a search %q, want %q", got, want)
	}
	l.app.scan.Running = false
	l.set(senders([]store.Sender{grown, all[1], all[0]}, l.app.public))
	if got, want := addresses(l.Rows()), []string{all[3].Address, all[1].Address, all[0].Address}; !slices.Equal(got, want) {
		t.Errorf("after the scan %q, want %q", got, want)
	}
}

func TestVerdict(t *testing.T) {
	l := list(t, "en", append(someSenders(), store.Sender{Address: "x", Messages: 2, Tracked: 1})...)
	for address, want := range map[string]string{
		"shop@a.example":   "2 of 3 messages report that you opened them, through Alpha.",
		"paper@b.example":  "1,200 of 1,200 messages report that you opened them, and your e-mail address goes along with it (Beta, Gamma).",
		"office@c.example": "1 of 1 messages asks your mail program for a read receipt.",
		"friend@d.example": "None of its 7 messages reports that you opened it.",
		"x":                "1 of 2 messages reports that you opened it.",
	} {
		row, _ := l.Find(address)
		if got := l.app.Verdict(row); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestLanguageCanChange(t *testing.T) {
	l := list(t, "en", someSenders()...)
	l.Search("paper")
	l.app.SetLanguage("nl")
	if l.Len() != 1 || l.Row(0).Share != "1.200 van 1.200" || l.Row(0).LastSeen != "vandaag" {
		t.Errorf("rows %+v", l.Rows())
	}
	if l.app.Texts().Language != "nl" {
		t.Errorf("language %q", l.app.Texts().Language)
	}
}
