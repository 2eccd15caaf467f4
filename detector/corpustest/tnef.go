package corpustest

import "encoding/binary"

// winmail is a TNEF stream that holds nothing but an HTML body (MS-OXTNEF sections 2.1.3 and 2.1.3.4).
func winmail(html string) string {
	const (
		signature    = 0x223e9f78
		mapiProps    = 0x00069003 // attMsgProps
		binaryType   = 0x0102     // PtypBinary
		bodyHTML     = 0x1013     // PidTagHtml
		messageLevel = 1
	)
	le := binary.LittleEndian
	var props []byte
	props = le.AppendUint32(props, 1) // one property
	props = le.AppendUint16(props, binaryType)
	props = le.AppendUint16(props, bodyHTML)
	props = le.AppendUint32(props, 1) // one value
	props = le.AppendUint32(props, uint32(len(html)))
	props = append(props, html...)
	for len(props)%4 != 0 {
		props = append(props, 0)
	}
	var sum uint16
	for _, b := range props {
		sum += uint16(b)
	}
	var all []byte
	all = le.AppendUint32(all, signature)
	all = le.AppendUint16(all, 1) // the key
	all = append(all, messageLevel)
	all = le.AppendUint32(all, mapiProps)
	all = le.AppendUint32(all, uint32(len(props)))
	all = append(all, props...)
	return string(le.AppendUint16(all, sum))
}
