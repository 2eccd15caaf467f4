package view

import (
	"strings"

	"pixelwacht/assets/translations"
)

// Advice is how to do something in one mail program.
type Advice struct {
	Program string
	Where   string // the kind of device, or the browser
	Steps   []string
	Note    string // what else is good to know there; may be empty
}

// AllAdvice is how to switch off remote pictures in every program, those that most people have first.
func AllAdvice(texts *translations.Texts) []Advice {
	web, phone, computer := texts.T("advice.where.web"), texts.T("advice.where.phone"), texts.T("advice.where.computer")
	android := texts.T("advice.where.android")
	iphone, mac := texts.T("advice.where.iphone"), texts.T("advice.where.mac")
	linux, windows := texts.T("advice.where.linux"), texts.T("advice.where.windows")
	advice := func(program, where, steps, note string) Advice {
		return Advice{Program: program, Where: where, Steps: strings.Split(steps, "\n"), Note: note}
	}
	return []Advice{
		advice(texts.T("advice.gmail"), web, texts.T("advice.gmail-web.steps"), texts.T("advice.gmail.note")),
		advice(texts.T("advice.gmail"), phone, texts.T("advice.gmail-phone.steps"), texts.T("advice.gmail.note")),
		advice(texts.T("advice.apple"), iphone, texts.T("advice.apple-iphone.steps"), texts.T("advice.apple.note")),
		advice(texts.T("advice.apple"), mac, texts.T("advice.apple-mac.steps"), texts.T("advice.apple.note")),
		advice(texts.T("advice.outlook-new"), windows, texts.T("advice.outlook-new.steps"), texts.T("advice.outlook-new.note")),
		advice(texts.T("advice.outlook"), web, texts.T("advice.outlook-web.steps"), texts.T("advice.outlook-new.note")),
		advice(texts.T("advice.outlook-classic"), windows, texts.T("advice.outlook-classic.steps"), texts.T("advice.outlook-classic.note")),
		advice(texts.T("advice.outlook"), phone, texts.T("advice.outlook-phone.steps"), ""),
		advice(texts.T("advice.thunderbird"), computer, texts.T("advice.thunderbird.steps"), texts.T("advice.thunderbird.note")),
		advice(texts.T("advice.thunderbird-android"), android, texts.T("advice.thunderbird-android.steps"), ""),
		advice(texts.T("advice.samsung"), android, texts.T("advice.samsung.steps"), ""),
		advice(texts.T("advice.yahoo"), web, texts.T("advice.yahoo.steps"), ""),
		advice(texts.T("advice.proton"), web, texts.T("advice.proton.steps"), texts.T("advice.proton.note")),
		advice(texts.T("advice.kmail"), linux, texts.T("advice.kmail.steps"), texts.T("advice.kmail.note")),
		advice(texts.T("advice.evolution"), linux, texts.T("advice.evolution.steps"), ""),
		advice(texts.T("advice.geary"), linux, texts.T("advice.geary.steps"), ""),
	}
}

// SavingAdvice is how to get mail out of a program as files that can be opened here.
func SavingAdvice(texts *translations.Texts) []Advice {
	web, mac, windows, linux := texts.T("advice.where.web"), texts.T("advice.where.mac"), texts.T("advice.where.windows"), texts.T("advice.where.linux")
	advice := func(program, where, steps, note string) Advice {
		return Advice{Program: program, Where: where, Steps: strings.Split(steps, "\n"), Note: note}
	}
	return []Advice{
		advice(texts.T("advice.outlook"), web, texts.T("advice.save.outlook-web.steps"), texts.T("advice.save.outlook-web.note")),
		advice(texts.T("advice.outlook-new"), windows, texts.T("advice.save.outlook-new.steps"), ""),
		advice(texts.T("advice.outlook-classic"), windows, texts.T("advice.save.outlook-classic.steps"), texts.T("advice.save.outlook-classic.note")),
		advice(texts.T("advice.gmail"), web, texts.T("advice.save.gmail.steps"), texts.T("advice.save.gmail.note")),
		advice(texts.T("advice.thunderbird"), texts.T("advice.where.computer"), texts.T("advice.save.thunderbird.steps"), texts.T("advice.save.thunderbird.note")),
		advice(texts.T("advice.apple"), mac, texts.T("advice.save.apple.steps"), texts.T("advice.save.apple.note")),
		advice(texts.T("advice.proton"), web, texts.T("advice.save.proton.steps"), texts.T("advice.save.proton.note")),
		advice(texts.T("advice.kmail"), linux, texts.T("advice.save.kmail.steps"), ""),
		advice(texts.T("advice.evolution"), linux, texts.T("advice.save.evolution.steps"), ""),
		advice(texts.T("advice.other"), texts.T("advice.where.anywhere"), texts.T("advice.save.other.steps"), texts.T("advice.save.other.note")),
	}
}
