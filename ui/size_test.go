package ui

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"pixelwacht/assets/translations"
	"pixelwacht/ui/view"
)

// TestPagesFitASmallWindow holds that no page pushes anything out of a window of 1000 × 650, in any language and with texts
// that are 20 % larger; with the largest texts, 45 % larger, out of one of 1280 × 800.
func TestPagesFitASmallWindow(t *testing.T) {
	p := opensDemo(t)
	for _, size := range view.TextSizes() {
		room := fyne.NewSize(1000, 650)
		if size == view.LargestText {
			room = fyne.NewSize(1280, 800)
		}
		p.w.model.Settings().SetTextSize(size)
		p.w.applyLook()
		for _, lang := range translations.Languages {
			p.w.setLanguage(lang)
			p.pagesFit(room, lang+", "+string(size)+" text")
		}
	}
}

// TestPagesFitWithLongerTexts holds the same for a language whose texts are 40 % longer than in English.
func TestPagesFitWithLongerTexts(t *testing.T) {
	english, err := os.ReadFile(filepath.Join("..", "assets", "translations", "en.json"))
	if err != nil {
		t.Fatal(err)
	}
	texts, err := translations.Parse("en", lengthened(english))
	if err != nil {
		t.Fatal(err)
	}
	if got := texts.T("window.senders"); !strings.HasPrefix(got, "Sendersss") {
		t.Fatalf("%q is not longer", got)
	}
	p := opensDemo(t)
	p.w.model.SetTexts(texts)
	p.w.build()
	p.pagesFit(fyne.NewSize(1000, 650), "longer")
}

var (
	line        = regexp.MustCompile(`(?m)^(\s*"[^"]+": ")(.*)(",?)$`)
	placeholder = regexp.MustCompile(`{{[^}]*}}|\\.|\pL+`)
)

// lengthened makes the words of a file of texts 40 % longer: each by its last letter.
func lengthened(file []byte) []byte {
	debt := 0
	return line.ReplaceAllFunc(file, func(l []byte) []byte {
		parts := line.FindSubmatch(l)
		text := placeholder.ReplaceAllStringFunc(string(parts[2]), func(word string) string {
			if strings.HasPrefix(word, "{") || strings.HasPrefix(word, `\`) {
				return word
			}
			letters := []rune(word)
			debt += 4 * len(letters)
			more := debt / 10
			debt -= 10 * more
			return word + strings.Repeat(string(letters[len(letters)-1]), more)
		})
		return []byte(string(parts[1]) + text + string(parts[3]))
	})
}

// pagesFit goes to every page, and holds that it fits into a window of a size.
func (p *person) pagesFit(room fyne.Size, how string) {
	p.Helper()
	check := func(name string) {
		p.Helper()
		p.w.win.Resize(room)
		if least := p.w.win.Content().MinSize(); least.Width > room.Width || least.Height > room.Height {
			p.Errorf("%s: %s needs %v, want at most %v", how, name, least, room)
		}
	}
	p.w.p.HasTray = true
	p.w.model.ReadAccounts()
	p.waits("the accounts", func() bool { return len(p.w.model.Accounts()) > 0 })
	eachTopic := func() {
		p.Helper()
		topics, ok := p.w.top().(*topicPage)
		if !ok {
			return
		}
		for i, topic := range topics.topics {
			topics.choose(i)
			check(topic.name)
			if detail := topics.detail; detail.Content.MinSize().Width > detail.Size().Width {
				p.Errorf("%s: %s is cut off at %v of %v", how, topic.name, detail.Size().Width, detail.Content.MinSize().Width)
			}
		}
	}
	for _, e := range sections() {
		p.w.showSection(e.section)
		eachTopic()
		check(string(e.section))
	}
	p.w.showSaving()
	eachTopic()
	check("how mail becomes files")
	p.w.showSender(p.w.model.Senders().Row(0))
	sender := p.w.top().(*senderPage)
	p.waits("a sender", func() bool { return sender.model.Messages.Len() > 0 })
	check("a sender")
	p.w.showMessage(sender.model.Messages.Row(0))
	message := p.w.top().(*messagePage)
	p.waits("a message", func() bool { blocks, _ := message.model.Preview(); return len(blocks) > 0 })
	check("a message")
	p.w.addMailbox()
	p.w.top().(*signInPage).model.SetAddress("someone@gmail.com")
	check("adding a mailbox")
	p.w.showStart()
	check("the first page")
}
