package corpustest

import "encoding/asn1"

// The object identifiers of CMS (RFC 5652 sections 4 and 5.1).
var (
	oidData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
)

// contentInfo is ContentInfo and EncapsulatedContentInfo, which have the same form.
type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

// signedData wraps content as CMS SignedData does (RFC 5652 section 5.1), without a signature: readers show it anyway.
func signedData(content string) string {
	empty := asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagSet, IsCompound: true}
	octets := asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagOctetString, Bytes: []byte(content)}
	signed := struct {
		Version int
		Digests asn1.RawValue
		Inner   contentInfo
		Signers asn1.RawValue
	}{1, empty, contentInfo{oidData, explicit(octets)}, empty}
	der, err := asn1.Marshal(signed)
	if err != nil {
		panic(err)
	}
	der, err = asn1.Marshal(contentInfo{oidSignedData, explicit(asn1.RawValue{FullBytes: der})})
	if err != nil {
		panic(err)
	}
	return string(der)
}

// explicit puts a value under the explicit tag 0.
func explicit(inner asn1.RawValue) asn1.RawValue {
	der, err := asn1.Marshal(inner)
	if err != nil {
		panic(err)
	}
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: der}
}
