package mailfile

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"
	"golang.org/x/text/encoding/htmlindex"
)

// isOutlook reports whether a file that begins with start is a compound file ([MS-CFB] section 2.2), as messages of
// Outlook (.msg, [MS-OXMSG]) are.
func isOutlook(start []byte) bool {
	return bytes.HasPrefix(start, []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1})
}

// Identifiers of properties, [MS-OXPROPS].
const (
	idReadReceipt      = 0x0029 // PidTagReadReceiptRequested
	idSubject          = 0x0037
	idSubmitTime       = 0x0039 // PidTagClientSubmitTime
	idTransportHeaders = 0x007d // PidTagTransportMessageHeaders
	idRecipientType    = 0x0c15
	idSenderName       = 0x0c1a
	idSenderAddress    = 0x0c1f
	idDeliveryTime     = 0x0e06
	idBody             = 0x1000
	idRTF              = 0x1009 // PidTagRtfCompressed
	idHTML             = 0x1013
	idMessageID        = 0x1035 // PidTagInternetMessageId
	idDisplayName      = 0x3001
	idAddress          = 0x3003
	idSMTPAddress      = 0x39fe
	idCodepage         = 0x3fde // PidTagInternetCodepage
	idStringCodepage   = 0x3ffd // PidTagMessageCodepage
	idSenderSMTP       = 0x5d01
)

// Types of properties, [MS-OXCDATA] section 2.11.1.
const (
	typeString8 = 0x001e
	typeString  = 0x001f
	typeBinary  = 0x0102
)

// properties are those of a message or recipient, by their identifiers.
type properties struct {
	streams map[uint32][]byte // by identifier and type
	fixed   map[uint16]uint64
}

func newProperties() *properties {
	return &properties{streams: map[uint32][]byte{}, fixed: map[uint16]uint64{}}
}

// convertOutlook makes a message in the form of RFC 5322 of a message of Outlook: its header fields, or what they are made
// of, and its text as plain text, HTML, or in RTF. Attachments are left out, since nothing in them is shown.
func convertOutlook(raw []byte) (converted []byte, err error) {
	defer func() {
		if r := recover(); r != nil { // the reader of compound files trusts some of their numbers
			err = fmt.Errorf("damaged message of Outlook: %v", r)
		}
	}()
	top, recipients, err := readOutlook(raw)
	if err != nil {
		return nil, fmt.Errorf("damaged message of Outlook: %w", err)
	}
	var b bytes.Buffer
	top.header(&b, recipients)
	top.body(&b)
	return b.Bytes(), nil
}

var errNoMessage = errors.New("there is no message in it")

// readOutlook reads the properties of a message and of its recipients.
func readOutlook(raw []byte) (top *properties, recipients []*properties, err error) {
	file, err := mscfb.New(bytes.NewReader(raw))
	if err != nil {
		return nil, nil, err
	}
	top = newProperties()
	byFolder := map[string]*properties{}
	room := int64(2 * len(raw)) // for all streams: in a damaged file they may lie upon each other
	for {
		e, err := file.Next()
		if err == io.EOF {
			break
		} else if err != nil {
			return nil, nil, err
		}
		p := top
		switch {
		case len(e.Path) == 1 && strings.HasPrefix(e.Path[0], "__recip_version1.0_"):
			if p = byFolder[e.Path[0]]; p == nil {
				p = newProperties()
				byFolder[e.Path[0]] = p
				recipients = append(recipients, p)
			}
		case len(e.Path) > 0:
			continue // attachments, names of properties
		}
		header := 8 // of the stream of properties, [MS-OXMSG] section 2.4.1
		if p == top {
			header = 32
		}
		if err := p.read(e, header, &room); err != nil {
			return nil, nil, err
		}
	}
	if len(top.streams)+len(top.fixed) == 0 {
		return nil, nil, errNoMessage
	}
	return top, recipients, nil
}

// read takes the properties in a stream. Names that say nothing of one are passed over.
func (p *properties) read(e *mscfb.File, header int, room *int64) error {
	var tag uint32
	if e.Name != "__properties_version1.0" {
		if n, err := fmt.Sscanf(e.Name, "__substg1.0_%08X", &tag); n != 1 || err != nil || len(e.Name) != len("__substg1.0_00000000") {
			return nil
		}
	}
	if *room -= e.Size; *room < 0 {
		return errors.New("its parts are larger than the file")
	}
	content, err := io.ReadAll(io.LimitReader(e, e.Size))
	if err != nil {
		return err
	}
	if tag != 0 {
		p.streams[tag] = content
		return nil
	}
	for content = content[min(header, len(content)):]; len(content) >= 16; content = content[16:] {
		p.fixed[binary.LittleEndian.Uint16(content[2:])] = binary.LittleEndian.Uint64(content[8:])
	}
	return nil
}

// text is a property that is a text.
func (p *properties) text(id uint16) string {
	if b, ok := p.streams[uint32(id)<<16|typeString]; ok {
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(b[2*i:])
		}
		return strings.TrimRight(string(utf16.Decode(units)), "\x00")
	}
	b := bytes.TrimRight(p.streams[uint32(id)<<16|typeString8], "\x00")
	encoding, err := htmlindex.Get(charset(cmp.Or(p.fixed[idStringCodepage], p.fixed[idCodepage])))
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	decoded, _ := encoding.NewDecoder().Bytes(b) // what cannot be decoded is replaced
	return string(decoded)
}

// charset is the name of a code page of Windows, "" when it has none that mail knows.
func charset(codepage uint64) string {
	switch page := uint32(codepage); {
	case page == 65001:
		return "utf-8"
	case page == 20127:
		return "us-ascii"
	case page >= 1250 && page <= 1258:
		return fmt.Sprintf("windows-%d", page)
	case page >= 28591 && page <= 28605:
		return fmt.Sprintf("iso-8859-%d", page-28590)
	case page == 932:
		return "shift_jis"
	case page == 936, page == 54936:
		return "gb18030"
	case page == 949:
		return "euc-kr"
	case page == 950:
		return "big5"
	case page == 20866:
		return "koi8-r"
	}
	return ""
}

// header writes the header fields.
func (p *properties) header(b *bytes.Buffer, recipients []*properties) {
	if fields := p.text(idTransportHeaders); fields != "" {
		b.WriteString(withoutContent(fields))
		return
	}
	field := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\r\n")
		}
	}
	from := address(p.text(idSenderName), cmp.Or(p.text(idSenderSMTP), p.text(idSenderAddress)))
	field("From", from)
	for i, name := range []string{"To", "Cc"} {
		var all []string
		for _, r := range recipients {
			if kind := uint32(r.fixed[idRecipientType]); kind == uint32(i+1) || i == 0 && kind == 0 {
				if a := address(r.text(idDisplayName), cmp.Or(r.text(idSMTPAddress), r.text(idAddress))); a != "" {
					all = append(all, a)
				}
			}
		}
		field(name, strings.Join(all, ",\r\n "))
	}
	field("Subject", mime.QEncoding.Encode("utf-8", oneLine(p.text(idSubject))))
	if t := cmp.Or(p.fixed[idSubmitTime], p.fixed[idDeliveryTime]); t != 0 {
		field("Date", fileTime(t).Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	}
	field("Message-ID", oneLine(p.text(idMessageID)))
	if p.fixed[idReadReceipt]&1 == 1 {
		field("Disposition-Notification-To", from)
	}
}

// withoutContent is a header without the fields that say how the body was written.
func withoutContent(header string) string {
	var b strings.Builder
	left := false
	for line := range strings.Lines(strings.ReplaceAll(header, "\r\n", "\n")) {
		line = strings.TrimRight(line, "\n")
		if line == "" {
			break
		}
		if line[0] != ' ' && line[0] != '\t' {
			name, _, ok := strings.Cut(line, ":")
			// QUIRK: old Outlook begins with a line that is no field: "Microsoft Mail Internet Headers Version 2.0".
			left = !ok || slices.Contains([]string{"content-type", "content-transfer-encoding", "content-disposition", "mime-version"}, strings.ToLower(strings.TrimSpace(name)))
		}
		if !left {
			b.WriteString(line + "\r\n")
		}
	}
	return b.String()
}

// address is a mailbox as header fields have it. In an Exchange organisation an address can be a name of another kind,
// which is left out.
func address(name, address string) string {
	address = oneLine(address)
	if !strings.Contains(address, "@") {
		return ""
	}
	return (&mail.Address{Name: oneLine(name), Address: address}).String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// fileTime is the time that a number of tenths of microseconds since 1601 stands for, [MS-DTYP] section 2.3.3.
func fileTime(t uint64) time.Time {
	const from1601 = 11644473600 // seconds to 1970
	return time.Unix(int64(t/1e7)-from1601, 0).UTC()
}

// body writes what the message says, after its header.
func (p *properties) body(b *bytes.Buffer) {
	const boundary = "----=_pixelwacht" // all parts are in base64, which has no such line
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n")
	part := func(mediaType string, content []byte) {
		b.WriteString("--" + boundary + "\r\nContent-Type: " + mediaType + "\r\nContent-Transfer-Encoding: base64\r\n\r\n")
		lines := base64.StdEncoding.EncodeToString(content)
		for len(lines) > 76 {
			b.WriteString(lines[:76] + "\r\n")
			lines = lines[76:]
		}
		b.WriteString(lines + "\r\n")
	}
	if text := p.text(idBody); text != "" {
		part("text/plain; charset=utf-8", []byte(text))
	}
	html, rtf := p.streams[idHTML<<16|typeBinary], p.streams[idRTF<<16|typeBinary]
	switch name := charset(p.fixed[idCodepage]); {
	case len(html) > 0 && name != "":
		part("text/html; charset="+name, html)
	case len(html) > 0:
		part("text/html", html)
	case p.text(idHTML) != "":
		part("text/html; charset=utf-8", []byte(p.text(idHTML)))
	case len(rtf) > 0:
		part("application/ms-tnef", tnef(rtf))
	}
	b.WriteString("--" + boundary + "--\r\n")
}

// tnef is a compressed RTF text as mail carries it, in the Transport Neutral Encapsulation Format, [MS-OXTNEF] section 2.1.
func tnef(rtf []byte) []byte {
	const signature, messageLevel, messageProperties = 0x223e9f78, 1, 0x00069003
	little := binary.LittleEndian
	var value []byte
	value = little.AppendUint32(value, 1)                    // properties
	value = little.AppendUint32(value, idRTF<<16|typeBinary) // its tag
	value = little.AppendUint32(value, 1)                    // values
	value = little.AppendUint32(value, uint32(len(rtf)))
	value = append(value, rtf...)
	value = append(value, make([]byte, -len(rtf)&3)...)
	sum := uint16(0)
	for _, c := range value {
		sum += uint16(c)
	}
	var b []byte
	b = little.AppendUint32(b, signature)
	b = little.AppendUint16(b, 1) // key
	b = append(b, messageLevel)
	b = little.AppendUint32(b, messageProperties)
	b = little.AppendUint32(b, uint32(len(value)))
	b = append(b, value...)
	return little.AppendUint16(b, sum)
}
