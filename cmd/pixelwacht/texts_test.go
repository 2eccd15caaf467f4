package main

import (
	"encoding/json"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// literal is a key of a text in source code; one that ends with a full stop is the beginning of keys.
var literal = regexp.MustCompile(`"((?:cli|window|explain|kind|reason|exposes|confidence)\.[a-z0-9.-]*)"`)

// A key in the code without a text would be seen by people, and a text without a key by nobody.
func TestTextsAndTheCodeThatUsesThemAgree(t *testing.T) {
	root := filepath.Join("..", "..")
	var texts map[string]any
	if err := json.Unmarshal([]byte(read(t, filepath.Join(root, "assets", "translations", "en.json"))), &texts); err != nil {
		t.Fatal(err)
	}
	used := make(map[string]bool)
	// The texts of flags, commands and columns have keys that are put together.
	beginnings := []string{"cli.flag.", "cli.senders.", "cli.messages.", "cli.providers."}
	for _, folder := range []string{"cmd", "ui"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, e fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			for _, m := range literal.FindAllStringSubmatch(read(t, path), -1) {
				key := m[1]
				if strings.HasSuffix(key, ".") {
					beginnings = append(beginnings, key)
					continue
				}
				used[key] = true
				if _, ok := texts[key]; !ok {
					t.Errorf("%s: no text %q", path, key)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for key := range texts {
		if !literal.MatchString(`"` + key + `"`) {
			continue // the window's advice is data, which names its texts
		}
		whole := used[key] || used[strings.TrimSuffix(key, ".next")]
		for _, b := range beginnings {
			whole = whole || strings.HasPrefix(key, b)
		}
		if !whole {
			t.Errorf("the text %q is used nowhere", key)
		}
	}
}
