package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pixelwacht/assets/licences"
)

var update = flag.Bool("update", false, "write what is expected anew")

// TestEveryLicenceIsShown holds that the program has the licence of every module that it is built from. After a change of
// these, run it with -update.
func TestEveryLicenceIsShown(t *testing.T) {
	modules := modulesOfTheProgram(t)
	if *update {
		writeLicences(t, modules)
		return
	}
	var shown []string
	for _, l := range licences.All() {
		shown = append(shown, l.Module)
		if l.Name == "" || len(l.Text) < 200 {
			t.Errorf("%s: licence %q with a text of %d octets", l.Module, l.Name, len(l.Text))
		}
	}
	for path := range modules {
		if !slices.Contains(shown, path) {
			t.Errorf("the licence of %s is missing: run go test ./cmd/pixelwacht -run TestEveryLicence -update", path)
		}
	}
}

// modulesOfTheProgram are the modules that the program with its window is built from, on the systems it is for, each
// with the folder it is in. "Go" is what the language itself brings.
func modulesOfTheProgram(t *testing.T) map[string]string {
	t.Helper()
	goroot, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{"Go": strings.TrimSpace(string(goroot))}
	for _, system := range []string{"linux", "windows", "darwin"} {
		list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=Module", ".")
		list.Env = append(os.Environ(), "CGO_ENABLED=1", "GOOS="+system)
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		for d := json.NewDecoder(bytes.NewReader(out)); ; {
			var p struct{ Module *struct{ Path, Dir string } }
			err := d.Decode(&p)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if p.Module != nil && p.Module.Path != "pixelwacht" {
				all[p.Module.Path] = p.Module.Dir
			}
		}
	}
	return all
}

func writeLicences(t *testing.T, modules map[string]string) {
	t.Helper()
	var all []licences.Licence
	for path, dir := range modules {
		l := licences.Licence{Module: path}
		for _, name := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "License", "COPYING.txt", "UNLICENSE", "LICENCE", "COPYING", "NOTICE"} {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			l.Text += strings.ReplaceAll(strings.TrimSpace(string(b)), "\r\n", "\n") + "\n\n"
		}
		l.Text = strings.TrimSpace(l.Text)
		l.Name = licenceName(l.Text)
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b licences.Licence) int {
		return strings.Compare(strings.ToLower(a.Module), strings.ToLower(b.Module))
	})
	b, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join("..", "..", "assets", "licences", "licences.json"), string(b)+"\n")
}

// licenceName is the short name of a licence by the words that only it has.
func licenceName(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, l := range []struct{ name, words string }{
		{"Apache-2.0", "Apache License Version 2.0"},
		{"MPL-2.0", "Mozilla Public License Version 2.0"},
		{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy"},
		{"ISC", "Permission to use, copy, modify, and/or distribute this software"},
		{"BSD-3-Clause", "may be used to endorse or promote products"},
		{"BSD-3-Clause", "names of its contributors may be used to endorse"},
		{"BSD-2-Clause", "Redistribution and use in source and binary forms"},
		{"Unlicense", "This is free and unencumbered software released into the public domain"},
		{"Zlib", "This software is provided 'as-is', without any express or implied warranty"},
	} {
		if strings.Contains(text, l.words) {
			return l.name
		}
	}
	return ""
}
