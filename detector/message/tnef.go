package message

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// A TNEF stream (MS-OXTNEF) is a list of attributes, each with a checksum; some hold MAPI properties. The libraries that
// read it give copies; here each document has its place, so that it can be patched and the checksum kept right.

// Attributes, MS-OXTNEF section 2.1.3.2, without their type.
const (
	attAttachTitle = 0x8010
	attAttachData  = 0x800f
	attMAPIProps   = 0x9003
	attAttachment  = 0x9005
)

// MAPI properties, MS-OXPROPS.
const (
	propHTML          = 0x1013 // PidTagBodyHtml, PidTagHtml
	propCompressedRTF = 0x1009 // PidTagRtfCompressed
	propAttachData    = 0x3701 // PidTagAttachDataBinary, PidTagAttachDataObject
	propLongName      = 0x3707 // PidTagAttachLongFilename
	propReadReceipt   = 0x0029 // PidTagReadReceiptRequested
	firstNamed        = 0x8000
)

// tnefKind says what was found in a TNEF stream.
type tnefKind uint8

const (
	tnefHTML   tnefKind = iota // the body as HTML
	tnefRTF                    // the body as RTF
	tnefFile                   // an attachment
	tnefNested                 // a message, as a TNEF stream
	tnefReport                 // a property that makes a program report that the message is shown
)

// tnefItem is something to be looked into.
type tnefItem struct {
	kind  tnefKind
	name  string
	layer []layer
}

const tnefHeader = 6 // octets: signature and key

func isTNEF(b []byte) bool {
	return len(b) >= tnefHeader && binary.LittleEndian.Uint32(b) == 0x223e9f78
}

// tnefItems lists what is in a TNEF stream. It ends at the first attribute that is cut off.
func tnefItems(b []byte) []tnefItem {
	var items []tnefItem
	name := ""
	if !isTNEF(b) {
		return nil
	}
	for pos := tnefHeader; pos+9 <= len(b) && len(items) < maxEmbedded; {
		id := binary.LittleEndian.Uint16(b[pos+1:])
		length := int64(binary.LittleEndian.Uint32(b[pos+5:]))
		start := pos + 9
		if length > int64(len(b)-start) {
			length = int64(len(b) - start) // QUIRK: readers take what is there
		}
		a := tnefAttribute{span{start, start + int(length)}}
		data := a.Decode(b)
		switch id {
		case attAttachTitle:
			name = string(bytes.TrimRight(data, "\x00"))
		case attAttachData:
			items = append(items, tnefItem{kind: tnefFile, name: name, layer: []layer{a}})
		case attMAPIProps, attAttachment:
			for _, item := range propertyItems(data, &name) {
				item.layer = append([]layer{a}, item.layer...)
				items = append(items, item)
			}
		}
		pos = a.end + 2
	}
	return items
}

// tnefAttribute is the data of an attribute. The checksum behind it is the sum of its octets.
type tnefAttribute struct{ span }

// Patch keeps the checksum right, if it was.
func (a tnefAttribute) Patch(raw []byte, edits []Edit) []byte {
	out := a.span.Patch(raw, edits)
	if a.end+2 <= len(raw) && binary.LittleEndian.Uint16(raw[a.end:]) == checksum(a.Decode(raw)) {
		binary.LittleEndian.PutUint16(out[a.end:], checksum(a.Decode(out)))
	}
	return out
}

func checksum(b []byte) uint16 {
	var sum uint16
	for _, c := range b {
		sum += uint16(c)
	}
	return sum
}

// property is a value of a MAPI property: its octets, and those of the identifier of the property.
type property struct {
	id    uint16
	typ   uint16
	tag   int // offset of the identifier
	value span
}

// propertyItems lists what is in a list of MAPI properties. name is the file name of the attachment, if they have one.
func propertyItems(b []byte, name *string) []tnefItem {
	var items []tnefItem
	properties(b, func(p property) {
		if len(items) >= maxEmbedded {
			return
		}
		// An identifier from the range that messages classes define for themselves: nothing reads it.
		seal := func(content func(raw []byte) []byte) []layer {
			return []layer{sealed{content, span{p.tag, p.tag + 2}, []byte{0x09, 0x7b}}}
		}
		if start := p.remoteStart(b); start != nil {
			at := span{p.value.start, p.value.start + len(start)}
			items = append(items, tnefItem{kind: tnefReport, layer: []layer{sealed{p.value.Decode, at, start}}})
			return
		}
		switch p.id {
		case propReadReceipt:
			if v := p.value.Decode(b); len(v) > 0 && v[0] != 0 {
				items = append(items, tnefItem{kind: tnefReport, layer: seal(p.value.Decode)})
			}
		case propHTML:
			items = append(items, tnefItem{kind: tnefHTML, layer: []layer{p.value}})
		case propCompressedRTF:
			items = append(items, tnefItem{kind: tnefRTF, layer: seal(func(raw []byte) []byte {
				return decompressRTF(p.value.Decode(raw), MaxDocument)
			})})
		case propLongName:
			*name = stringValue(p.typ, p.value.Decode(b))
		case propAttachData:
			const interfaceID = 16 // octets before an embedded object, MS-OXTNEF section 2.1.3.3.15
			object := p.value
			if object.start = min(object.start+interfaceID, object.end); isTNEF(object.Decode(b)) {
				items = append(items, tnefItem{kind: tnefNested, layer: []layer{object}})
			} else {
				items = append(items, tnefItem{kind: tnefFile, name: *name, layer: []layer{p.value}})
			}
		}
	})
	return items
}

// remoteStart returns what makes nothing of the start of a named property that is the name of a file on another machine, nil
// for any other. Outlook plays the sound of a reminder from wherever PidLidReminderFileParameter says (MS-OXORMDR section
// 2.2.1.7), and logs in there. Links, which stay, begin otherwise.
func (p property) remoteStart(b []byte) []byte {
	if p.id < firstNamed || p.typ&0xfff != 0x1e && p.typ&0xfff != 0x1f {
		return nil
	}
	name := strings.ToLower(strings.ReplaceAll(stringValue(p.typ, p.value.Decode(b)), `\`, "/"))
	switch {
	case !strings.HasPrefix(name, "//") && !strings.HasPrefix(name, "file:"):
		return nil
	case p.typ&0xfff == 0x1f:
		return []byte("x\x00x\x00")
	}
	return []byte("xx")
}

// stringValue is a value of type PtypString8 or PtypString (UTF-16).
func stringValue(typ uint16, b []byte) string {
	if typ&0xfff != 0x1f {
		return strings.TrimRight(string(b), "\x00")
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

// properties calls yield for each value in a list of MAPI properties, MS-OXTNEF section 2.1.3.4. It ends where the list
// is broken.
func properties(b []byte, yield func(property)) {
	r := littleEndian{b: b}
	for count := r.uint32(); count > 0 && !r.failed; count-- {
		p := property{typ: r.uint16()}
		p.tag = r.pos
		p.id = r.uint16()
		if p.id >= firstNamed { // a named property: a GUID, and a number or a name
			r.skip(16)
			if r.uint32() == 0 {
				r.skip(4)
			} else {
				r.skip(padded(r.uint32()))
			}
		}
		values := uint32(1)
		size, fixed := fixedSizes[p.typ&0xfff]
		if p.typ&0x1000 != 0 || !fixed {
			values = r.uint32()
		}
		for ; values > 0 && !r.failed; values-- {
			n := size
			if !fixed {
				n = r.uint32()
			}
			start := r.pos
			if r.skip(padded(n)); r.failed && r.pos == start {
				// QUIRK: a value that is cut off is read as far as it goes.
				yield(property{p.id, p.typ, p.tag, span{start, len(b)}})
				return
			}
			yield(property{p.id, p.typ, p.tag, span{start, start + int(n)}})
		}
	}
}

// fixedSizes are the octets of the property types with values of one size, MS-OXCDATA section 2.11.1.
var fixedSizes = map[uint16]uint32{
	0x01: 4, 0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0a: 4, 0x0b: 2, 0x14: 8, 0x40: 8, 0x48: 16,
}

// padded is n, rounded up to a multiple of four.
func padded(n uint32) uint32 { return n + -n&3 }

// littleEndian reads numbers; behind the end it gives zero, and fails.
type littleEndian struct {
	b      []byte
	pos    int
	failed bool
}

func (r *littleEndian) skip(n uint32) []byte {
	if r.failed || int64(n) > int64(len(r.b)-r.pos) {
		r.failed = true
		return nil
	}
	r.pos += int(n)
	return r.b[r.pos-int(n) : r.pos]
}

func (r *littleEndian) uint16() uint16 {
	if b := r.skip(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *littleEndian) uint32() uint32 {
	if b := r.skip(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}
