package view

import (
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
)

// args makes the named values of a text from pairs of a name and a value.
func args(pairs ...any) translations.Args {
	a := translations.Args{}
	for i := 0; i+1 < len(pairs); i += 2 {
		a[pairs[i].(string)] = pairs[i+1]
	}
	return a
}

// number is n with the thousands separators of the language.
func (a *App) number(n int) string {
	return message.NewPrinter(language.Make(a.texts.Language)).Sprintf("%d", n)
}

// day is the day of t as people say it, seen from now: in the time zone of now.
func day(texts *translations.Texts, t, now time.Time) string {
	if t.IsZero() {
		return texts.T("window.date.none")
	}
	t = t.In(now.Location())
	midnight := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, now.Location())
	}
	switch {
	case midnight(t).Equal(midnight(now)):
		return texts.T("window.date.today")
	case midnight(t).Equal(midnight(now.AddDate(0, 0, -1))):
		return texts.T("window.date.yesterday")
	}
	date := args("Day", t.Day(), "Month", month(texts, t.Month()), "Year", t.Year())
	if t.Year() == now.Year() {
		return texts.T("window.date.day", date)
	}
	return texts.T("window.date.year", date)
}

func month(texts *translations.Texts, m time.Month) string {
	return [...]string{
		texts.T("window.month.1"), texts.T("window.month.2"), texts.T("window.month.3"), texts.T("window.month.4"),
		texts.T("window.month.5"), texts.T("window.month.6"), texts.T("window.month.7"), texts.T("window.month.8"),
		texts.T("window.month.9"), texts.T("window.month.10"), texts.T("window.month.11"), texts.T("window.month.12"),
	}[m-1]
}

// shortMonth is the name of a month as it stands under a bar of a chart.
func shortMonth(texts *translations.Texts, m time.Month) string {
	return [...]string{
		texts.T("window.month.short.1"), texts.T("window.month.short.2"), texts.T("window.month.short.3"), texts.T("window.month.short.4"),
		texts.T("window.month.short.5"), texts.T("window.month.short.6"), texts.T("window.month.short.7"), texts.T("window.month.short.8"),
		texts.T("window.month.short.9"), texts.T("window.month.short.10"), texts.T("window.month.short.11"), texts.T("window.month.short.12"),
	}[m-1]
}

// dayAndTime is day with the time of day.
func dayAndTime(texts *translations.Texts, t, now time.Time) string {
	if t.IsZero() {
		return texts.T("window.date.none")
	}
	return texts.T("window.date.time", args("Day", day(texts, t, now), "Time", t.In(now.Location()).Format("15:04")))
}

// LearnWord is the shortest word for a thing that a sender learns.
func LearnWord(texts *translations.Texts, e detector.Exposure) string {
	word, _ := learn(texts, e)
	return word
}

// learn is a thing that a sender learns, in a word, and in words that stand by themselves on the overview, where that
// has it.
func learn(texts *translations.Texts, e detector.Exposure) (word, sentence string) {
	switch e {
	case detector.OpenTime:
		return texts.T("window.learn.open-time"), texts.T("window.learned.open-time")
	case detector.OpenCount:
		return texts.T("window.learn.open-count"), texts.T("window.learned.open-count")
	case detector.IPAddress:
		return texts.T("window.learn.ip-address"), texts.T("window.learned.ip-address")
	case detector.Location:
		return texts.T("window.learn.location"), texts.T("window.learned.location")
	case detector.Device:
		return texts.T("window.learn.device"), texts.T("window.learned.device")
	case detector.AddressLeaked:
		return texts.T("window.learn.address"), texts.T("window.learned.address")
	case detector.Forwarded:
		return texts.T("window.learn.forwarded"), texts.T("window.learned.forwarded")
	case detector.Click:
		return texts.T("window.learn.click"), ""
	}
	return string(e), ""
}
