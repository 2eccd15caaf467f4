package mailfile

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"testing"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

// However little room there is, each message is yielded once, in order, with the verdict that all messages allow.
func TestWhatHasNoRoomIsScannedTwice(t *testing.T) {
	broken := errors.New("broken")
	messages := func(yield func(Message, error) bool) {
		for i := range 20 {
			var err error
			if i%7 == 3 {
				err = broken
			}
			if !yield(Message{File: fmt.Sprintf("%02d.eml", i)}, err) {
				return
			}
		}
	}
	run := func(room int) (all []outcome, scanned int) {
		pass := func(in iter.Seq2[Message, error]) iter.Seq2[store.Message, error] {
			return func(yield func(store.Message, error) bool) {
				for m, err := range in {
					scanned++
					r := store.Message{File: m.File}
					if err == nil {
						r.Result = picture(m.File)
					}
					if !yield(r, err) {
						return
					}
				}
			}
		}
		for m, err := range twice(t.Context(), nil, messages, room, pass) {
			all = append(all, outcome{m, err})
		}
		return all, scanned
	}
	want, scanned := run(1 << 20)
	if len(want) != 20 || scanned != 20 || !want[0].result.Tracked {
		t.Fatalf("%d messages, %d scanned: %+v", len(want), scanned, want[0])
	}
	for _, room := range []int{0, 1500, 9000, 20_000} {
		got, scanned := run(room)
		if !reflect.DeepEqual(got, want) || scanned <= 20 {
			t.Errorf("room for %d: %d messages, %d scanned: %+v", room, len(got), scanned, got)
		}
	}
}

// picture is a message with a picture whose URL has a code for it, which one message does not make a tracker.
func picture(code string) detector.Result {
	return detector.Result{
		MessageID: code, From: detector.Address{Organisation: "shop.test"},
		Findings: []detector.Finding{{
			Kind: detector.OpenPixel, URL: "https://t.shop.test/o?m=4f7a0b" + code, Confidence: detector.Possible, Reasons: []detector.Reason{detector.Tiny},
			Visibility: detector.Unseen,
		}},
	}
}
