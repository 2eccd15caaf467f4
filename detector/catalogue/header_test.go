package catalogue

import (
	"net/textproto"
	"strings"
	"testing"
)

func TestByHeader(t *testing.T) {
	c := load(t, entryWith("grid", "headers = [\"X-Grid-ID\", \"Feedback-ID: *:GRID\"]\nsenders = [\"grid.test\"]")+
		entryWith("chimp", "headers = [\"X-Mailer: Chimp *\"]\nsenders = [\"chimp.test\", \"shared.test\"]")+
		entryWith("other", `senders = ["shared.test", "below.chimp.test"]`))
	tests := []struct{ name, header, want string }{
		{"nothing", "Subject: x", ""},
		{"field name", "X-Grid-ID: 1", "grid"},
		{"field body", "X-Mailer: Chimp 1.2", "chimp"},
		{"other body", "X-Mailer: Thunderbird", ""},
		{"end of the body", "Feedback-ID: 1:2:GRID", "grid"},
		{"return path", "Return-Path: <bounce-1@mail.grid.test>", "grid"},
		{"longer domain", "Return-Path: <bounce-1@evil-grid.test>", ""},
		{"signature", "DKIM-Signature: v=1; a=rsa-sha256; d=Chimp.test; s=k1", "chimp"},
		{"unsubscribe link", "List-Unsubscribe: <mailto:u@x.grid.test?subject=1>, <https://a.example/u>", "grid"},
		{"unsubscribe page", "List-Unsubscribe: <https://us1.chimp.test/u?x=1>", "chimp"},
		{"shared domain", "Return-Path: <a@shared.test>", "chimp other"},
		{"nearest domain", "Return-Path: <a@x.below.chimp.test>", "other"},
		{"a field of its own says more", "Return-Path: <a@shared.test>\nX-Grid-ID: 2", "grid chimp other"},
		{"best attested first", "Return-Path: <a@shared.test>\nX-Grid-ID: 2\nX-Mailer: Chimp 3", "chimp grid other"},
		{"broken fields", "Return-Path: <>\nDKIM-Signature: d\nList-Unsubscribe: <%zz>,,<mailto:>", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fields := map[string][]string{}
			for line := range strings.SplitSeq(test.header, "\n") {
				name, body, _ := strings.Cut(line, ": ")
				key := textproto.CanonicalMIMEHeaderKey(name)
				fields[key] = append(fields[key], body)
			}
			var got []string
			for _, p := range c.ByHeader(func(name string) []string { return fields[textproto.CanonicalMIMEHeaderKey(name)] }) {
				got = append(got, p.ID)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %v, want %s", got, test.want)
			}
		})
	}
}

func TestMistakesInHints(t *testing.T) {
	for _, lines := range []string{`headers = ["X Mailer"]`, `headers = [": x"]`, `headers = ["X-Mailer:"]`, `headers = ["X-Mailer: {word}"]`,
		`senders = ["Grid.test"]`, `senders = ["*.grid.test"]`, `senders = ["grid"]`, `senders = ["grid#.test"]`, `senders = ["grid.test."]`} {
		if _, errs := parse("a.toml", entryWith("a", lines)); len(errs) != 1 {
			t.Errorf("%s: %v", lines, errs)
		}
	}
}
