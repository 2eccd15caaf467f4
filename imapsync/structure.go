package imapsync

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"

	"pixelwacht/detector/message"
)

const (
	// maxPart is how much of one part is fetched, in octets; no mail program shows more.
	maxPart = 4 << 20
	// maxText is how much of all parts of one message is fetched, in octets.
	maxText = 16 << 20
	// maxWhole is the size of a message, in octets, up to which it is fetched whole when its structure is doubtful.
	maxWhole = 1 << 20
)

// plan is what to fetch of one message.
type plan struct {
	parts     []wanted
	encrypted bool // has a part that cannot be inspected
	doubtful  bool // the server may have understood the structure differently from a mail program
}

// wanted is one part that may be shown as text.
type wanted struct {
	section []int // RFC 9051 section 6.4.5
	message.Fetched
	size  int64 // octets
	asked int64 // how many of them are fetched
}

// planOf reads the structure of a message of size octets with that header: parts that are shown as text are fetched,
// attachments are not.
func planOf(structure imap.BodyStructure, header []byte, size int64) plan {
	w := walker{}
	w.message(structure, nil)
	p := plan{parts: w.parts, encrypted: w.encrypted}
	rest := int64(maxText)
	for i := range p.parts {
		part := &p.parts[i]
		part.asked = min(part.size, maxPart, rest)
		rest -= part.asked
	}
	p.doubtful = w.doubtful || contradicts(structure, header) || hides(&w, size)
	return p
}

// walker collects the parts of a structure.
type walker struct {
	parts     []wanted
	encrypted bool
	doubtful  bool
	leaves    int
	octets    int64 // of all leaves
}

// message walks the body of a message, whose own section is path: nil for the message itself.
func (w *walker) message(bs imap.BodyStructure, path []int) {
	if single, ok := bs.(*imap.BodyStructureSinglePart); ok {
		w.leaf(single, append(slices.Clone(path), 1)) // the only part of a message is its part 1
		return
	}
	w.multipart(bs, path)
}

func (w *walker) multipart(bs imap.BodyStructure, path []int) {
	multi, ok := bs.(*imap.BodyStructureMultiPart)
	if !ok {
		w.doubtful = true
		return
	}
	w.encrypted = w.encrypted || strings.EqualFold(multi.Subtype, "encrypted")
	w.doubtful = w.doubtful || len(multi.Children) == 0
	for i, child := range multi.Children {
		section := append(slices.Clone(path), i+1)
		if single, ok := child.(*imap.BodyStructureSinglePart); ok {
			w.leaf(single, section)
		} else {
			w.multipart(child, section)
		}
	}
}

func (w *walker) leaf(bs *imap.BodyStructureSinglePart, section []int) {
	mediaType, disposition := bs.MediaType(), ""
	if d := bs.Disposition(); d != nil {
		disposition = strings.ToLower(d.Value)
	}
	w.leaves++
	switch mediaType {
	case "message/rfc822", "message/global":
		if bs.MessageRFC822 == nil {
			w.doubtful = true
			return
		}
		if isIdentity(bs.Encoding) && !isPlain(bs.MessageRFC822.BodyStructure) {
			w.message(bs.MessageRFC822.BodyStructure, section)
			return
		}
		disposition = "" // what an attached message holds is shown as well
	case "application/pgp-encrypted", "application/x-pgp-encrypted":
		w.encrypted = true
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		t := bs.Params["smime-type"]
		w.encrypted = w.encrypted || t == "" || strings.EqualFold(t, "enveloped-data") || strings.EqualFold(t, "authenveloped-data")
	}
	w.octets += int64(bs.Size)
	filename := bs.Filename()
	if !isShown(mediaType, disposition, filename) || strings.HasSuffix(strings.ToLower(bs.Params["smime-type"]), "enveloped-data") {
		return
	}
	w.parts = append(w.parts, wanted{section: section, size: int64(bs.Size), Fetched: message.Fetched{
		Section: dotted(section), Type: mediaType, Charset: bs.Params["charset"], Encoding: bs.Encoding, Disposition: disposition, Filename: filename,
	}})
}

// isShown reports whether a program may show a part, or load something because of it: HTML always, since programs show it
// even when it is declared an attachment; what else can hold a document unless it is one.
func isShown(mediaType, disposition, filename string) bool {
	return mediaType == "text/html" || disposition != "attachment" && message.MayBeDocument(mediaType, filename)
}

// isPlain reports whether a nested message is plain text, as its server has it. QUIRK: that is what Courier says of all
// without a MIME-Version field, which no mail program asks for. So such a message is fetched with its header, to see.
func isPlain(bs imap.BodyStructure) bool {
	single, ok := bs.(*imap.BodyStructureSinglePart)
	return ok && single.MediaType() == "text/plain"
}

func isIdentity(encoding string) bool {
	switch strings.ToLower(encoding) {
	case "", "7bit", "8bit", "binary":
		return true
	}
	return false
}

// contradicts reports whether the header says something else than the structure: then a mail program may read the
// message differently from the server.
func contradicts(structure imap.BodyStructure, header []byte) bool {
	h := message.Assemble(header, nil, false).Header()
	types := h.Values("Content-Type")
	if len(types) > 1 || len(h.Fields) < 2 {
		return true
	}
	mediaType := "text/plain" // RFC 2045 section 5.2
	if len(types) == 1 {
		mediaType, _, _ = strings.Cut(types[0], ";")
		mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	}
	if mediaType != structure.MediaType() {
		return true
	}
	single, ok := structure.(*imap.BodyStructureSinglePart)
	if !ok {
		// RFC 2045 section 6.4 allows no encoding of a multipart; servers differ in what they make of one.
		return !isIdentity(h.Value("Content-Transfer-Encoding"))
	}
	return !strings.HasPrefix(mediaType, "text/") && single.MessageRFC822 == nil
}

// hides reports whether much of the message is in none of its parts.
func hides(w *walker, size int64) bool {
	const (
		usualHeader = 32 << 10 // octets; real headers are smaller
		partHeader  = 512
	)
	return w.octets == 0 || size-w.octets > usualHeader+int64(w.leaves)*partHeader
}

// isPGP reports whether the body of a text part is an encrypted message, RFC 4880 section 6.2.
func isPGP(part message.Fetched) bool {
	return part.Type == "text/plain" && bytes.HasPrefix(bytes.TrimLeft(part.Body, " \t\r\n"), []byte("-----BEGIN PGP MESSAGE-----"))
}

// dotted is a section number as it is written.
func dotted(section []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(section), "[]"), " ", ".")
}
