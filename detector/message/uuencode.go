package message

import "bytes"

// embeddedFile is a file inside of a text.
type embeddedFile struct {
	name  string
	layer layer // to its content
}

// maxEmbedded bounds the files that are looked into in one text.
const maxEmbedded = 200

// uuencodedFiles finds the files that stand uuencoded in a text (POSIX.1 uuencode, historical format): between a line
// "begin MODE NAME" and a line "end". Mail programs show them as attachments.
func uuencodedFiles(text []byte) []embeddedFile {
	var files []embeddedFile
	for _, block := range lineBlocks(text, "begin ", "end") {
		fields := bytes.Fields(block.head.Decode(text))
		if len(fields) < 3 || len(bytes.Trim(fields[1], "01234567")) > 0 {
			continue
		}
		files = append(files, embeddedFile{name: string(fields[len(fields)-1]), layer: block.sealedBy(decodeUU, "xxxxx")})
	}
	return files
}

// yEncodedFiles finds the files that stand in a text as yEnc 1.3, between "=ybegin" and "=yend" lines.
func yEncodedFiles(text []byte) []embeddedFile {
	var files []embeddedFile
	for _, block := range lineBlocks(text, "=ybegin ", "=yend") {
		_, name, _ := bytes.Cut(block.head.Decode(text), []byte("name="))
		files = append(files, embeddedFile{name: string(bytes.TrimSpace(name)), layer: block.sealedBy(decodeYEnc, "xxxxxxx")})
	}
	return files
}

// lineBlock is what stands between a first and a last line.
type lineBlock struct{ head, content span }

// sealedBy is the layer of a block whose first line, which makes programs decode it, can be overwritten.
func (b lineBlock) sealedBy(decode func([]byte) []byte, with string) layer {
	return sealed{
		content: func(raw []byte) []byte { return decode(b.content.Decode(raw)) },
		seal:    b.head, with: []byte(with),
	}
}

// lineBlocks finds the blocks between a line that begins with first and a line that begins with last, or the end.
func lineBlocks(text []byte, first, last string) []lineBlock {
	var blocks []lineBlock
	for pos := 0; len(blocks) < maxEmbedded; {
		start := lineWith(text, pos, first)
		if start < 0 {
			break
		}
		content := lineEnd(text, start, len(text))
		pos = lineWith(text, content, last)
		if pos < 0 {
			pos = len(text)
		}
		blocks = append(blocks, lineBlock{head: span{start, content}, content: span{content, pos}})
	}
	return blocks
}

// lineWith is the offset of the first line from pos on that begins with prefix, -1 when there is none.
func lineWith(text []byte, pos int, prefix string) int {
	for {
		i := bytes.Index(text[pos:], []byte(prefix))
		if i < 0 {
			return -1
		}
		if pos += i; pos == 0 || text[pos-1] == '\n' || text[pos-1] == '\r' {
			return pos
		}
		pos++
	}
}

// decodeUU decodes the lines of a uuencoded file.
func decodeUU(b []byte) []byte {
	var out []byte
	for len(b) > 0 {
		end := lineEnd(b, 0, len(b))
		line := trimBreaks(b[:end])
		b = b[end:]
		if len(line) == 0 {
			continue
		}
		n := int(line[0]-' ') & 63
		for line = line[1:]; n > 0 && len(line) > 0; n -= 3 {
			var group [4]byte
			line = line[copy(group[:], line):]
			var bits uint32
			for _, c := range group {
				bits = bits<<6 | uint32(c-' ')&63
			}
			out = append(out, []byte{byte(bits >> 16), byte(bits >> 8), byte(bits)}[:min(n, 3)]...)
		}
	}
	return out
}

// decodeYEnc decodes the lines of a yEnc file.
func decodeYEnc(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		end := lineEnd(b, 0, len(b))
		line := trimBreaks(b[:end])
		b = b[end:]
		if bytes.HasPrefix(line, []byte("=ypart")) {
			continue
		}
		for i := 0; i < len(line); i++ {
			c := line[i]
			if c == '=' && i+1 < len(line) {
				i++
				c = line[i] - 64
			}
			out = append(out, c-42)
		}
	}
	return out
}
