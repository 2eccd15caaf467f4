package view

import (
	"bytes"
	"context"
	"image"
	_ "image/gif"  // pictures that messages carry
	_ "image/jpeg" // pictures that messages carry
	_ "image/png"  // pictures that messages carry
	"net/url"
	"strings"

	"pixelwacht/assets/translations"
	"pixelwacht/detector"
	"pixelwacht/detector/message"
	"pixelwacht/detector/preview"
	"pixelwacht/detector/redirect"
)

// Limits of the pictures of one message that are shown: what a decoded picture takes is up to who sent it.
const (
	maxImages = 20
	maxPixels = 4 << 20
)

// PreviewBlock is a paragraph of the preview, or a row of pictures.
type PreviewBlock struct {
	Heading  bool
	Spans    []PreviewSpan
	Pictures []PreviewPicture
}

// PreviewSpan is a piece of text, or a link.
type PreviewSpan struct {
	Text string
	Link *Link // nil for text
}

// Link is a link of a message. Nobody follows it from here: it may tell the sender.
type Link struct {
	URL   string // as it stands in the message
	Clean string // the same destination without the detour, "" where that is not known or there is none
	Host  string // where it leads in the end, as far as that can be told
	Via   string // the host that hears of a click first, "" when there is none
}

// PreviewPicture is a picture of a message: itself, where the message carries it, or what stands in its place.
type PreviewPicture struct {
	Image image.Image // nil for a picture that was not loaded
	State State       // Clean for one that does not track
	Label string      // what is not loaded, from whom
	Alt   string      // what the sender says is on it
}

// content is a message as it was read for its page: the pieces of the preview, without words of any language.
type content struct {
	blocks []preview.Block
	cut    bool
	images map[*byte]image.Image // by the first octet of their data
	code   []codePart
}

func (p *MessagePage) read() {
	if p.opened == nil || p.opened.Source == nil {
		return
	}
	p.app.using(p.opened, func(ctx context.Context) func() {
		raw, err := p.opened.Source.Raw(ctx, p.message)
		var c *content
		if err == nil {
			c = readContent(message.Parse(raw), p.message.Findings)
		}
		return func() {
			if err != nil {
				p.problem = newProblem(problemPreview, err)
			}
			p.content = c
			p.app.p.Changed(MessageChanged)
		}
	})
}

func readContent(m *message.Message, findings []detector.Finding) *content {
	c := &content{images: make(map[*byte]image.Image), code: readCode(m, findings)}
	c.blocks, c.cut = preview.Read(m)
	for _, b := range c.blocks {
		for _, p := range b.Pictures {
			if len(p.Data) == 0 || len(c.images) == maxImages {
				continue
			}
			if i, ok := decodeImage(p.Data); ok {
				c.images[&p.Data[0]] = i
			}
		}
	}
	return c
}

// decodeImage is a picture in one of the formats of the standard library, unless it is too large.
func decodeImage(data []byte) (i image.Image, ok bool) {
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Width <= 0 || size.Height <= 0 || size.Width > maxPixels/size.Height {
		return nil, false
	}
	i, _, err = image.Decode(bytes.NewReader(data))
	return i, err == nil
}

// Preview is what people read in the message. While there is nothing, note says why.
func (p *MessagePage) Preview() (blocks []PreviewBlock, note string) {
	texts := p.app.texts
	switch {
	case p.opened == nil || p.opened.Source == nil:
		return nil, texts.T("window.preview.no-source")
	case p.problem != nil:
		return nil, p.problem.What(texts) + " " + p.problem.Next(texts)
	case p.content == nil:
		return nil, texts.T("window.preview.reading")
	case len(p.content.blocks) == 0:
		return nil, texts.T("window.preview.empty")
	case p.content.cut:
		note = texts.T("window.preview.cut")
	}
	byURL := make(map[string]detector.Finding)
	for _, f := range p.message.Findings {
		if f.Kind != detector.ClickLink {
			byURL[f.URL] = f
		}
	}
	for _, b := range p.content.blocks {
		block := PreviewBlock{Heading: b.Heading}
		for _, s := range b.Spans {
			span := PreviewSpan{Text: s.Text}
			if s.Link != "" {
				span.Link = newLink(s.Link)
			}
			block.Spans = append(block.Spans, span)
		}
		block.Pictures = p.pictures(b.Pictures, byURL)
		blocks = append(blocks, block)
	}
	return blocks, note
}

// pictures says what is in a row of pictures. Ordinary ones from the same host share a box.
func (p *MessagePage) pictures(row []preview.Picture, byURL map[string]detector.Finding) []PreviewPicture {
	texts := p.app.texts
	var all []PreviewPicture
	for len(row) > 0 {
		in := row[0]
		f, found := byURL[in.URL]
		host := hostOf(in.URL)
		alike := 1
		out := PreviewPicture{}
		switch {
		case len(in.Data) > 0:
			if out.Image = p.content.images[&in.Data[0]]; out.Image == nil {
				out.Label = texts.T("window.preview.picture.unreadable")
			}
		case found && f.Tracks():
			out.State = messageState(detector.Result{Findings: []detector.Finding{f}})
			who := args("Who", findingWho(f))
			if out.Label = texts.T("window.preview.picture.personal", who); f.Kind == detector.OpenPixel {
				out.Label = texts.T("window.preview.picture.pixel", who)
			}
		case host == "":
			out.Label = texts.T("window.preview.picture.missing")
		default:
			for alike < len(row) && hostOf(row[alike].URL) == host && !byURL[row[alike].URL].Tracks() {
				alike++
			}
			out.Label = texts.N("window.preview.picture.remote", alike, args("Number", p.app.number(alike), "Host", host))
		}
		var alts []string
		for _, r := range row[:alike] {
			if r.Alt != "" {
				alts = append(alts, r.Alt)
			}
		}
		out.Alt = shorten(strings.Join(alts, " · "), 200)
		all = append(all, out)
		row = row[alike:]
	}
	return all
}

// newLink says where a link leads.
func newLink(link string) *Link {
	l := &Link{URL: link, Host: hostOf(link)}
	if l.Host == "" {
		return l
	}
	if last, ok := redirect.Last(link); ok {
		if host := hostOf(last.URL); host != "" && host != l.Host {
			l.Host, l.Via = host, l.Host
		}
	}
	if clean, ok := redirect.Builtin().Clean(link); ok {
		l.Clean = clean
	}
	return l
}

// Note says where the link leads where its text does not: "→ shop.example, by way of click.example". It is empty where
// there is nothing to add.
func (l *Link) Note(texts *translations.Texts, text string) string {
	switch {
	case l.Host == "":
		return ""
	case l.Via != "":
		return texts.T("window.preview.link.via", args("Host", l.Host, "Via", l.Via))
	case strings.Contains(strings.ToLower(text), detector.Organisation(l.Host)):
		return ""
	}
	return texts.T("window.preview.link", args("Host", l.Host))
}

// hostOf is the host of a URL that is requested over the network, "" for any other.
func hostOf(s string) string {
	if strings.HasPrefix(s, "//") {
		s = "https:" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
