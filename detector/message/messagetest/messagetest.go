// Package messagetest makes the binary forms in which mail holds documents, for tests.
package messagetest

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
)

// Part is a message with one body in base64, 76 characters a line.
func Part(contentType string, body []byte) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "From: a@sender.test\r\nTo: b@reader.test\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\n\r\n", contentType)
	text := base64.StdEncoding.EncodeToString(body)
	for ; len(text) > 76; text = text[76:] {
		b.WriteString(text[:76] + "\r\n")
	}
	b.WriteString(text + "\r\n")
	return []byte(b.String())
}

// Attribute is one attribute of a TNEF stream, MS-OXTNEF section 2.1.1.
type Attribute struct {
	ID   uint32 // with its type in the upper half
	Data []byte
}

// The attributes that hold documents.
const (
	MAPIProps   = 0x00069003
	Attachment  = 0x00069005
	AttachTitle = 0x00018010
	AttachData  = 0x0006800f
)

// TNEF is a TNEF stream with right checksums.
func TNEF(attributes ...Attribute) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0x223e9f78)
	b = binary.LittleEndian.AppendUint16(b, 1)
	for _, a := range attributes {
		b = append(b, 1)
		b = binary.LittleEndian.AppendUint32(b, a.ID)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(a.Data)))
		b = append(b, a.Data...)
		var sum uint16
		for _, c := range a.Data {
			sum += uint16(c)
		}
		b = binary.LittleEndian.AppendUint16(b, sum)
	}
	return b
}

// Property is a MAPI property.
type Property struct {
	Type, ID uint16
	Name     string // of a named property
	Value    []byte
}

// The properties that hold documents, and their types.
const (
	PropHTML          = 0x1013
	PropCompressedRTF = 0x1009
	PropAttachData    = 0x3701
	PropLongName      = 0x3707
	PropReadReceipt   = 0x0029
	TypeBinary        = 0x102
	TypeObject        = 0x0d
	TypeString        = 0x1e
	TypeUnicode       = 0x1f
	TypeBoolean       = 0x0b
)

// Properties is a list of MAPI properties, as an attribute holds it.
func Properties(properties ...Property) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(properties)))
	sized := func(value []byte) {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(value)))
		b = append(b, value...)
		b = append(b, make([]byte, -len(value)&3)...)
	}
	for _, p := range properties {
		b = binary.LittleEndian.AppendUint16(b, p.Type)
		b = binary.LittleEndian.AppendUint16(b, p.ID)
		if p.Name != "" {
			b = append(b, make([]byte, 16)...)
			b = binary.LittleEndian.AppendUint32(b, 1)
			sized([]byte(p.Name))
		}
		if p.Type == TypeBoolean {
			b = append(append(b, p.Value...), make([]byte, -len(p.Value)&3)...)
			continue
		}
		b = binary.LittleEndian.AppendUint32(b, 1)
		sized(p.Value)
	}
	return b
}

// CompressedRTF is compressed RTF (MS-OXRTFCP) without any reference to its dictionary.
func CompressedRTF(rtf string) []byte {
	var body []byte
	for len(rtf) > 0 {
		n := min(8, len(rtf))
		body = append(body, 0)
		body = append(body, rtf[:n]...)
		rtf = rtf[n:]
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(body)+12))
	b = binary.LittleEndian.AppendUint32(b, 1<<20)
	b = binary.LittleEndian.AppendUint32(b, 0x75465a4c)
	b = binary.LittleEndian.AppendUint32(b, 0)
	return append(b, body...)
}

// Form is how the strings and lengths of a CMS structure are written.
type Form uint8

// The forms.
const (
	Primitive   Form = iota // DER
	Constructed             // BER: strings in pieces
	Indefinite              // BER: strings in pieces, without lengths
)

// value is one value in BER.
func value(form Form, tag byte, contents ...[]byte) []byte {
	body := bytes.Join(contents, nil)
	if form == Indefinite && tag&0x20 != 0 {
		return append(append([]byte{tag, 0x80}, body...), 0, 0)
	}
	length := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	return append(append([]byte{tag, 0x84}, length...), body...)
}

func octets(form Form, content []byte) []byte {
	if form == Primitive {
		return value(form, 0x04, content)
	}
	var pieces [][]byte
	for ; len(content) > 50; content = content[50:] {
		pieces = append(pieces, value(form, 0x04, content[:50]))
	}
	return value(form, 0x24, append(pieces, value(form, 0x04, content))...)
}

var oidData = value(Primitive, 0x06, []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"))

// SignedData is CMS signed-data (RFC 5652 section 5) around a MIME entity, without signers.
func SignedData(form Form, entity []byte) []byte {
	return value(form, 0x30,
		value(form, 0x06, []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")),
		value(form, 0xa0, value(form, 0x30,
			value(form, 0x02, []byte{1}),
			value(form, 0x31, value(form, 0x30, oidData)),
			value(form, 0x30, oidData, value(form, 0xa0, octets(form, entity))),
			value(form, 0x31))))
}

// CompressedData is CMS compressed-data (RFC 3274) around a MIME entity.
func CompressedData(form Form, entity []byte) []byte {
	var compressed bytes.Buffer
	z := zlib.NewWriter(&compressed)
	_, _ = z.Write(entity)
	_ = z.Close()
	return value(form, 0x30,
		value(form, 0x06, []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09")),
		value(form, 0xa0, value(form, 0x30,
			value(form, 0x02, []byte{0}),
			value(form, 0x30, oidData),
			value(form, 0x30, oidData, value(form, 0xa0, octets(form, compressed.Bytes()))))))
}

// UUEncode is a uuencoded file with its first and last line.
func UUEncode(name string, content []byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "begin 644 %s\r\n", name)
	for len(content) > 0 {
		line := content[:min(45, len(content))]
		content = content[len(line):]
		b.WriteByte(' ' + byte(len(line)))
		for ; len(line) > 0; line = line[min(3, len(line)):] {
			var group [3]byte
			copy(group[:], line)
			for _, six := range []byte{group[0] >> 2, group[0]<<4 | group[1]>>4, group[1]<<2 | group[2]>>6, group[2]} {
				b.WriteByte("`!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_"[six&63])
			}
		}
		b.WriteString("\r\n")
	}
	return b.String() + "`\r\nend\r\n"
}

// YEncode is a yEnc file with its first and last line.
func YEncode(name string, content []byte) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "=ybegin line=128 size=%d name=%s\r\n", len(content), name)
	for i, c := range content {
		if c += 42; c == 0 || c == '\n' || c == '\r' || c == '=' {
			b.WriteByte('=')
			c += 64
		}
		b.WriteByte(c)
		if i%128 == 127 {
			b.WriteString("\r\n")
		}
	}
	fmt.Fprintf(&b, "\r\n=yend size=%d\r\n", len(content))
	return b.String()
}
