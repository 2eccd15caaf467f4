package view

import (
	"strings"

	"pixelwacht/assets/translations"
)

// Advice is how to switch off remote pictures in one mail program.
type Advice struct {
	Program string
	Where   string // the kind of device, or the browser
	Steps   []string
	Note    string // what else is good to know there; may be empty
}

// AllAdvice is the advice for every program, those that most people have first.
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
