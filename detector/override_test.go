package detector_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
)

// offer is a message with an open pixel, and a picture that looks like none.
func offer(code string) *message.Message {
	return message.Parse([]byte("From: Shop <news@shop.example>\r\nTo: me@reader.example\r\nMessage-ID: <" + code + "@shop.example>\r\n" +
		"Content-Type: text/html\r\n\r\n<img src=\"https://t.shop.example/open/" + code + ".gif?u=" + code + "\" width=1 height=1>" +
		"<img src=\"https://shop.example/logo.png\" width=90 height=30>"))
}

func TestOverridesSpeakForAllMessagesOfAPattern(t *testing.T) {
	d := detector.New(catalogue.Builtin())
	first := d.Scan(offer("4f7a0b1c2d3e4f52"))
	if !first.Tracked || len(first.Findings) != 1 {
		t.Fatalf("%+v", first)
	}
	p, ok := detector.PatternOf(first.From, first.Findings[0])
	if !ok || p.Correspondent != "shop.example" || strings.Contains(p.Template, "4f7a0b1c2d3e4f52") {
		t.Fatalf("pattern %+v", p)
	}
	harmless := detector.Overrides{p: detector.Harmless}
	second := d.Overruled(harmless).Scan(offer("99aa0b1c2d3e4f53"))
	if second.Tracked || len(second.Findings) != 1 {
		t.Fatalf("%+v", second)
	}
	if f := second.Findings[0]; f.Confidence != detector.Possible || f.Overruled == "" || !slices.Contains(f.Reasons, detector.OwnVerdict) {
		t.Errorf("%+v", f)
	}
	for _, other := range []detector.Pattern{{"other.example", p.Template}, {p.Correspondent, p.Template + "&x=*"}} {
		if !(detector.Overrides{other: detector.Harmless}).Apply(first).Tracked {
			t.Errorf("%+v is another pattern", other)
		}
	}
	// A verdict of one's own can change, and can be taken back.
	alarm := detector.Overrides{p: detector.Tracker}.Apply(second)
	if !alarm.Tracked || alarm.Findings[0].Overruled != first.Findings[0].Confidence {
		t.Errorf("%+v", alarm)
	}
	if got := detector.Overrides(nil).Apply(alarm); !reflect.DeepEqual(got, d.Scan(offer("99aa0b1c2d3e4f53"))) {
		t.Errorf("taken back: %+v", got)
	}
	if got := detector.NewHistory().Judge(alarm); !reflect.DeepEqual(got, d.Scan(offer("99aa0b1c2d3e4f53"))) {
		t.Errorf("compared: %+v", got)
	}
}

func TestATrackerThatTheDetectorMissesCanBeNamed(t *testing.T) {
	r := detector.New(catalogue.Builtin()).Scan(message.Parse([]byte("From: news@shop.example\r\nMessage-ID: <1@shop.example>\r\nContent-Type: text/html\r\n\r\n" +
		`<img src="https://shop.example/logo.png" width=90 height=30><img src="https://shop.example/x?m=a74cbb1" alt="a">`)))
	if r.Tracked || len(r.Candidates) != 1 {
		t.Fatalf("%+v", r)
	}
	p, _ := detector.PatternOf(r.From, detector.Finding{Kind: detector.UniqueImage, URL: r.Candidates[0].URL})
	own := detector.Overrides{p: detector.Tracker}.Apply(r)
	if !own.Tracked || len(own.Candidates) != 0 || own.Findings[0].Confidence != detector.Likely {
		t.Errorf("%+v", own)
	}
	if back := (detector.Overrides{}).Apply(own); !reflect.DeepEqual(back, r) {
		t.Errorf("got  %+v\nwant %+v", back, r)
	}
}

func TestWhatCannotBeOverruled(t *testing.T) {
	from := detector.Address{Address: "news@shop.example", Organisation: "shop.example"}
	for _, f := range []detector.Finding{
		{Kind: detector.ReadReceipt, URL: "news@shop.example"},
		{Kind: detector.ClickLink, URL: "https://c.shop.example/x/1"},
		{Kind: detector.OpenPixel, URL: "not a URL"},
	} {
		if p, ok := detector.PatternOf(from, f); ok {
			t.Errorf("%v: %+v", f.Kind, p)
		}
	}
	if _, ok := detector.PatternOf(detector.Address{}, detector.Finding{Kind: detector.OpenPixel, URL: "https://t.shop.example/o"}); ok {
		t.Error("a message from nobody")
	}
}
