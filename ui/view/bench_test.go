package view

import (
	"context"
	"testing"

	"pixelwacht/assets/translations"
	"pixelwacht/imapsync/store"
	"pixelwacht/imapsync/store/storetest"
)

// BenchmarkPages measures how long people wait for a page of a store with 100,000 messages of 5,000 senders: from what they
// do to rows that can be drawn.
func BenchmarkPages(b *testing.B) {
	s, err := store.Open(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	if err := storetest.Fill(b.Context(), s, storetest.Large); err != nil {
		b.Fatal(err)
	}
	posted := make(chan func(), 1000)
	app := New(b.Context(), Params{
		Texts: translations.New("en"), Post: func(f func()) { posted <- f }, Changed: func(Change) {}, Preferences: memory{},
		OpenStored: func(context.Context) (Opened, error) { return Opened{Store: s, Close: s.Close}, nil },
	})
	until := func(done func() bool) {
		for !done() {
			(<-posted)()
		}
	}
	b.Cleanup(func() {
		if err := app.Close(); err != nil {
			b.Error(err)
		}
	})
	app.OpenStored()
	until(app.IsOpen)
	read := func(l loader) {
		app.Show(l)
		until(func() bool { return !app.loading })
	}
	read(app.Senders())
	read(app.Messages())
	if len(app.Senders().Rows()) == 0 || app.Messages().Len() == 0 {
		b.Fatal("the store is empty")
	}
	busiest := app.Senders().Rows()[0].Address
	step := 0
	search := func(query string) func() {
		return func() {
			app.Messages().Search(query)
			until(func() bool { return !app.loading })
		}
	}
	for _, c := range []struct {
		name string
		do   func()
	}{
		{"overview", func() { read(app.Overview()) }},
		{"senders", func() { read(app.Senders()) }},
		{"search senders", func() { app.Senders().Search([]string{"fiet", "news"}[step%2]) }},
		{"a sender", func() { read(app.SenderPage(busiest)) }},
		{"messages", func() { read(app.Messages()) }},
		{"search messages/letter", search("e")},
		{"search messages/word", search("zomer")},
		{"search messages/two words", search("zomer bakker")},
		{"search messages/rare word", search("theater4999")},
		{"search messages/nothing", search("q")},
		{"scroll messages", func() {
			l := app.Messages()
			l.Row(step * 7919 % l.Len())
			until(func() bool { return !l.fetching })
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				step++
				c.do()
			}
		})
		app.Senders().Search("")
		if app.Messages().Query() != "" {
			app.Messages().Search("")
			until(func() bool { return !app.loading })
		}
	}
}
