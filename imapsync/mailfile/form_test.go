package mailfile_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync"
	"pixelwacht/imapsync/mailfile"
	"pixelwacht/imapsync/store"
)

// inUTF16 is text as programs of Windows save it.
func inUTF16(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// onMac is text with the line ends of Mac OS 9.
func onMac(text string) string { return strings.ReplaceAll(text, "\r\n", "\r") }

// Text in UTF-16 and lines that end with CR are read as what they were, wherever the file is, and found again.
func TestTextOfOtherSystemsIsRead(t *testing.T) {
	box := separator + strings.Replace(numbered("one"), "Dear Bob", ">From Bob, grüße", 1) + "\r\n" + separator + numbered("two")
	for name, c := range map[string]struct{ content, subjects, body string }{
		"UTF-16 little-endian": {inUTF16(binary.LittleEndian, numbered("wide")+"€"), "wide", "Dear Bob\r\n€"},
		"UTF-16 big-endian":    {inUTF16(binary.BigEndian, numbered("wide")), "wide", "Dear Bob\r\n"},
		"UTF-16, half a sign":  {inUTF16(binary.LittleEndian, numbered("wide")) + "x", "wide", "Dear Bob\r\n\ufffd"},
		"CR":                   {onMac(numbered("old")), "old", "Dear Bob\n"},
		"mbox with CR":         {onMac(box), "one two", "From Bob, grüße\n"},
	} {
		for kind, file := range map[string]string{"": c.content, ", in an archive": zipped(t, map[string]string{"mail": c.content})} {
			t.Run(name+kind, func(t *testing.T) {
				db, err := store.Open(t.Context(), t.TempDir())
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				source := &mailfile.Source{Paths: []string{write(t, map[string]string{"mail": file})}, Store: db, Detector: detector.New(catalogue.Builtin())}
				if _, err := source.Scan(t.Context(), func(imapsync.Progress) {}); err != nil {
					t.Fatal(err)
				}
				var subjects []string
				for id := range int64(len(strings.Fields(c.subjects))) {
					m, err := db.Message(t.Context(), id+1)
					if err != nil {
						t.Fatal(err)
					}
					subjects = append(subjects, m.Subject)
					raw, err := source.Raw(t.Context(), m)
					if err != nil {
						t.Error(err)
					}
					if id == 0 && !bytes.HasSuffix(raw, []byte("\n"+c.body)) {
						t.Errorf("the message is %q", raw)
					}
				}
				if got := strings.Join(subjects, " "); got != c.subjects {
					t.Errorf("subjects are %s, want %s", got, c.subjects)
				}
			})
		}
	}
}

// An mbox file in UTF-16 is none, and nor is what only begins like text.
func TestTextThatIsNoMailIsNotRead(t *testing.T) {
	for _, content := range []string{
		inUTF16(binary.LittleEndian, separator+numbered("one")), inUTF16(binary.LittleEndian, "Dear Bob,\r\n"), "\xff\xfe", "\xfe\xff\x00", "a\rb", "\r",
	} {
		if got := walkAll(t, write(t, map[string]string{"mail": content})); len(got) > 0 {
			t.Errorf("%q: got %q", content, got)
		}
	}
}
