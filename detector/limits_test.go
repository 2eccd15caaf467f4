package detector

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
)

// A message with more URLs than are judged one by one is still counted whole, and does not hide what stands in its
// middle and is not to be seen.
func TestMoreURLsThanAreJudged(t *testing.T) {
	const n = 4*(maxFirst+maxLast) + 7
	hidden := map[int]bool{3: true, n / 2: true, n - 3: true}
	var b strings.Builder
	b.WriteString(htmlHeader)
	for i := range n {
		if hidden[i] {
			fmt.Fprintf(&b, `<img src="https://h%d.example/o?id=x7Kq2Zp9Lm4Tn8Vb%06d" width=1 height=1>`, i, i)
		} else {
			fmt.Fprintf(&b, `<img src="https://h%d.example/p%d.png" width=300 height=200 alt=x>`, i, i)
		}
	}
	r := New(catalogue.Builtin()).Scan(message.Parse([]byte(b.String())))
	if r.Remote.References != n || r.Remote.Hosts != n {
		t.Errorf("remote: %+v, want %d of each", r.Remote, n)
	}
	var hosts []string
	for _, f := range r.Findings {
		hosts = append(hosts, f.Host)
	}
	want := []string{"h3.example", fmt.Sprintf("h%d.example", n/2), fmt.Sprintf("h%d.example", n-3)}
	if !slices.Equal(hosts, want) {
		t.Errorf("findings at %v, want %v", hosts, want)
	}
	if want := fmt.Sprintf("%d further URLs are not judged", n-maxFirst-maxLast-1); !slices.Contains(r.Errors, want) {
		t.Errorf("errors: %q, want %q", r.Errors, want)
	}
}

// At the limit everything is judged, and what is repeated counts once.
func TestAsManyURLsAsAreJudged(t *testing.T) {
	var b strings.Builder
	b.WriteString(htmlHeader)
	for i := range 2 * (maxFirst + maxLast) {
		fmt.Fprintf(&b, `<img src="https://h.example/p%d.png" width=300 height=200 alt=x>`, i%(maxFirst+maxLast))
	}
	r := New(catalogue.Builtin()).Scan(message.Parse([]byte(b.String())))
	if len(r.Errors) > 0 || r.Remote.References != 2*(maxFirst+maxLast) || r.Remote.Hosts != 1 {
		t.Errorf("errors %q, remote %+v", r.Errors, r.Remote)
	}
}
