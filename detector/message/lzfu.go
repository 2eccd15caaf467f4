package message

import (
	"bytes"
	"encoding/binary"
)

// lzfuDictionary is what the dictionary of compressed RTF begins with, MS-OXRTFCP section 2.1.2.1.
const lzfuDictionary = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript ` +
	`\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` + "\r\n" + `\par ` +
	`\pard\plain\f0\fs20\b\i\u\tab\tx`

// decompressRTF decompresses compressed RTF, MS-OXRTFCP. What is broken is read as far as it goes; the checksum is not
// checked, as programs read on without it. The text is at most limit octets long.
func decompressRTF(b []byte, limit int) []byte {
	const headerSize = 16
	if len(b) < headerSize {
		return nil
	}
	rawSize := min(int(binary.LittleEndian.Uint32(b[4:])), limit)
	kind := binary.LittleEndian.Uint32(b[8:])
	b = b[headerSize:]
	if kind == 0x414c454d { // "MELA": not compressed
		return bytes.Clone(b[:min(len(b), rawSize)])
	}
	var dictionary [4096]byte
	write := copy(dictionary[:], lzfuDictionary)
	var out []byte
	put := func(c byte) {
		out = append(out, c)
		dictionary[write] = c
		write = (write + 1) % len(dictionary)
	}
	for len(b) > 0 && len(out) < rawSize {
		control := b[0]
		b = b[1:]
		for bit := range 8 {
			if control>>bit&1 == 0 {
				if len(b) < 1 {
					return out
				}
				put(b[0])
				b = b[1:]
				continue
			}
			if len(b) < 2 {
				return out
			}
			reference := int(b[0])<<8 | int(b[1])
			b = b[2:]
			offset := reference >> 4
			if offset == write {
				return out // the end mark
			}
			for range reference&15 + 2 {
				put(dictionary[offset])
				offset = (offset + 1) % len(dictionary)
			}
		}
	}
	return out[:min(len(out), rawSize)]
}
