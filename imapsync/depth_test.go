package imapsync

import (
	"strings"
	"testing"
)

func TestDepth(t *testing.T) {
	many := func(s string) string { return strings.Repeat(s, maxDepth+1) }
	for name, c := range map[string]struct {
		said string
		want bool
	}{
		"deep enough":                {"* 1 FETCH (X " + strings.Repeat("(", maxDepth-1) + "\r\n", true},
		"too deep":                   {"* 1 FETCH " + many("("), false},
		"too deep, without spaces":   {"* LIST" + many("("), false},
		"one after the other":        {"* 1 FETCH (" + many("(a)") + ")\r\n", true},
		"a line each":                {many("* 1 FETCH (\r\n"), true},
		"in a quoted string":         {`* 1 FETCH ("\"` + many("(") + "\")\r\n", true},
		"after a quoted string":      {`* 1 FETCH (")\\"` + many(`(")"`), false},
		"in a literal":               {"* 1 FETCH (BODY[] {201}\r\n" + many("(") + ")\r\n", true},
		"after a literal":            {"* 1 FETCH (BODY[] {3}\r\n)))" + many("("), false},
		"after an empty literal":     {"* 1 FETCH (BODY[] {0}\r\n" + many("("), false},
		"in a text":                  {"* OK " + many("(") + " \"\r\n", true},
		"in a tagged text":           {"T1 NO " + many("(") + " \"\r\n", true},
		"after a text with a quote":  {"* OK it\"s\r\n* 1 FETCH " + many("("), false},
		"after a text with a size":   {"* OK {1000}\r\n* 1 FETCH " + many("("), false},
		"after another such text":    {"* ok(({1000}\r\n* 1 FETCH " + many("("), false},
		"after a tag with a size":    {"T1 OK {1000}\r\n* 1 FETCH " + many("("), false},
		"after a code with a size":   {"* OK [X {1000}] \r\n* 1 FETCH " + many("("), false},
		"a line ends in a code":      {"* OK [X\r\n", false},
		"a line ends in a string":    {"* LIST (\"\r\n", false},
		"a literal without a size":   {"* LIST () \"/\" {x}\r\n", false},
		"usual lines":                {"* OK [CAPABILITY IMAP4rev1] hi\r\n+ \r\n\r\n* SEARCH\r\n* 3 EXISTS\r\nT1 OK\r\n", true},
		"a challenge":                {"+ " + strings.Repeat("cj0=", 100) + "\r\n* 1 FETCH (X)\r\n", true},
		"after a challenge":          {"+ " + strings.Repeat("cj0=", 100) + "\r\n* 1 FETCH " + many("("), false},
		"the last octet is too much": {"* 1 FETCH " + strings.Repeat("(", maxDepth), true},
	} {
		t.Run(name, func(t *testing.T) {
			var whole, pieces depth
			if got := whole.read([]byte(c.said)); got != c.want {
				t.Errorf("got %v", got)
			}
			got := true
			for i := 0; i < len(c.said) && got; i++ {
				got = pieces.read([]byte(c.said[i : i+1]))
			}
			if got != c.want {
				t.Errorf("octet by octet: got %v", got)
			}
		})
	}
}
