package imapsync

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

func leaf(mediaType string, size uint32, disposition string) *imap.BodyStructureSinglePart {
	kind, subtype, _ := strings.Cut(mediaType, "/")
	bs := &imap.BodyStructureSinglePart{Type: kind, Subtype: subtype, Size: size, Encoding: "7bit"}
	if disposition != "" {
		bs.Extended = &imap.BodyStructureSinglePartExt{Disposition: &imap.BodyStructureDisposition{Value: disposition}}
	}
	return bs
}

func multi(subtype string, children ...imap.BodyStructure) *imap.BodyStructureMultiPart {
	return &imap.BodyStructureMultiPart{Subtype: subtype, Children: children}
}

func nested(bs imap.BodyStructure) *imap.BodyStructureSinglePart {
	m := leaf("message/RFC822", 100, "")
	m.MessageRFC822 = &imap.BodyStructureMessageRFC822{BodyStructure: bs}
	return m
}

func TestWhatIsFetchedOfAMessage(t *testing.T) {
	encoded := nested(leaf("text/html", 9, ""))
	encoded.Encoding = "BASE64"
	for name, c := range map[string]struct {
		structure   imap.BodyStructure
		contentType string // of the header
		more        string // header fields
		size        int64
		want        string // sections, then what else is special
	}{
		"a text":                     {leaf("TEXT/HTML", 9, ""), "Text/HTML; charset=x", "", 300, "1"},
		"no content type":            {leaf("text/plain", 9, ""), "", "", 300, "1"},
		"alternatives":               {multi("alternative", leaf("text/plain", 9, ""), leaf("text/html", 9, "")), "multipart/alternative", "", 300, "1 2"},
		"attachments are left alone": {multi("mixed", leaf("text/html", 9, "inline"), leaf("text/csv", 9, "ATTACHMENT"), leaf("application/pdf", 9, ""), leaf("image/png", 9, "inline")), "multipart/mixed", "", 300, "1"},
		"but not attached HTML":      {multi("mixed", leaf("text/plain", 9, ""), leaf("text/html", 9, "attachment")), "multipart/mixed", "", 300, "1 2"},
		"a multipart in a multipart": {multi("mixed", multi("related", multi("alternative", leaf("text/plain", 9, ""), leaf("text/html", 9, "")), leaf("image/png", 9, "")), leaf("text/plain", 9, "")), "multipart/mixed", "", 300, "1.1.1 1.1.2 2"},
		// RFC 9051 section 6.4.5: a nested message's only part is its part 1, a multipart's parts are numbered at once.
		"a nested text":                  {multi("mixed", leaf("text/plain", 9, ""), nested(leaf("text/html", 9, ""))), "multipart/mixed", "", 300, "1 2.1"},
		"a nested multipart":             {multi("mixed", leaf("text/plain", 9, ""), nested(multi("mixed", leaf("text/html", 9, ""), multi("alternative", leaf("text/plain", 9, ""))))), "multipart/mixed", "", 300, "1 2.1 2.2.1"},
		"nothing but a nested message":   {nested(leaf("text/html", 9, "")), "message/rfc822", "", 300, "1.1"},
		"a message nested in a nested":   {nested(nested(leaf("text/html", 9, ""))), "message/rfc822", "", 300, "1.1.1"},
		"a nested plain text":            {multi("mixed", leaf("text/plain", 9, ""), nested(leaf("text/plain", 9, ""))), "multipart/mixed", "", 300, "1 2"},
		"an encoded nested message":      {multi("mixed", leaf("text/plain", 9, ""), encoded), "multipart/mixed", "", 300, "1 2"},
		"what may hold documents":        {multi("mixed", leaf("text/calendar", 9, ""), leaf("application/ms-tnef", 9, ""), leaf("application/pkcs7-mime", 9, ""), leaf("text/vcard", 9, "attachment")), "multipart/mixed", "", 300, "1 2 3 encrypted"},
		"an encrypted multipart":         {multi("encrypted", leaf("application/pgp-encrypted", 9, ""), leaf("application/octet-stream", 9, "")), "multipart/encrypted", "", 300, "encrypted"},
		"S/MIME":                         {leaf("application/pkcs7-mime", 9, ""), "application/pkcs7-mime", "", 300, "1 encrypted doubtful"},
		"an empty multipart":             {multi("mixed"), "multipart/mixed", "", 300, "doubtful"},
		"a multipart of nothing":         {multi("mixed", leaf("text/plain", 0, "")), "multipart/mixed", "", 300, "1 doubtful"},
		"text that should be more":       {leaf("text/plain", 9, ""), "multipart/mixed", "", 300, "1 doubtful"},
		"data":                           {leaf("application/octet-stream", 9, ""), "application/octet-stream", "", 300, "doubtful"},
		"an encoded multipart":           {multi("mixed", leaf("text/plain", 9, "")), "multipart/mixed", "Content-Transfer-Encoding: base64\r\n", 300, "1 doubtful"},
		"two content types":              {leaf("text/plain", 9, ""), "text/plain", "Content-Type: text/html\r\n", 300, "1 doubtful"},
		"much that is in none of them":   {leaf("text/plain", 9, ""), "text/plain", "", 60_000, "1 doubtful"},
		"a message in an unnamed format": {&imap.BodyStructureSinglePart{Type: "message", Subtype: "rfc822", Size: 9}, "message/rfc822", "", 300, "doubtful"},
	} {
		t.Run(name, func(t *testing.T) {
			header := "From: a@b.example\r\nSubject: x\r\n" + c.more
			if c.contentType != "" {
				header += "Content-Type: " + c.contentType + "\r\n"
			}
			p := planOf(c.structure, []byte(header+"\r\n"), c.size)
			var got []string
			for _, part := range p.parts {
				got = append(got, part.Section)
			}
			if p.encrypted {
				got = append(got, "encrypted")
			}
			if p.doubtful {
				got = append(got, "doubtful")
			}
			if joined := strings.Join(got, " "); joined != c.want {
				t.Errorf("got %q, want %q", joined, c.want)
			}
		})
	}
}

// A batch stays below its bound, but holds at least one message.
func TestBatchOf(t *testing.T) {
	group := func(sizes ...int64) []*fetched {
		var all []*fetched
		for _, size := range sizes {
			all = append(all, &fetched{whole: true, size: size})
		}
		return all
	}
	for _, c := range []struct {
		sizes []int64
		want  int
	}{
		{[]int64{1, 2, 3}, 3},
		{[]int64{chunk, 1}, 1},
		{[]int64{chunk + 1, 1}, 1},
		{[]int64{1, chunk}, 1},
		{[]int64{1, chunk - 1, 1}, 2},
	} {
		if got := batchOf(group(c.sizes...), chunk); got != c.want {
			t.Errorf("%s: got %d, want %d", fmt.Sprint(c.sizes), got, c.want)
		}
	}
}

// Pieces make the part that they are of, also where the server does not know pieces.
func TestPiecesOfAPart(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789"), 2*chunk/10+3)
	part := func(offset, end int, partial bool) *answer {
		section := &imap.FetchItemBodySection{Part: []int{1}}
		if partial {
			section.Partial = &imap.SectionPartial{Offset: int64(offset)}
		}
		return &answer{sections: []imapclient.FetchBodySectionBuffer{{Section: section, Bytes: body[offset:end]}}}
	}
	for name, answers := range map[string][]*answer{
		"pieces": {part(0, chunk, true), part(chunk, 2*chunk, true), part(2*chunk, len(body), true)},
		"all":    {part(0, len(body), false), part(0, len(body), false), part(0, len(body), false)},
	} {
		f := fetched{plan: planOf(leaf("text/html", uint32(len(body)), ""), []byte("From: a@b.example\r\nContent-Type: text/html\r\n\r\n"), int64(len(body)))}
		if f.shape() != fmt.Sprintf("1<0.%[1]d> 1<%[1]d.%[1]d> 1<%d.%d>", chunk, 2*chunk, len(body)-2*chunk) {
			t.Errorf("the shape is %q", f.shape())
		}
		for _, a := range answers {
			f.take(a)
		}
		if !bytes.Equal(f.plan.parts[0].Body, body) {
			t.Errorf("%s: %d octets, want %d", name, len(f.plan.parts[0].Body), len(body))
		}
	}
}

// The parts of a message are fetched up to a sum, and the rest is named.
func TestTheTextOfOneMessageIsBounded(t *testing.T) {
	multi := &imap.BodyStructureMultiPart{Subtype: "mixed"}
	for range 6 {
		multi.Children = append(multi.Children, &imap.BodyStructureSinglePart{Type: "text", Subtype: "plain", Size: 3 << 20})
	}
	f := fetched{plan: planOf(multi, []byte("From: a@b.example\r\nContent-Type: multipart/mixed\r\n\r\n"), 18<<20)}
	if f.plan.doubtful || f.cost() != maxText || len(f.sections()) != 5*3+1 || f.sections()[15].Partial.Size != 1<<20 {
		t.Errorf("cost %d, plan %+v", f.cost(), f.plan)
	}
	if got := f.plan.notScanned(); len(got) != 1 || got[0] != "part 6: only the first 1 MB were scanned" {
		t.Errorf("not scanned: %q", got)
	}
}
