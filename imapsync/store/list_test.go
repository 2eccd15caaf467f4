package store_test

import (
	"cmp"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

// mixed is a store with random messages in two accounts, some of them copies, some gone.
func mixed(t *testing.T, seed uint64) *store.Store {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 9))
	s := open(t, t.TempDir())
	account, first := inbox(t, s)
	second, err := s.Mailbox(t.Context(), account.ID, "Second", 7)
	if err != nil {
		t.Fatal(err)
	}
	files, err := s.Account(t.Context(), store.Files, "/mail")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range randomMessages(r, 80) {
		m.Subject = []string{"Zomer", "aanbieding", "Über uns", "aanbieding 50%"}[len(m.Digest)%2*2+len(m.Findings)%2]
		switch r.IntN(3) {
		case 0:
			m.File, m.Offset, m.UID, m.UIDValidity = "/mail/a", int64(m.UID), 0, 0
			save(t, s, files, 0, m)
			continue
		case 1:
			save(t, s, account, first.ID, m)
		case 2:
			save(t, s, account, second.ID, m)
		}
		if r.IntN(4) == 0 {
			if err := s.MarkGone(t.Context(), first.ID, []store.UID{m.UID}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

// row is what a list shows of m.
func row(m store.Message) store.Row {
	has := func(is func(detector.Finding) bool) bool { return slices.ContainsFunc(m.Findings, is) }
	r := store.Row{
		ID: m.ID, Date: m.Date, Subject: m.Subject, SenderName: m.From.Name, Sender: m.From.Address, Organisation: m.From.Organisation,
		Mailbox: m.Mailbox, Gone: m.Gone, Tracked: m.Tracked, Providers: append([]string{}, m.Providers()...), Exposes: m.Exposes(),
		LeaksAddress: has(func(f detector.Finding) bool { return f.Tracks() && slices.Contains(f.Exposes, detector.AddressLeaked) }),
		ReadReceipt:  has(func(f detector.Finding) bool { return f.Kind == detector.ReadReceipt }),
		ClickLinks:   has(func(f detector.Finding) bool { return f.Kind == detector.ClickLink }),
	}
	return r
}

var filters = []store.Filter{
	{}, {Account: 1}, {Account: 2}, {Mailbox: "Second"}, {TrackedOnly: true}, {LeaksOnly: true}, {Provider: "P1"}, {Company: "C"}, {Sender: new("A@one.example")},
	{Sender: new("")}, {Domain: "@sub.two.example"}, {Since: day.Add(300 * time.Hour), Until: day.Add(600 * time.Hour)},
	{Limit: 3}, {Account: 1, Mailbox: "INBOX", TrackedOnly: true},
}

// folded is a text of the tests as it is searched.
func folded(s string) string { return strings.ReplaceAll(strings.ToLower(s), "ü", "u") }

// matches says what a filter means, by one message.
func matches(f store.Filter, m store.Message) bool {
	return (f.Account == 0 || m.Account == f.Account) && (f.Mailbox == "" || m.Mailbox == f.Mailbox) && (!f.TrackedOnly || m.Tracked) &&
		(!f.LeaksOnly || row(m).LeaksAddress) && (f.Company == "" || slices.ContainsFunc(m.Findings, func(x detector.Finding) bool { return x.Tracks() && x.Company == f.Company })) && (f.Provider == "" || slices.Contains(m.Providers(), f.Provider)) &&
		(f.Sender == nil || strings.EqualFold(*f.Sender, m.From.Address)) && strings.HasSuffix(m.From.Address, f.Domain) &&
		(f.Since.IsZero() || !m.Date.Before(f.Since)) && (f.Until.IsZero() || m.Date.Before(f.Until) && !m.Date.IsZero())
}

func TestRowsSayWhatMessagesSay(t *testing.T) {
	for seed := range uint64(4) {
		s := mixed(t, seed)
		for _, f := range filters {
			messages, err := s.Messages(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			want := []store.Row{}
			for _, m := range messages {
				if !matches(f, m) {
					t.Errorf("%+v: got %+v", f, m)
				}
				want = append(want, row(m))
			}
			if all, err := s.Messages(t.Context(), store.Filter{Account: f.Account}); err != nil {
				t.Fatal(err)
			} else if n := len(slices.DeleteFunc(all, func(m store.Message) bool { return !matches(f, m) })); f.Limit == 0 && f.Mailbox == "" && n != len(want) {
				t.Errorf("%+v: %d messages, want %d", f, len(want), n)
			}
			ids, err := s.MessageIDs(t.Context(), f, store.Order{Descending: true})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := s.Rows(t.Context(), ids)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(rows, want) {
				t.Errorf("%+v:\ngot  %+v\nwant %+v", f, rows, want)
			}
		}
	}
}

func TestSearch(t *testing.T) {
	s := mixed(t, 6)
	for _, f := range []store.Filter{{}, {Account: 2}, {TrackedOnly: true}} {
		messages, err := s.Messages(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		texts, err := s.Texts(t.Context(), f)
		if err != nil || len(texts) != len(messages) {
			t.Fatalf("%+v: %d texts, %v; want %d", f, len(texts), err, len(messages))
		}
		ids := []int64{9999} // is not there
		for _, m := range messages {
			ids = append(ids, m.ID)
		}
		for query, most := range map[string]int{
			"": 80, "a": 80, "ÜBER shop": 79, "uber": 79, "50%": 79, "two.example aanb": 79, "\t zomer ": 79, "uns shop": 79, "unsshop": 0, "no such thing": 0, "_": 0,
		} {
			want := []int64{}
			for _, m := range messages {
				text := folded(m.Subject + " " + m.From.Name + " " + m.From.Address + " " + m.From.Organisation)
				if !slices.ContainsFunc(strings.Fields(folded(query)), func(w string) bool { return !strings.Contains(text, w) }) {
					want = append(want, m.ID)
				}
			}
			if got := texts.Search(ids, query); !slices.Equal(got, want) || len(got) > most || most > 0 && len(got) == 0 {
				t.Errorf("%+v, %q: got %v, want %v", f, query, got, want)
			}
		}
	}
}

func TestListsAreInOrder(t *testing.T) {
	s := mixed(t, 5)
	name := func(r store.Row) string { return folded(strings.TrimSpace(r.SenderName + " " + r.Sender)) }
	for column, compare := range map[store.Column]func(a, b store.Row) int{
		store.ByDate:    func(a, b store.Row) int { return a.Date.Compare(b.Date) },
		store.BySubject: func(a, b store.Row) int { return cmp.Compare(folded(a.Subject), folded(b.Subject)) },
		store.BySender:  func(a, b store.Row) int { return cmp.Compare(name(a), name(b)) },
	} {
		for _, descending := range []bool{false, true} {
			ids, err := s.MessageIDs(t.Context(), store.Filter{}, store.Order{Column: column, Descending: descending})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := s.Rows(t.Context(), ids)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) < 30 || !slices.IsSortedFunc(rows, func(a, b store.Row) int {
				if descending {
					a, b = b, a
				}
				return cmp.Or(compare(a, b), cmp.Compare(a.ID, b.ID))
			}) {
				t.Errorf("column %d, descending %v: %+v", column, descending, rows)
			}
		}
	}
}

func TestRowsOfMessagesThatAreNotThere(t *testing.T) {
	s := mixed(t, 6)
	rows, err := s.Rows(t.Context(), []int64{9999, 1})
	if err != nil || len(rows) != 2 || !reflect.DeepEqual(rows[0], store.Row{ID: 9999}) || rows[1].ID != 1 || rows[1].Subject == "" {
		t.Errorf("%+v, %v", rows, err)
	}
}

func TestSendersAreFiltered(t *testing.T) {
	s := mixed(t, 7)
	if err := s.SetConsent(t.Context(), "B@one.example", day); err != nil {
		t.Fatal(err)
	}
	everybody, err := s.Senders(t.Context(), store.Filter{})
	if err != nil || len(everybody) < 4 {
		t.Fatal(everybody, err)
	}
	newSince := everybody[1].FirstSeen
	for f, want := range map[store.Filter]func(store.Sender) bool{
		{TrackedOnly: true}:  func(s store.Sender) bool { return s.Tracked > 0 },
		{LeaksOnly: true}:    func(s store.Sender) bool { return s.LeaksAddress },
		{ConsentOnly: true}:  func(s store.Sender) bool { return s.Address == "b@one.example" && s.Consent.Equal(day) },
		{NewSince: newSince}: func(s store.Sender) bool { return !s.FirstSeen.Before(newSince) },
	} {
		wanted := slices.DeleteFunc(slices.Clone(everybody), func(s store.Sender) bool { return !want(s) })
		got, err := s.Senders(t.Context(), f)
		if err != nil || !reflect.DeepEqual(got, wanted) {
			t.Errorf("%+v:\ngot  %+v, %v\nwant %+v", f, got, err, wanted)
		}
	}
	if err := s.SetConsent(t.Context(), "b@one.example", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Senders(t.Context(), store.Filter{ConsentOnly: true}); err != nil || len(got) != 0 {
		t.Errorf("taken back: %+v, %v", got, err)
	}
}

func TestOverviewCountsWhatIsThere(t *testing.T) {
	s := mixed(t, 8)
	for _, f := range []store.Filter{{}, {Account: 1}, {Account: 2}, {Account: 99}} {
		messages, err := s.Messages(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		var want store.Overview
		months := map[time.Time]store.Month{}
		senders, tracking, leaking := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, m := range messages {
			want.Messages++
			senders[m.From.Address] = true
			month := time.Date(m.Date.Year(), m.Date.Month(), 1, 0, 0, 0, 0, time.UTC)
			counted := months[month]
			counted.Month = month
			counted.Messages++
			if m.Tracked {
				want.Tracked++
				counted.Tracked++
				tracking[m.From.Address] = true
			}
			if row(m).LeaksAddress {
				want.Leaking++
				leaking[m.From.Address] = true
			}
			if !m.Date.IsZero() {
				months[month] = counted
			}
		}
		want.Senders, want.TrackingSenders, want.LeakingSenders = len(senders), len(tracking), len(leaking)
		for _, m := range months {
			want.Months = append(want.Months, m)
		}
		slices.SortFunc(want.Months, func(a, b store.Month) int { return a.Month.Compare(b.Month) })
		got, err := s.Overview(t.Context(), f)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v:\ngot  %+v, %v\nwant %+v", f, got, err, want)
		}
		if f.Account == 99 && got.Messages != 0 {
			t.Error("an account that is not there has messages")
		}
	}
}

func TestCompaniesAreCountedThroughTheirServices(t *testing.T) {
	s := open(t, t.TempDir())
	account, mailbox := inbox(t, s)
	both := tracked(1, "a@one.example", "d1", "P1")
	both.Findings[0].Company = "C"
	other := both.Findings[0]
	other.Provider, other.URL = "P2", "https://p2.example/x"
	both.Findings = append(both.Findings, other)
	unknown := tracked(2, "b@two.example", "d2", "")
	unknown.Findings[0].Company = ""
	save(t, s, account, mailbox.ID, both, unknown, tracked(3, "c@two.example", "d3", "P1"), tracked(4, "c@two.example", "d3", "P1"))
	got, err := s.Companies(t.Context(), store.Filter{})
	want := []store.Company{{"C", 1, 1}, {"P1 Inc.", 1, 1}, {"shop.example", 1, 1}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := s.Companies(t.Context(), store.Filter{Limit: 1}); err != nil || len(got) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestProviderNames(t *testing.T) {
	s := mixed(t, 9)
	for _, account := range []int64{0, 1, 2, 99} {
		all, err := s.Providers(t.Context(), store.Filter{Account: account})
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(all, func(a, b store.Provider) int {
			return cmp.Or(cmp.Compare(b.Senders, a.Senders), cmp.Compare(a.Name, b.Name))
		})
		var want []string
		for _, p := range all {
			want = append(want, p.Name)
		}
		if got, err := s.ProviderNames(t.Context(), account); err != nil || !slices.Equal(got, want) || account < 2 && len(got) < 2 {
			t.Errorf("account %d: %q, %v, want %q", account, got, err, want)
		}
	}
}
