package block

import (
	"bytes"
	"cmp"
	entities "html"
	"slices"
	"strings"
	"unicode/utf8"

	"pixelwacht/detector/markup"
	"pixelwacht/detector/message"
)

// clean returns the edit of body that makes the link r lead where it leads without a detour. The new URL is shorter: the
// quote behind it moves to its end, and spaces follow up to where the old value ended.
//
//	<a href="https://click.test/?to=shop.test" class=b>
//	<a href="https://shop.test/"               class=b>
//
// White space between attributes means nothing to any reader. Inside of the quotes browsers take it off, and not every
// program does. ok is false for a link that stays: it has nothing to clean, the new URL does not fit, or there is
// something in the way of writing it that readers could understand differently.
func (p *plan) clean(d message.Document, body []byte, r markup.Reference) (edit message.Edit, ok bool) {
	if p.cleaner == nil || d.Attachment || d.Mistaken || d.Kind != message.HTML || r.Syntax != markup.Attribute || r.Start == 0 {
		return edit, false
	}
	url, ok := p.cleaner.Clean(r.URL)
	if !ok || bytes.ContainsAny(body[r.Start:r.End], "<>\"'`\\\r\n") || strings.ContainsFunc(url, isUnsafe) {
		return edit, false
	}
	text, end := []byte(escape(url, d.InQuotedPrintable())), r.End
	if quote := body[r.Start-1]; quote == '"' || quote == '\'' {
		text = append(text, quote)
		end++
	} else if quote != '=' {
		return edit, false
	}
	if d.TakesASCII() && bytes.ContainsFunc(body[r.Start:min(len(body), r.Start+len(text))], isNotASCII) {
		return edit, false // there is less room than there are octets of UTF-8
	}
	padding := end - r.Start - len(text)
	// A space at the end of a line can be lost on the way, and means nothing in quoted-printable.
	if padding < 0 || end >= len(body) || body[end] == '\r' || body[end] == '\n' {
		return edit, false
	}
	return message.Edit{Start: r.Start, Text: append(text, bytes.Repeat([]byte{' '}, padding)...)}, true
}

// escape writes a URL as the text of an attribute value. Ampersands that mean the same in every reading stay, which is
// shorter. An equals sign is an escape of its own in quoted-printable, and has no room to be one there.
func escape(url string, quotedPrintable bool) string {
	if entities.UnescapeString(url) != url {
		url = strings.ReplaceAll(url, "&", "&amp;")
	}
	if quotedPrintable {
		url = strings.ReplaceAll(url, "=", "&#61;")
	}
	return url
}

// apart sorts the edits of links, and leaves out those that overlap another, or what is blocked: what is written there
// is not only a link.
func apart(links, blocked []message.Edit) []message.Edit {
	slices.SortStableFunc(links, byStart)
	var free []message.Edit
	end := 0
	for _, e := range links {
		for len(blocked) > 0 && blocked[0].Start+len(blocked[0].Text) <= e.Start {
			blocked = blocked[1:]
		}
		if e.Start >= end && (len(blocked) == 0 || blocked[0].Start >= e.Start+len(e.Text)) {
			free = append(free, e)
			end = e.Start + len(e.Text)
		}
	}
	return free
}

func byStart(a, b message.Edit) int { return cmp.Compare(a.Start, b.Start) }

func isNotASCII(r rune) bool { return r >= utf8.RuneSelf }

// isUnsafe reports whether a character can end an attribute value, or is escaped by some programs and not by others.
func isUnsafe(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"'<>\\^`{|}", r) }
