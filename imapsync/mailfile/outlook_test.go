package mailfile_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/detector/message"
	"pixelwacht/imapsync/mailfile"
)

// compound is a compound file ([MS-CFB], version 3) with streams by their paths. Those below 4,096 octets are in the mini
// stream, as they have to be.
func compound(streams map[string]string) []byte {
	const free, end, fatSector, none = 0xffffffff, 0xfffffffe, 0xfffffffd, 0xffffffff
	type entry struct {
		name                string
		kind                byte
		child, right, start uint32
		size                int
	}
	entries := []entry{{name: "Root Entry", kind: 5, child: none, right: none, start: end}}
	folders := map[string]int{"": 0}
	add := func(parent int, e entry) int {
		e.child, e.right = none, entries[parent].child // a list instead of a tree
		entries = append(entries, e)
		entries[parent].child = uint32(len(entries) - 1)
		return len(entries) - 1
	}
	var mini, sectors []byte
	var miniFAT, fat []uint32
	chain := func(table *[]uint32, n int) (start uint32) {
		start = uint32(len(*table))
		for i := range n {
			*table = append(*table, start+uint32(i)+1)
		}
		(*table)[len(*table)-1] = end
		return start
	}
	pad := func(b []byte, n int) []byte { return append(b, make([]byte, -len(b)&(n-1))...) }
	store := func(b []byte) uint32 {
		b = pad(b, 512)
		sectors = append(sectors, b...)
		return chain(&fat, len(b)/512)
	}
	for _, path := range slices.Sorted(maps.Keys(streams)) {
		folder, name, nested := strings.Cut(path, "/")
		parent := 0
		if nested {
			var known bool
			if parent, known = folders[folder]; !known {
				parent = add(0, entry{name: folder, kind: 1})
				folders[folder] = parent
			}
		} else {
			name = folder
		}
		content := []byte(streams[path])
		e := entry{name: name, kind: 2, size: len(content), start: end}
		switch {
		case len(content) >= 4096:
			e.start = store(content)
		case len(content) > 0:
			e.start = chain(&miniFAT, (len(content)+63)/64)
			mini = append(mini, pad(content, 64)...)
		}
		add(parent, e)
	}
	entries[0].size = len(mini)
	if len(mini) > 0 {
		entries[0].start = store(mini)
	}
	little := binary.LittleEndian
	var directory []byte
	for _, e := range entries {
		var b [128]byte
		name := utf16.Encode([]rune(e.name))
		for i, u := range name {
			little.PutUint16(b[2*i:], u)
		}
		little.PutUint16(b[64:], uint16(2*len(name)+2))
		b[66], b[67] = e.kind, 1
		little.PutUint32(b[68:], none)
		little.PutUint32(b[72:], e.right)
		little.PutUint32(b[76:], e.child)
		little.PutUint32(b[116:], e.start)
		little.PutUint32(b[120:], uint32(e.size))
		directory = append(directory, b[:]...)
	}
	for len(directory)%512 != 0 {
		var b [128]byte
		little.PutUint32(b[68:], none)
		little.PutUint32(b[72:], none)
		little.PutUint32(b[76:], none)
		directory = append(directory, b[:]...)
	}
	firstDirectory := store(directory)
	var table []byte
	for _, n := range miniFAT {
		table = little.AppendUint32(table, n)
	}
	for len(table) == 0 || len(table)%512 != 0 {
		table = little.AppendUint32(table, free)
	}
	firstMini := store(table)
	miniSectors := len(table) / 512
	fatSectors := 1
	for (len(fat)+fatSectors)*4 > fatSectors*512 {
		fatSectors++
	}
	firstFAT := len(fat)
	for range fatSectors {
		fat = append(fat, fatSector)
	}
	table = nil
	for _, n := range fat {
		table = little.AppendUint32(table, n)
	}
	for len(table)%512 != 0 {
		table = little.AppendUint32(table, free)
	}
	header := make([]byte, 512)
	copy(header, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	little.PutUint16(header[24:], 0x3e)
	little.PutUint16(header[26:], 3)
	little.PutUint16(header[28:], 0xfffe)
	little.PutUint16(header[30:], 9)
	little.PutUint16(header[32:], 6)
	little.PutUint32(header[44:], uint32(fatSectors))
	little.PutUint32(header[48:], firstDirectory)
	little.PutUint32(header[56:], 4096)
	little.PutUint32(header[60:], firstMini)
	little.PutUint32(header[64:], uint32(miniSectors))
	little.PutUint32(header[68:], end)
	for i := range 109 {
		n := uint32(free)
		if i < fatSectors {
			n = uint32(firstFAT + i)
		}
		little.PutUint32(header[76+4*i:], n)
	}
	return slices.Concat(header, sectors, table)
}

// wide is a text in UTF-16.
func wide(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// fixedProperties is a stream of properties with a header of so many octets.
func fixedProperties(header int, values map[uint32]uint64) string {
	b := make([]byte, header)
	for _, tag := range slices.Sorted(maps.Keys(values)) {
		b = binary.LittleEndian.AppendUint32(b, tag)
		b = append(b, 6, 0, 0, 0)
		b = binary.LittleEndian.AppendUint64(b, values[tag])
	}
	return string(b)
}

const pixel = `<p>Héllo</p><img src="https://t.shop.example/open.gif?u=4f7a0b1c2d3e4f52" width=1 height=1>`

// offer is a message as Outlook saves it when it came over the Internet.
func offer() map[string]string {
	return map[string]string{
		"__properties_version1.0": fixedProperties(32, map[uint32]uint64{0x3fde0003: 65001}),
		"__substg1.0_007D001F": wide("Received: by mx\r\nFrom: Shop <news@shop.example>\r\nTo: me@reader.example\r\nSubject: Offer\r\n" +
			"Date: Sun, 01 Mar 2026 12:00:00 +0000\r\nMessage-ID: <1@shop.example>\r\nContent-Type: multipart/alternative;\r\n boundary=x\r\nMIME-Version: 1.0\r\n\r\n"),
		"__substg1.0_1000001F":                               wide("Héllo"),
		"__substg1.0_10130102":                               pixel + strings.Repeat(" ", 5000),
		"__attach_version1.0_#00000000/__substg1.0_37010102": "attached",
	}
}

// draft is a message that never was on the Internet.
func draft() map[string]string {
	return map[string]string{
		"__properties_version1.0":                              fixedProperties(32, map[uint32]uint64{0x3ffd0003: 1252, 0x00390040: 134168832000000000, 0x0029000b: 1}),
		"__substg1.0_0037001E":                                 "Caf\xe9",
		"__substg1.0_0C1A001E":                                 "J\xfcrgen",
		"__substg1.0_5D01001E":                                 "j@shop.example",
		"__substg1.0_1000001E":                                 "Text",
		"__recip_version1.0_#00000000/__properties_version1.0": fixedProperties(8, map[uint32]uint64{0x0c150003: 1}),
		"__recip_version1.0_#00000000/__substg1.0_39FE001F":    wide("me@reader.example"),
		"__recip_version1.0_#00000001/__properties_version1.0": fixedProperties(8, map[uint32]uint64{0x0c150003: 2}),
		"__recip_version1.0_#00000001/__substg1.0_3003001F":    wide("you@reader.example"),
		"__recip_version1.0_#00000002/__substg1.0_3003001F":    wide("/O=EXCHANGE/CN=NAME"),
	}
}

func converted(t *testing.T, streams map[string]string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.msg")
	if err := os.WriteFile(path, compound(streams), 0o600); err != nil {
		t.Fatal(err)
	}
	for m, err := range mailfile.WalkAll(t.Context(), path) {
		if err != nil {
			t.Fatal(err)
		}
		content, err := m.Content()
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	t.Fatal("no message")
	return nil
}

func TestAMessageOfOutlookKeepsItsHeaderAndText(t *testing.T) {
	raw := converted(t, offer())
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.Get("Received") != "by mx" || m.Header.Get("Message-ID") != "<1@shop.example>" || len(m.Header["Content-Type"]) != 1 || len(m.Header["Mime-Version"]) != 1 {
		t.Errorf("header: %v", m.Header)
	}
	_, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for parts := multipart.NewReader(m.Body, parameters["boundary"]); ; {
		p, err := parts.NextPart()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		types = append(types, p.Header.Get("Content-Type"))
	}
	if want := []string{"text/plain; charset=utf-8", "text/html; charset=utf-8"}; !slices.Equal(types, want) {
		t.Errorf("parts are %q, want %q", types, want)
	}
	r := detector.New(catalogue.Builtin()).Scan(message.Parse(raw))
	if !r.Tracked || len(r.Findings) != 1 || r.Findings[0].Host != "t.shop.example" || r.From.Address != "news@shop.example" {
		t.Errorf("%+v", r)
	}
}

func TestAMessageOfOutlookThatWasNeverOnTheInternet(t *testing.T) {
	r := detector.New(catalogue.Builtin()).Scan(message.Parse(converted(t, draft())))
	if r.Subject != "Café" || r.From.Name != "Jürgen" || r.From.Address != "j@shop.example" || r.Date.Format("2006-01-02") != "2026-03-02" ||
		!slices.Equal(r.Recipients, []string{"me@reader.example", "you@reader.example"}) || !r.Tracked || r.Findings[0].Kind != detector.ReadReceipt {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsHiddenInRTFIsFound(t *testing.T) {
	rtf := `{\rtf1\ansi\fromhtml1 {\*\htmltag ` + pixel + `}}`
	stored := []byte(rtf) // not compressed, [MS-OXRTFCP] section 2.1.3.1
	header := binary.LittleEndian.AppendUint32(nil, uint32(len(stored)+12))
	header = binary.LittleEndian.AppendUint32(header, uint32(len(stored)))
	header = append(header, "MELA\x00\x00\x00\x00"...)
	streams := offer()
	delete(streams, "__substg1.0_10130102")
	streams["__substg1.0_10090102"] = string(header) + rtf
	if r := detector.New(catalogue.Builtin()).Scan(message.Parse(converted(t, streams))); !r.Tracked {
		t.Errorf("%+v", r)
	}
}

func FuzzOutlook(f *testing.F) {
	f.Add(compound(offer()))
	f.Add(compound(draft()))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(dir, "a.msg")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		for m, err := range mailfile.WalkAll(t.Context(), path) {
			if err != nil {
				continue
			}
			content, err := m.Content()
			if err == nil && len(content) > 10*len(b)+2000 {
				t.Errorf("%d octets became %d", len(b), len(content))
			}
		}
	})
}
