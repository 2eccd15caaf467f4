package detector

import (
	"bytes"
	"encoding/json"
	"testing"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/corpustest"
	"pixelwacht/detector/message"
)

// Whatever a message is, a scan ends, says the same each time, and says and uses no more than the message's size
// justifies: URLs are copied, resolved and decoded, and none of that may multiply.
func FuzzScan(f *testing.F) {
	for m := range corpustest.Messages(5, 1) {
		f.Add(m.Raw)
	}
	f.Add([]byte("From: a@b.test\r\nTo: c@d.test\r\nContent-Type: text/html\r\n\r\n<img src='https://shop.test/o?e=c%40d.test' width=1 height=1>"))
	f.Add([]byte("From: x\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\nPAA+\r\n--b--"))
	for _, shape := range nastyShapes {
		f.Add([]byte(shape.write(500)))
	}
	d := New(catalogue.Builtin())
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := allocated()
		r := d.Scan(message.Parse(raw))
		if used, most := allocated()-before, uint64(2<<20+1000*len(raw)); used > most {
			t.Errorf("%d bytes allocated for a message of %d", used, len(raw))
		}
		first, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		second, err := json.Marshal(d.Scan(message.Parse(raw)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, second) {
			t.Errorf("not the same twice:\n%s\n%s", first, second)
		}
		octets := 0
		for _, f := range r.Findings {
			octets += len(f.URL) + len(f.Target) + len(f.Token)
		}
		if octets > 4096+16*len(raw) {
			t.Errorf("%d bytes of URLs in a message of %d", octets, len(raw))
		}
	})
}
