package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"pixelwacht/detector"
	"pixelwacht/detector/catalogue"
	"pixelwacht/imapsync/store"
)

// detector is what judges messages, by the shipped catalogue and what the user has added to it in the data folder.
// What is wrong with that is said once, and stops nothing.
func (p *program) detector() *detector.Detector { return detector.New(p.catalogue()) }

// overruled is d with the user's own verdicts.
func (p *program) overruled(ctx context.Context, d *detector.Detector) (*detector.Detector, error) {
	own, err := store.ReadOverrides(ctx, p.dataDir)
	if err != nil {
		return nil, err
	}
	return d.Overruled(own), nil
}

func (p *program) catalogue() *catalogue.Catalogue {
	c, problems := catalogue.Load(os.DirFS(p.dataDir))
	for _, err := range problems {
		p.reportEntry(err, p.dataDir)
	}
	return c
}

// reportEntry says what is wrong with an entry of a catalogue file in folder.
func (p *program) reportEntry(err error, folder string) {
	entry, ok := errors.AsType[*catalogue.EntryError](err)
	if !ok {
		p.reportError(err)
		return
	}
	place := args{"Path": filepath.Join(folder, filepath.FromSlash(entry.File)), "Line": entry.Line, "Reason": entry.Err.Error()}
	p.report(p.texts.T("cli.catalogue.problem", place), "")
}

func (p *program) catalogueCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "catalogue [FILE]…",
		Short: p.texts.T("cli.catalogue.short"),
		Long:  p.texts.T("cli.catalogue.long"),
		RunE: func(_ *cobra.Command, files []string) error {
			if len(files) == 0 {
				return p.showCatalogue()
			}
			return p.checkCatalogue(files)
		},
	}
}

// showCatalogue says which catalogue is in use, and what the user's files add.
func (p *program) showCatalogue() error {
	c := p.catalogue()
	text := p.texts.N("cli.catalogue.use", c.Len(), args{"Version": c.Version()}) + "\n"
	for _, f := range c.Files() {
		a := args{"Path": filepath.Join(p.dataDir, filepath.FromSlash(f.Name)), "Version": f.Version}
		switch {
		case f.Version == "":
			text += p.texts.N("cli.catalogue.own", f.Entries, a) + "\n"
		case f.Used:
			text += p.texts.N("cli.catalogue.newer", f.Entries, a) + "\n"
		default:
			text += p.texts.T("cli.catalogue.older", a) + "\n"
		}
	}
	_, err := fmt.Fprint(p.stdout, text)
	return err
}

// checkCatalogue runs the tests of catalogue files.
func (p *program) checkCatalogue(files []string) (failed error) {
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			p.reportError(err)
			failed = errReported
			continue
		}
		entries, problems := catalogue.Check(path, string(text))
		for _, err := range problems {
			p.reportEntry(err, "")
			failed = errReported
		}
		if _, err := fmt.Fprintln(p.stdout, p.texts.N("cli.catalogue.checked", entries, args{"Path": path, "Problems": len(problems)})); err != nil {
			return err
		}
	}
	return failed
}
