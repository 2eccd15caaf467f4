package corpustest

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
)

// The corpus is as large and varied as promised, every message is another one, and the same on every run.
func TestMessages(t *testing.T) {
	names, families, classes := map[string]bool{}, map[string]bool{}, map[Class]bool{}
	again := slices.Collect(Messages(7, PerFamily))
	i := 0
	for m := range Messages(7, PerFamily) {
		if names[m.Name] {
			t.Errorf("%s: twice", m.Name)
		}
		if !bytes.Equal(m.Raw, again[i].Raw) || !slices.Equal(m.References, again[i].References) {
			t.Errorf("%s: another message each time", m.Name)
		}
		names[m.Name], families[m.Family], classes[m.Class] = true, true, true
		i++
	}
	if len(names) < 2000 || len(families) < 60 || len(classes) < 12 {
		t.Errorf("%d messages, %d families, %d classes", len(names), len(families), len(classes))
	}
	if other := slices.Collect(Messages(8, 1)); bytes.Equal(other[0].Raw, again[0].Raw) {
		t.Error("the seed changes nothing")
	}
}

// What the truth speaks of stands in the message, as a reader that has nothing to do with the detector decodes it.
// Families whose point is a spelling or place that such a reader does not follow are left out.
func TestTruthIsInTheMessage(t *testing.T) {
	for m := range Messages(1, 2) {
		if m.Class == Spellings || m.Class == Places {
			continue
		}
		text := decoded(t, m.Raw)
		for _, r := range m.References {
			if !strings.Contains(text, r.URL) {
				t.Errorf("%s: %s is not in the message", m.Name, r.URL)
			}
		}
	}
}

// decoded is the text of all parts, with character references undone.
func decoded(t *testing.T, raw []byte) string {
	t.Helper()
	e, err := gomessage.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	err = e.Walk(func(_ []int, e *gomessage.Entity, err error) error {
		if err != nil {
			return err
		}
		if e.MultipartReader() == nil {
			body, err := io.ReadAll(e.Body)
			b.WriteString(html.UnescapeString(string(body)))
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// In a mailbox a value of the message differs everywhere, one of the recipient stays, and layout is the same.
func TestMailboxes(t *testing.T) {
	truths := map[Label]bool{}
	messages := 0
	for _, box := range Mailboxes(3) {
		if len(box.Messages) < 2 {
			t.Errorf("%s: %d messages", box.Name, len(box.Messages))
		}
		messages += len(box.Messages)
		for _, m := range box.Messages {
			for _, r := range m.References {
				truths[r.Label] = true
			}
		}
	}
	if messages < 200 || len(truths) != 3 {
		t.Errorf("%d messages, labels %v", messages, slices.Collect(maps.Keys(truths)))
	}
}
