// Package storetest fills a store with a mailbox of any size, for tests and measurements. The same numbers make the same
// store.
package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"pixelwacht/detector"
	"pixelwacht/imapsync/store"
)

// Size is how much there is.
type Size struct {
	Messages int
	Senders  int
	Harmless bool // there is nothing to find in any message
}

// Large is what a person has who never deletes a message.
var Large = Size{Messages: 100_000, Senders: 5_000}

// account is whose mailbox it is.
const account = "me@reader.example"

// newest is when the last message came.
var newest = time.Date(2026, 10, 31, 20, 0, 0, 0, time.UTC)

// batchSize is how many messages are saved in one transaction.
const batchSize = 2000

// Fill saves the messages of one account with an INBOX and an Archive. Like in real mail, few senders send most of the
// messages; one message in three has nothing to find, and the others mostly have links that are counted. What there is to compare ([store.Store.Compare]) is left to be done.
func Fill(ctx context.Context, s *store.Store, size Size) error {
	a, err := s.Account(ctx, store.IMAP, account)
	if err != nil {
		return err
	}
	mailboxes := make([]store.MailboxState, 2)
	for i, name := range []string{"INBOX", "Archive"} {
		if mailboxes[i], err = s.Mailbox(ctx, a.ID, name, 1); err != nil {
			return err
		}
	}
	saver, r := s.Saver(), rand.New(rand.NewPCG(1, 2))
	for start := 0; start < size.Messages; start += batchSize {
		mailbox := mailboxes[start/batchSize%len(mailboxes)]
		batch := make([]store.Message, min(batchSize, size.Messages-start))
		for i := range batch {
			n := start + i
			from := sender(n, size.Senders, r)
			batch[i] = store.Message{UID: store.UID(n + 1), UIDValidity: 1, Result: result(n, from, size, r)}
		}
		if err := saver.Save(ctx, a, mailbox.ID, batch); err != nil {
			return err
		}
	}
	return nil
}

// sender is the number of a sender: each one has its turn, and then the first ones come more often than the last.
func sender(n, senders int, r *rand.Rand) int {
	if n < senders {
		return n
	}
	x := r.Float64()
	return int(x * x * x * float64(senders))
}

var (
	subjects = strings.Fields("Aanbieding Zomer korting Nieuwsbrief update week maart factuur bestelling verzonden welkom account wijziging gratis " +
		"webinar uitnodiging laatste kans nieuw collectie voor jou je pakket is onderweg Über uns Ihre Rechnung your receipt security notice")
	names     = strings.Fields("Bakker Fietsen Boeken Tuin Reizen Muziek School Bank Krant Winkel Theater Sport Museum Apotheek Energie Verzekering")
	endings   = []string{"nl", "com", "example", "de", "be", "eu"}
	providers = [...]struct{ name, company, host string }{
		{"Mailchimp", "Intuit", "list-manage.com"}, {"Brevo", "Brevo", "sendibt3.com"}, {"SendGrid", "Twilio", "sendgrid.net"}, {"HubSpot", "HubSpot", "hubspotlinks.com"},
		{"Klaviyo", "Klaviyo", "klclick.com"}, {"ActiveCampaign", "ActiveCampaign", "acemlna.com"}, {"Spotler", "Spotler", "tripolis.com"}, {"Copernica", "Copernica", "vicinity.nl"},
		{"Amazon SES", "Amazon", "awstrack.me"}, {"", "", ""},
	}
)

func result(n, from int, size Size, r *rand.Rand) detector.Result {
	name := names[from%len(names)]
	domain := fmt.Sprintf("%s%d.%s", strings.ToLower(name), from, endings[from%len(endings)])
	digest := sha256.Sum256(fmt.Appendf(nil, "message %d", n))
	words := make([]string, 4+r.IntN(5))
	for i := range words {
		words[i] = subjects[r.IntN(len(subjects))]
	}
	age := time.Duration(float64(size.Messages-n)/float64(size.Messages)*6*365*24) * time.Hour
	m := detector.Result{
		MessageID: fmt.Sprintf("<%s@%s>", hex.EncodeToString(digest[:10]), domain), Date: newest.Add(-age), Subject: strings.Join(words, " "),
		From:       detector.Address{Name: fmt.Sprintf("%s %d", name, from), Address: "news@" + domain, Organisation: domain},
		Recipients: []string{account}, Recipient: account, Findings: []detector.Finding{}, Errors: []string{}, Digest: hex.EncodeToString(digest[:]),
	}
	if size.Harmless || n%3 == 0 || from%7 == 0 {
		return m
	}
	p := providers[from%len(providers)]
	host := "t." + p.host
	if p.host == "" {
		host = "mail." + domain
	}
	pixel := detector.Finding{
		Kind: detector.OpenPixel, URL: fmt.Sprintf("https://%s/track/open.php?u=%s&id=%s", host, code(r, 12), code(r, 32)), Host: host,
		Provider: p.name, Company: p.company, Confidence: detector.Certain,
		Reasons: []detector.Reason{detector.KnownProvider, detector.RecipientToken, detector.Tiny},
		Exposes: []detector.Exposure{detector.OpenTime, detector.OpenCount, detector.IPAddress, detector.Location, detector.Device, detector.Forwarded},
		Part:    "2", Where: "img src", Width: 1, Height: 1, Count: 1, Token: "u", Visibility: detector.Unseen,
	}
	if from%23 == 0 {
		pixel.Reasons = append(pixel.Reasons, detector.AddressMD5)
		pixel.Exposes = append(pixel.Exposes, detector.AddressLeaked)
	}
	m.Remote = detector.Remote{References: 5 + r.IntN(20), Hosts: 1 + r.IntN(4)}
	if from%5 != 0 {
		m.Findings, m.Tracked = append(m.Findings, pixel), true
	}
	for range r.IntN(12) {
		m.Findings = append(m.Findings, detector.Finding{
			Kind: detector.ClickLink, URL: fmt.Sprintf("https://%s/ls/click?upn=u001.%s", host, code(r, 120)), Host: host, Provider: p.name, Company: p.company,
			Confidence: detector.Certain, Reasons: []detector.Reason{detector.KnownProvider, detector.Redirector},
			Exposes: []detector.Exposure{detector.Click, detector.OpenTime, detector.IPAddress, detector.Location, detector.Device},
			Part:    "2", Where: "a href", Width: -1, Height: -1, Count: 1,
		})
	}
	return m
}

// code is one that says who reads which message.
func code(r *rand.Rand, n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}
