package catalogue

import (
	"fmt"
	"strings"
	"testing"
)

// generated is a catalogue with n entries that are all alike, so that the index has to tell them apart.
func generated(t testing.TB, n int) *Catalogue {
	t.Helper()
	var b strings.Builder
	for i := range n {
		name := fmt.Sprintf("%c%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26, 'a'+i/17576%26)
		fmt.Fprintf(&b, "\n[[provider]]\nid = \"p%d\"\nname = \"P %d\"\nkind = \"other\"\nsource = \"DOC\"\n", i, i)
		fmt.Fprintf(&b, "open = [\"*.%s-mail#.test/o/**\", \"*/%s/{token}/%s.gif\", \"*/{hex:8}/%s/{token}\", \"*/**/%s.php?u={hex:8}\"]\n",
			name, name, name, name, name)
	}
	c, errs := parse("generated.toml", b.String())
	if len(errs) > 0 || c.Len() != n {
		t.Fatalf("%d entries, %v", c.Len(), errs)
	}
	return c
}

func BenchmarkMatch(b *testing.B) {
	urls := []struct{ name, host, path, query string }{
		{"host", "x1.aaaa-mail7.test", "/o/Zk3v9QpL2mXr7TbN4c", ""},
		{"shape", "news.sender.test", "/baaa/Zk3v9QpL2mXr7TbN4c/baaa.gif", ""},
		{"unknown", "images.sender.test", "/2026/11/newsletter/header-desktop@2x.png", "v=3&w=600"},
	}
	for _, n := range []int{350, 35_000} {
		c := generated(b, n)
		for _, u := range urls {
			b.Run(fmt.Sprintf("%s/%d", u.name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if got := len(c.Match(u.host, u.path, u.query)); (got == 0) != (u.name == "unknown") {
						b.Fatalf("%d matches", got)
					}
				}
			})
		}
	}
}

// The cost of a look-up is measured in segments and patterns looked at, which must not grow with the catalogue.
func TestCostDoesNotGrowWithTheCatalogue(t *testing.T) {
	visited := func(c *Catalogue, path string) (n int) {
		u := newLocator(path, "")
		c.index.shapes.find(&u, 0, func(*pattern) { n++ })
		for depth := range u.count {
			c.index.floating.find(&u, depth, func(*pattern) { n++ })
		}
		return n
	}
	small, large := generated(t, 50), generated(t, 2000)
	for _, path := range []string{"/baaa/Zk3v9QpL2mXr7TbN4c/baaa.gif", "/0123abcd/baaa/Zk3v9QpL2mXr7TbN4c", "/x/y/baaa.php", "/a/b/c"} {
		if a, b := visited(small, path), visited(large, path); a != b {
			t.Errorf("%s: %d patterns looked at with 50 entries, %d with 2,000", path, a, b)
		}
	}
	if edges := len(large.index.shapes.other); edges != 1 {
		t.Errorf("%d edges at the root for the same placeholder", edges)
	}
}

// Most URLs are nobody's: looking them up makes no garbage.
func TestAMissAllocatesNothing(t *testing.T) {
	c := Builtin()
	n := testing.AllocsPerRun(100, func() {
		c.Match("images7.sender.test", "/2026/11/newsletter/header-desktop@2x.png", "v=3&w=600")
		c.Match("203.0.113.7", "/a/b1c2d3e4f5/c.gif", "u=0123456789abcdef0123456789abcdef&id=1")
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// What every start of the program pays, filter for each message.
func BenchmarkBuiltin(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if Builtin().Len() == 0 {
			b.Fatal("no providers")
		}
	}
}
