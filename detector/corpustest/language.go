package corpustest

// language is the text of mails in one language.
type language struct {
	subjects, greetings, sentences, more []string
	unsubscribe                          string
}

var languages = []*language{
	{
		subjects:  []string{"News of this week", "Your order is on its way", "Minutes of the meeting", "Don't miss our offers", "An invitation", "Your monthly statement"},
		greetings: []string{"Hello", "Hi there", "Dear reader", "Good morning"},
		sentences: []string{"The library stays open until ten in the exam weeks.", "We moved the course to the large hall.", "Your parcel leaves our house today.", "All prices include tax & delivery.", "Thank you for your question about the bicycle.", "On Friday we meet at the station.", "The new season has begun, and there is a lot to see.", "You can change your preferences at any time."},
		more:      []string{"Read more", "See the offer", "Open your account", "To the shop"}, unsubscribe: "Unsubscribe",
	},
	{
		subjects:  []string{"Nieuws van deze week", "Je bestelling is onderweg", "Notulen van de vergadering", "Mis onze aanbiedingen niet", "Uitnodiging", "Uw maandoverzicht"},
		greetings: []string{"Hallo", "Beste lezer", "Goedemorgen", "Hoi"},
		sentences: []string{"De bibliotheek is in de tentamenweken tot tien uur open.", "Het college is verplaatst naar de grote zaal.", "Je pakket gaat vandaag de deur uit.", "Alle prijzen zijn inclusief btw en verzending.", "Bedankt voor je vraag over de fiets.", "Vrijdag zien we elkaar op het station.", "Het nieuwe seizoen is begonnen, en er is veel te zien.", "Je kunt je voorkeuren altijd wijzigen. Tot ziens, één van ons."},
		more:      []string{"Lees verder", "Bekijk de aanbieding", "Naar je account", "Naar de winkel"}, unsubscribe: "Afmelden",
	},
	{
		subjects:  []string{"Neues aus dieser Woche", "Ihre Bestellung ist unterwegs", "Protokoll der Sitzung", "Unsere Angebote", "Einladung", "Ihr Kontoauszug"},
		greetings: []string{"Hallo", "Liebe Leserinnen und Leser", "Guten Tag", "Guten Morgen"},
		sentences: []string{"Die Bibliothek ist in den Prüfungswochen bis zehn Uhr geöffnet.", "Die Vorlesung wurde in den großen Saal verlegt.", "Ihr Paket verlässt heute unser Haus.", "Alle Preise enthalten Steuern und Versand.", "Vielen Dank für Ihre Frage zum Fahrrad.", "Am Freitag treffen wir uns am Bahnhof.", "Die neue Saison hat begonnen, es gibt viel zu sehen.", "Sie können Ihre Einstellungen jederzeit ändern."},
		more:      []string{"Weiterlesen", "Zum Angebot", "Zum Konto", "Zum Shop"}, unsubscribe: "Abmelden",
	},
}

// words are for names of hosts, files and mailings.
var words = []string{
	"garden", "bicycle", "summer", "harbour", "museum", "coffee", "lamp", "market", "travel", "winter", "music", "river", "orange", "school",
	"ticket", "forest", "bakery", "window", "campus", "bridge", "studio", "spring", "banner", "hero", "teaser", "sale", "story", "header", "product", "team",
}
