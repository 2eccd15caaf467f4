package view

import (
	"slices"

	"pixelwacht/assets/translations"
	"pixelwacht/detector/block"
)

// Preferences keep choices between runs of the program. Secrets have no place there.
type Preferences interface {
	StringWithFallback(key, fallback string) string
	SetString(key, value string)
	BoolWithFallback(key string, fallback bool) bool
	SetBool(key string, value bool)
}

// The names that choices are kept under.
const (
	languageKey  = "language"
	themeKey     = "theme"
	textSizeKey  = "text-size"
	blockModeKey = "block-mode"
	watchKey     = "watch"
	notifyKey    = "notify"
	trayKey      = "tray"
)

// Settings are the user's choices. Every getter returns something that makes sense, whatever is kept.
type Settings struct{ kept Preferences }

// NewSettings returns the settings that are kept in p.
func NewSettings(p Preferences) Settings { return Settings{p} }

// Language is the chosen language, the environment's where none was chosen.
func (s Settings) Language() string {
	return s.kept.StringWithFallback(languageKey, translations.FromEnvironment())
}

// SetLanguage chooses the language.
func (s Settings) SetLanguage(lang string) { s.kept.SetString(languageKey, lang) }

// Theme is light, dark, or what the system says.
type Theme string

// The themes.
const (
	SystemTheme Theme = "system"
	LightTheme  Theme = "light"
	DarkTheme   Theme = "dark"
)

// Themes are all themes.
func Themes() []Theme { return []Theme{SystemTheme, LightTheme, DarkTheme} }

// Theme is the chosen theme.
func (s Settings) Theme() Theme {
	return oneOf(Theme(s.kept.StringWithFallback(themeKey, "")), Themes())
}

// SetTheme chooses the theme.
func (s Settings) SetTheme(t Theme) { s.kept.SetString(themeKey, string(t)) }

// TextSize is how large texts are.
type TextSize string

// The text sizes.
const (
	NormalText  TextSize = "normal"
	LargeText   TextSize = "large"
	LargestText TextSize = "largest"
)

// TextSizes are all text sizes.
func TextSizes() []TextSize { return []TextSize{NormalText, LargeText, LargestText} }

// Factor is how much larger than normal texts are.
func (t TextSize) Factor() float32 {
	switch t {
	case LargeText:
		return 1.2
	case LargestText:
		return 1.45
	}
	return 1
}

// TextSize is the chosen text size.
func (s Settings) TextSize() TextSize {
	return oneOf(TextSize(s.kept.StringWithFallback(textSizeKey, "")), TextSizes())
}

// SetTextSize chooses the text size.
func (s Settings) SetTextSize(t TextSize) { s.kept.SetString(textSizeKey, string(t)) }

// BlockModes are the modes that can be chosen for senders without a rule.
func BlockModes() []block.Mode { return []block.Mode{block.All, block.Trackers} }

// BlockMode is how messages of senders without a rule are blocked.
func (s Settings) BlockMode() block.Mode {
	return oneOf(block.Mode(s.kept.StringWithFallback(blockModeKey, "")), BlockModes())
}

// SetBlockMode chooses how messages of senders without a rule are blocked.
func (s Settings) SetBlockMode(m block.Mode) { s.kept.SetString(blockModeKey, string(m)) }

// Watch reports whether new mail is scanned as it arrives.
func (s Settings) Watch() bool { return s.kept.BoolWithFallback(watchKey, false) }

// SetWatch chooses whether new mail is scanned as it arrives.
func (s Settings) SetWatch(on bool) { s.kept.SetBool(watchKey, on) }

// Notify reports whether the desktop is told of tracked mail that arrives.
func (s Settings) Notify() bool { return s.kept.BoolWithFallback(notifyKey, false) }

// SetNotify chooses whether the desktop is told of tracked mail that arrives.
func (s Settings) SetNotify(on bool) { s.kept.SetBool(notifyKey, on) }

// Tray reports whether the program stays in the tray when its window is closed.
func (s Settings) Tray() bool { return s.kept.BoolWithFallback(trayKey, false) }

// SetTray chooses whether the program stays in the tray when its window is closed.
func (s Settings) SetTray(on bool) { s.kept.SetBool(trayKey, on) }

// oneOf is v where it is one of all, else the first of them.
func oneOf[T comparable](v T, all []T) T {
	if slices.Contains(all, v) {
		return v
	}
	return all[0]
}
