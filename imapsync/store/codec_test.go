package store

import (
	"fmt"
	"math/rand"
	"reflect"
	"strings"
	"testing"
	"testing/quick"

	"pixelwacht/detector"
)

// asStored is a result without what the columns of its message say.
func asStored(r detector.Result) detector.Result {
	var none detector.Result
	r.Date, r.Subject, r.From = none.Date, none.Subject, none.From
	return r
}

// Every field of a result, whatever is in it, is read as it was written. A field that is new to the detector and not
// written fails here.
func TestResultsAreReadAsWritten(t *testing.T) {
	words := []string{"", "x", "https://a.example/x?u=1", "https://a.example/x?u=22", "a.example", "u=1", string(detector.OpenPixel), "é\x00\xff"}
	random := func(values []reflect.Value, r *rand.Rand) {
		var result detector.Result
		fields := reflect.ValueOf(&result).Elem()
		for i := range fields.NumField() {
			if fields.Type().Field(i).Name == "Date" {
				continue // is a column
			}
			v, ok := quick.Value(fields.Field(i).Type(), r)
			if !ok {
				t.Fatalf("no value for %s", fields.Type().Field(i).Name)
			}
			fields.Field(i).Set(v)
		}
		for i := range result.Findings { // texts that repeat, and stand in each other
			f := &result.Findings[i]
			for _, s := range []*string{&f.URL, &f.Target, &f.Host, &f.Token, &f.Provider, &f.Where} {
				if r.Intn(2) == 0 {
					*s = words[r.Intn(len(words))]
				}
			}
			if i > 0 && r.Intn(2) == 0 {
				url, target := f.URL, f.Target
				*f = result.Findings[i-1]
				f.URL, f.Target = url, target
			}
		}
		if r.Intn(4) == 0 {
			result.Findings, result.Errors, result.Candidates = []detector.Finding{}, []string{}, nil
		}
		values[0] = reflect.ValueOf(result)
	}
	isKept := func(r detector.Result) bool {
		var got detector.Result
		if err := decode(encode(r), &got); err != nil {
			t.Error(err)
			return false
		}
		return reflect.DeepEqual(got, asStored(r))
	}
	if err := quick.Check(isKept, &quick.Config{MaxCount: 300, Values: random}); err != nil {
		t.Error(err)
	}
}

// What is stored of a newsletter is mostly what differs from one of its links to the next.
func TestResultsAreSmall(t *testing.T) {
	r := detector.Result{MessageID: "<1@shop.example>", Recipients: []string{"me@reader.example"}, Recipient: "me@reader.example", Findings: []detector.Finding{}, Errors: []string{}}
	if n := len(encode(r)); n > 50 {
		t.Errorf("without findings: %d octets", n)
	}
	for i := range 10 {
		token := strings.Repeat(fmt.Sprint(i), 30)
		r.Findings = append(r.Findings, detector.Finding{
			Kind: detector.ClickLink, URL: "https://click.shop.example/ls/click?upn=" + token, Host: "click.shop.example", Provider: "SendGrid", Company: "Twilio",
			Confidence: detector.Certain, Reasons: []detector.Reason{detector.KnownProvider}, Exposes: []detector.Exposure{detector.Click}, Part: "2", Where: "a href",
			Width: -1, Height: -1, Count: 1, Token: token,
		})
	}
	if n := len(encode(r)); n > 600 {
		t.Errorf("with ten links: %d octets", n)
	}
}

// A damaged database is no reason to fail otherwise than with an error, nor to fill the memory.
func FuzzStoredResult(f *testing.F) {
	f.Add(encode(detector.Result{MessageID: "<1@shop.example>", Findings: []detector.Finding{{URL: "https://a.example/1", Host: "a.example"}, {URL: "https://a.example/2"}}}))
	f.Add([]byte{plainForm})
	f.Add([]byte{deflatedForm, 0})
	f.Fuzz(func(t *testing.T, stored []byte) {
		var r detector.Result
		if decode(stored, &r) != nil || stored[0] != plainForm {
			return
		}
		var again detector.Result
		if err := decode(encode(r), &again); err != nil || !reflect.DeepEqual(asStored(r), again) {
			t.Errorf("%+v\n%+v, %v", r, again, err)
		}
	})
}

// Under the race detector this fails when writing a result changes what it shares with others, be it to the same.
func TestResultsThatShareAListAreWrittenAtOnce(t *testing.T) {
	exposes := []detector.Exposure{detector.OpenTime, detector.IPAddress}
	messages := make([]Message, 20_000) // enough for every goroutine to have some
	for i := range messages {
		messages[i].Findings = []detector.Finding{{URL: fmt.Sprint(i), Exposes: exposes}}
	}
	for i, stored := range encodeAll(messages) {
		var r detector.Result
		if err := decode(stored, &r); err != nil || !reflect.DeepEqual(r.Findings, messages[i].Findings) {
			t.Fatalf("%v: %+v", err, r.Findings)
		}
	}
}
