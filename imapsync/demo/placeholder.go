package demo

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// dutchMonths stand here because package time knows only English.
func dutchMonths() [12]string {
	return [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
		"oktober", "november", "december"}
}

// placeholder is one of {{date -12d 09:14}}, {{day nl -9d}}, {{month en -40d}}; see package assets/demo.
var placeholder = regexp.MustCompile(
	`\{\{(?:(date) ([+-]\d{1,3})d (\d\d):(\d\d)|(day|month) (nl|en) ([+-]\d{1,3})d)\}\}`)

// expand fills the placeholders of a message as they read at now, in the time zone of now.
func expand(raw []byte, now time.Time) ([]byte, error) {
	raw = placeholder.ReplaceAllFunc(raw, func(found []byte) []byte {
		m := placeholder.FindSubmatch(found)
		if string(m[1]) == "date" {
			return []byte(at(now, number(m[2]), number(m[3]), number(m[4])).Format(time.RFC1123Z))
		}
		day := at(now, number(m[7]), 12, 0)
		month := day.Month().String()
		if string(m[6]) == "nl" {
			month = dutchMonths()[day.Month()-1]
		}
		if string(m[5]) == "month" {
			return []byte(month)
		}
		return fmt.Appendf(nil, "%d %s", day.Day(), month)
	})
	if i := bytes.Index(raw, []byte("{{")); i >= 0 {
		return nil, fmt.Errorf("unknown placeholder at octet %d: %.30q", i, raw[i:])
	}
	return raw, nil
}

// at is a time of day, days after the day of now. Days are those of the calendar: one can last 23 or 25 hours.
func at(now time.Time, days, hour, minute int) time.Time {
	return time.Date(now.Year(), now.Month(), now.Day()+days, hour, minute, 0, 0, now.Location())
}

// number reads digits that the pattern has already limited to three, so that it cannot fail.
func number(digits []byte) int {
	n, _ := strconv.Atoi(string(digits))
	return n
}
