package message

import (
	"bytes"
	"compress/zlib"
	"io"
)

// S/MIME wraps a MIME entity in CMS (RFC 5652): a tree of tag, length and value, in DER or, as most programs write it,
// BER with indefinite lengths and strings in pieces. encoding/asn1 and cryptobyte read only DER and give no byte
// ranges, so the few values on the way to the content are walked here.

// cmsContent says what is in a CMS structure.
type cmsContent uint8

const (
	cmsUnknown    cmsContent = iota
	cmsSigned                // a MIME entity, readable
	cmsCompressed            // a MIME entity, compressed (RFC 3274)
	cmsEnveloped             // encrypted
)

// Content types, RFC 5652 section 14 and RFC 3274, as the value of an OBJECT IDENTIFIER.
const (
	oidSignedData     = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidEnvelopedData  = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
	oidCompressedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"
	oidAuthEnveloped  = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
)

// Tags, X.690.
const (
	tagInteger     = 0x02
	tagOctetString = 0x04
	tagOID         = 0x06
	tagSequence    = 0x30
	tagSet         = 0x31
	tagExplicit0   = 0xa0
	tagConstructed = 0x20
)

// readCMS finds the content of the CMS structure b: the byte ranges that make up its OCTET STRING. seal is the byte range
// of the content type of a structure that cannot be patched in place.
func readCMS(b []byte) (kind cmsContent, content runs, seal span) {
	r := berReader{b: b, end: len(b)}
	info, ok := r.enter(tagSequence)
	if !ok {
		return cmsUnknown, nil, span{}
	}
	oid, ok := info.value(tagOID)
	if !ok {
		return cmsUnknown, nil, span{}
	}
	switch string(oid.Decode(b)) {
	case oidSignedData:
		kind = cmsSigned
	case oidCompressedData:
		kind = cmsCompressed
	case oidEnvelopedData, oidAuthEnveloped:
		return cmsEnveloped, nil, span{}
	default:
		return cmsUnknown, nil, span{}
	}
	explicit, ok1 := info.enter(tagExplicit0)
	data, ok2 := explicit.enter(tagSequence)
	_, ok3 := data.value(tagInteger)
	// The digest algorithms are a SET, the compression algorithm a SEQUENCE.
	if kind == cmsSigned {
		data.skip(tagSet)
	} else {
		data.skip(tagSequence)
	}
	inner, ok4 := data.enter(tagSequence)
	_, ok5 := inner.value(tagOID)
	wrapped, ok6 := inner.enter(tagExplicit0)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 {
		return cmsUnknown, nil, span{}
	}
	return kind, wrapped.octets(0), oid
}

// berReader reads the values in b[pos:end], which are the contents of one value when it is constructed.
type berReader struct {
	b        []byte
	pos, end int
}

// header reads a tag and a length. length is -1 for an indefinite one.
func (r *berReader) header() (tag byte, length int, ok bool) {
	if r.pos+2 > r.end {
		return 0, 0, false
	}
	tag = r.b[r.pos]
	first := r.b[r.pos+1]
	r.pos += 2
	switch {
	case tag&0x1f == 0x1f: // a tag of several octets, which CMS has not
		return 0, 0, false
	case first == 0x80:
		return tag, -1, true
	case first < 0x80:
		return tag, min(int(first), r.end-r.pos), true
	}
	n := int(first & 0x7f)
	if n > 8 || r.pos+n > r.end {
		return 0, 0, false
	}
	var value uint64
	for _, c := range r.b[r.pos : r.pos+n] {
		value = value<<8 | uint64(c)
	}
	r.pos += n
	return tag, int(min(value, uint64(r.end-r.pos))), true // QUIRK: what is cut off is read as far as it goes
}

// enter goes into the constructed value of that tag, and returns a reader of what is in it. Nothing behind a value of
// indefinite length is read by r any more, which the way to the content does not need.
func (r *berReader) enter(want byte) (berReader, bool) {
	tag, length, ok := r.header()
	if !ok || tag != want {
		return berReader{}, false
	}
	inner := berReader{b: r.b, pos: r.pos, end: r.end}
	if length >= 0 {
		inner.end = r.pos + length
		r.pos = inner.end
	}
	return inner, true
}

// value reads a value of that tag that is in one piece.
func (r *berReader) value(want byte) (span, bool) {
	tag, length, ok := r.header()
	if !ok || tag != want || length < 0 {
		return span{}, false
	}
	r.pos += length
	return span{r.pos - length, r.pos}, true
}

// skip goes over the next value if it is of that tag, whatever is in it.
func (r *berReader) skip(want byte) {
	if r.pos < r.end && r.b[r.pos] == want {
		r.over(0)
	}
}

// maxBERDepth bounds the nesting of values; CMS needs less than ten.
const maxBERDepth = 32

// over goes over one value, and reports whether it could.
func (r *berReader) over(depth int) bool {
	_, length, ok := r.header()
	switch {
	case !ok || depth > maxBERDepth:
		return false
	case length >= 0:
		r.pos += length
		return true
	}
	for r.pos+2 <= r.end {
		if r.b[r.pos] == 0 && r.b[r.pos+1] == 0 { // end of contents
			r.pos += 2
			return true
		}
		if !r.over(depth + 1) {
			return false
		}
	}
	return false
}

// octets are the pieces of the OCTET STRING that comes next.
func (r *berReader) octets(depth int) runs {
	tag, length, ok := r.header()
	if !ok || depth > maxBERDepth {
		return nil
	}
	switch tag {
	case tagOctetString:
		if length < 0 {
			return nil
		}
		r.pos += length
		return runs{newRun(r.pos-length, r.pos)}
	case tagOctetString | tagConstructed:
		inner := berReader{b: r.b, pos: r.pos, end: r.end}
		if length >= 0 {
			inner.end = r.pos + length
		}
		var all runs
		for inner.pos+2 <= inner.end && inner.b[inner.pos]|tagConstructed == tagOctetString|tagConstructed {
			all = append(all, inner.octets(depth+1)...)
		}
		if r.pos = inner.pos; length < 0 {
			r.pos = min(r.pos+2, r.end) // end of contents
		}
		return all
	}
	return nil
}

// inflate decompresses the content of compressed-data as far as it goes, up to MaxDocument octets.
func inflate(b []byte) []byte {
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(io.LimitReader(z, MaxDocument))
	return out
}
