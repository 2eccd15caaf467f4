package main

import (
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"pixelwacht/imapsync"
	"pixelwacht/ui/report"
)

// progressBars show on a terminal how far a sync has come, one for each account. Without a terminal they show nothing.
type progressBars struct{ container *mpb.Progress }

func (p *program) progressBars() *progressBars {
	if !isTerminal(p.stderr) {
		return &progressBars{}
	}
	return &progressBars{mpb.New(mpb.WithOutput(p.stderr), mpb.WithWidth(40))}
}

// add makes a bar for an account, with its name where that is not "". It may be called from many goroutines.
func (b *progressBars) add(name string) *progressBar {
	return &progressBar{container: b.container, name: report.Clean(name)}
}

// end ends all bars. None of them is shown any more.
func (b *progressBars) end() {
	if b.container != nil {
		b.container.Wait()
	}
}

// progressBar is how far one account has come. One goroutine owns it.
type progressBar struct {
	container *mpb.Progress
	name      string
	bar       *mpb.Bar // nil while there is nothing to do
}

func (b *progressBar) show(progress imapsync.Progress) {
	if b.container == nil || progress.Total == 0 {
		return
	}
	if b.bar == nil {
		b.bar = b.container.AddBar(int64(progress.Total),
			mpb.PrependDecorators(decor.Name(b.name, decor.WCSyncSpaceR), decor.CountersNoUnit("%d / %d", decor.WCSyncWidth)),
			mpb.AppendDecorators(decor.Percentage(decor.WCSyncSpace)),
		)
	}
	b.bar.SetTotal(int64(progress.Total), false)
	b.bar.SetCurrent(int64(progress.Done))
}

func (b *progressBar) end() {
	if b.bar != nil {
		b.bar.Abort(false)
	}
}
