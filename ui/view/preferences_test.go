package view

import (
	"testing"

	"pixelwacht/detector/block"
)

// memory keeps preferences for one test.
type memory map[string]any

func (m memory) StringWithFallback(key, fallback string) string {
	if v, ok := m[key].(string); ok {
		return v
	}
	return fallback
}

func (m memory) BoolWithFallback(key string, fallback bool) bool {
	if v, ok := m[key].(bool); ok {
		return v
	}
	return fallback
}

func (m memory) SetString(key, value string)    { m[key] = value }
func (m memory) SetBool(key string, value bool) { m[key] = value }

func TestNothingIsSwitchedOnUnasked(t *testing.T) {
	s := NewSettings(memory{})
	if s.Watch() || s.Notify() || s.Tray() {
		t.Errorf("on without having been chosen: watch %v, notifications %v, tray %v", s.Watch(), s.Notify(), s.Tray())
	}
	if s.BlockMode() != block.All || s.Theme() != SystemTheme || s.TextSize() != NormalText {
		t.Errorf("mode %q, theme %q, text %q", s.BlockMode(), s.Theme(), s.TextSize())
	}
}

func TestChoicesAreKept(t *testing.T) {
	kept := memory{}
	s := NewSettings(kept)
	s.SetLanguage("nl")
	s.SetTheme(DarkTheme)
	s.SetTextSize(LargestText)
	s.SetBlockMode(block.Trackers)
	s.SetWatch(true)
	s.SetNotify(true)
	s.SetTray(true)
	s = NewSettings(kept)
	if s.Language() != "nl" || s.Theme() != DarkTheme || s.TextSize() != LargestText || s.BlockMode() != block.Trackers || !s.Watch() || !s.Notify() || !s.Tray() {
		t.Errorf("kept %v", kept)
	}
}

// The default for everybody must never be to trust everybody, whatever somebody wrote into the file.
func TestOddChoicesMeanTheDefault(t *testing.T) {
	s := NewSettings(memory{blockModeKey: string(block.Trust), themeKey: "pink", textSizeKey: "9999", watchKey: "yes"})
	if s.BlockMode() != block.All || s.Theme() != SystemTheme || s.TextSize() != NormalText || s.Watch() {
		t.Errorf("mode %q, theme %q, text %q, watch %v", s.BlockMode(), s.Theme(), s.TextSize(), s.Watch())
	}
}
