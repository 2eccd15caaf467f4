package publicbody

import (
	"net/url"
	"strings"
	"testing"

	"pixelwacht/assets/publicbodies"
)

func TestHas(t *testing.T) {
	l := Builtin()
	for address, want := range map[string]bool{
		"noreply@duo.nl": true, "Noreply@Mail.DUO.nl": true, "x@hmrc.gov.uk": true, "x@ec.europa.eu": true, "x@senate.gov": true, "x@bmf.gv.at": true,
		"x@duo.nl.": true, "noreply@mail.studietoelagen.example": true,
		"x@fakeduo.nl": false, "x@duo.nl.evil.example": false, "x@gov.example": false, "x@europa.example": false, "x@uk": false, "x@co.uk": false,
		"": false, "@": false, "gov": true, "duo.nl@evil.example": false,
	} {
		if got := l.Has(address); got != want {
			t.Errorf("%q: %v, want %v", address, got, want)
		}
	}
}

func TestEveryEntrySaysWhereItIsStated(t *testing.T) {
	all, err := read(publicbodies.Domains)
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, e := range append(all.Reserved, all.Body...) {
		if u, err := url.Parse(e.Source); err != nil || u.Scheme != "https" || e.Who == "" || len(e.Domains) == 0 {
			t.Errorf("%+v", e)
		}
		for _, d := range e.Domains {
			if seen[d] || d != strings.ToLower(strings.TrimSpace(d)) || strings.HasPrefix(d, ".") {
				t.Errorf("%q stands there twice, or is not a domain in lower case", d)
			}
			seen[d] = true
		}
	}
}
