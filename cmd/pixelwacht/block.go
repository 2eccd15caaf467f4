package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pixelwacht/detector/block"
	"pixelwacht/detector/message"
	"pixelwacht/detector/redirect"
	"pixelwacht/imapsync/mailfile"
	"pixelwacht/imapsync/store"
)

func (p *program) blockCommand() *cobra.Command {
	var flags blockFlags
	b := blocking{program: p}
	cmd := &cobra.Command{
		Use:   "block PATH",
		Short: p.texts.T("cli.block.short"),
		Long:  p.texts.T("cli.block.long"),
		Args:  p.paths(1, 1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			var err error
			if b.blocker, err = p.blocker(flags); err != nil {
				return err
			}
			if b.evidence, err = p.addKnown(cmd.Context(), &b.blocker, flags.rules); err != nil {
				return errors.Join(err, b.evidence.Close())
			}
			b.path = paths[0]
			err = orElse(b.run(cmd.Context()), b.evidence.Err())
			b.sumUp(err)
			return errors.Join(err, b.evidence.Close())
		},
	}
	p.addBlockFlags(cmd.Flags(), &flags)
	cmd.Flags().StringVarP(&b.out, "output", "o", "", p.flag("output", "OUT"))
	cmd.Flags().StringVar(&b.undo, "undo", "", p.flag("undo-out", "FILE"))
	cmd.Flags().BoolVar(&b.force, "force", false, p.texts.T("cli.flag.force"))
	return cmd
}

// blockFlags say how messages are blocked.
type blockFlags struct {
	mode        string
	unwrapLinks bool
	rules       bool
}

func (p *program) addBlockFlags(flags *pflag.FlagSet, f *blockFlags) {
	flags.StringVar(&f.mode, "mode", string(block.All), p.flag("mode", "all|trackers"))
	flags.BoolVar(&f.unwrapLinks, "unwrap-links", false, p.texts.T("cli.flag.unwrap-links"))
	flags.BoolVar(&f.rules, "rules", false, p.texts.T("cli.flag.rules"))
}

// blocker is what blocks as the flags say, but for what the data folder knows.
func (p *program) blocker(f blockFlags) (block.Blocker, error) {
	b := block.Blocker{Mode: block.Mode(f.mode)}
	if b.Mode != block.All && b.Mode != block.Trackers {
		return b, p.usage("cli.error.flag-value", args{"Flag": "--mode", "Value": f.mode, "Values": "all, trackers"})
	}
	if f.unwrapLinks {
		b.Links = redirect.Builtin()
	}
	return b, nil
}

// addKnown lets b block as the data folder knows: by the user's rules for senders where rules is set, and where verdicts
// matter by the user's own and by the other messages of a sender, as scan and the window do. What cannot be read does not
// count, and is the error. The caller closes the evidence.
func (p *program) addKnown(ctx context.Context, b *block.Blocker, rules bool) (evidence *store.Evidence, failed error) {
	if rules {
		b.Rules, failed = store.ReadRules(ctx, p.dataDir)
	}
	if b.Mode != block.Trackers && !slices.Contains(slices.Collect(maps.Values(b.Rules)), block.Trackers) {
		return new(store.Evidence), failed
	}
	b.Detector = p.detector()
	if own, err := p.overruled(ctx, b.Detector); err == nil {
		b.Detector = own
	} else {
		failed = orElse(failed, err)
	}
	evidence, err := store.OpenEvidence(ctx, p.dataDir)
	b.Evidence = evidence
	return evidence, orElse(failed, err)
}

// blocking is one run of the command block.
type blocking struct {
	*program
	blocker         block.Blocker
	evidence        *store.Evidence
	path, out, undo string
	force           bool

	undoFile *output       // nil without
	records  *json.Encoder // to undoFile
	failed   error
	isFolder bool
	done     tally
}

// tally is what a run has blocked.
type tally struct {
	messages, places, links    int
	closed                     int // parts that were emptied as a whole
	encrypted, signed, trusted int // messages that there is something to know about
}

// record is one line of an undo file: what is needed to restore one message, and where it stands.
type record struct {
	File   string `json:"file"`   // relative to the folder, with slashes; the file's name where no folder was blocked
	Offset int64  `json:"offset"` // of the message in File, in octets; 0 but in mbox files
	block.Undo
}

func (b *blocking) run(ctx context.Context) error {
	for _, out := range []string{b.out, b.undo} {
		if err := b.refuseOverlap(out, b.path); err != nil {
			return err
		}
	}
	if b.undo != "" {
		if b.undo == standard {
			return b.usage("cli.error.undo-standard")
		}
		if same, err := sameFile(b.out, b.undo); err != nil || same {
			return orElse(err, b.usage("cli.error.undo-output"))
		}
		// Not even force replaces an undo file: it may be the only way back to other originals.
		info, err := os.Lstat(b.undo)
		if err == nil && !info.IsDir() {
			return b.fail("cli.error.undo-exists", args{"Path": b.undo})
		}
		if b.undoFile, err = b.create(b.undo, false); err != nil {
			return err
		}
		defer b.undoFile.abandon()
		b.records = json.NewEncoder(b.undoFile)
		err = b.input(ctx)
		size, sizeErr := b.undoFile.size()
		if err = errors.Join(err, sizeErr); err == nil || size > 0 {
			// Whatever ended the run: the copies that are there can be undone.
			err = errors.Join(err, b.undoFile.commit())
		}
		return orElse(err, b.failed)
	}
	if err := b.input(ctx); err != nil {
		return err
	}
	return b.failed
}

// orElse is err, or other where there is none.
func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// input blocks what the path is: standard input, a folder, or a file.
func (b *blocking) input(ctx context.Context) error {
	if b.path == standard {
		in, err := b.spool(ctx)
		if err != nil {
			return err
		}
		defer in.Close()
		out, err := b.create(b.out, b.force)
		if err != nil {
			return err
		}
		defer out.abandon()
		return b.recorded(func() error {
			if err := b.message(out, in, in.size, record{File: standard}); err != nil {
				return err
			}
			return out.commit()
		})
	}
	info, err := os.Stat(b.path)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return b.folder(ctx)
	}
	var messages []mailfile.Message
	for m, err := range mailfile.Walk(ctx, b.path) {
		if err != nil {
			return err
		}
		messages = append(messages, m)
	}
	if len(messages) == 0 {
		return nil
	}
	if len(messages) > 1 {
		if err := b.compare(ctx, messages); err != nil {
			return err
		}
	}
	return b.recorded(func() error { return b.file(ctx, messages, b.out, filepath.Base(b.path)) })
}

// compare lets messages that are blocked together be evidence for each other, as scan does. What cannot be read shows again
// when it is blocked.
func (b *blocking) compare(ctx context.Context, messages []mailfile.Message) error {
	if b.blocker.Detector == nil {
		return nil
	}
	for _, place := range messages {
		if err := ctx.Err(); err != nil {
			return err
		}
		f, err := os.Open(place.File)
		if err != nil {
			continue
		}
		m, err := message.ParseFile(io.NewSectionReader(f, place.Offset, place.Length), place.Length)
		r := b.blocker.Detector.Scan(m)
		if err = errors.Join(err, m.Err(), f.Close()); err == nil {
			b.evidence.Add(r)
		}
	}
	return nil
}

// message writes the blocked copy of the message of size octets in in, and its undo record.
func (b *blocking) message(w io.Writer, in io.ReaderAt, size int64, r record) error {
	blocked, err := b.blocker.Stream(w, in, size, b.undoFile != nil)
	if err != nil {
		return err
	}
	if blocked.Closed > 0 {
		b.logger().Info("parts emptied as a whole", "file", r.File, "offset", r.Offset, "parts", blocked.Closed, "why", blocked.Errors)
	}
	b.done.add(blocked)
	if b.undoFile == nil {
		return nil
	}
	r.Undo = blocked.Undo
	return b.records.Encode(r)
}

func (t *tally) add(c block.Copy) {
	t.messages++
	t.places += c.Blocked + c.Closed
	t.closed += c.Closed
	t.links += c.Links
	if c.Mode == block.Trust {
		t.trusted++
	}
	if c.Encrypted {
		t.encrypted++
	}
	if c.Signed && c.Changed() {
		t.signed++
	}
}

// sumUp says what was blocked, and what to know about the copies. Of a single message it says only the latter.
func (b *blocking) sumUp(err error) {
	if b.done.messages == 0 && err != nil {
		return
	}
	if b.isFolder || b.done.messages != 1 {
		done := b.texts.N("cli.block.messages", b.done.messages) + " " + b.texts.N("cli.block.places", b.done.places)
		if b.done.links > 0 {
			done += " " + b.texts.N("cli.block.links", b.done.links)
		}
		b.say(done)
	}
	if b.done.trusted > 0 {
		b.say(b.texts.N("cli.block.trusted", b.done.trusted))
	}
	if b.done.closed > 0 {
		b.say(b.texts.N("cli.block.closed", b.done.closed))
	}
	if b.done.encrypted > 0 {
		b.say(b.texts.N("cli.block.encrypted", b.done.encrypted))
	}
	if b.done.signed > 0 {
		b.say(b.texts.N("cli.block.signed", b.done.signed))
	}
}

// recorded runs write, which writes one blocked copy. Where it fails there is no copy that could be restored or summed
// up, and its undo records are taken back, but for what has gone to standard output.
func (b *blocking) recorded(write func() error) (err error) {
	before := b.done
	defer func() {
		if err != nil {
			b.done = before
		}
	}()
	if b.undoFile == nil || b.out == "" || b.out == standard {
		return write()
	}
	begin, err := b.undoFile.size()
	if err != nil {
		return err
	}
	if err := write(); err != nil {
		return errors.Join(err, b.undoFile.truncate(begin))
	}
	return nil
}

// file writes the blocked copy of the file that the messages are in to out. What stands between them is copied.
func (b *blocking) file(ctx context.Context, messages []mailfile.Message, out, name string) error {
	in, err := os.Open(messages[0].File)
	if err != nil {
		return err
	}
	defer in.Close()
	o, err := b.create(out, b.force)
	if err != nil {
		return err
	}
	defer o.abandon()
	written := int64(0)
	for _, m := range messages {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := io.Copy(o, io.NewSectionReader(in, written, m.Offset-written)); err != nil {
			return err
		}
		if err := b.message(o, io.NewSectionReader(in, m.Offset, m.Length), m.Length, record{File: name, Offset: m.Offset}); err != nil {
			return err
		}
		written = m.Offset + m.Length
	}
	rest, err := in.Stat()
	if err != nil {
		return err
	}
	if _, err := io.Copy(o, io.NewSectionReader(in, written, rest.Size()-written)); err != nil {
		return err
	}
	return o.commit()
}

// folder writes the blocked copies of all messages below the path under the same names below the output. Files that
// are not mail are not copied. It goes on after a file that fails.
func (b *blocking) folder(ctx context.Context) error {
	b.isFolder = true
	if b.out == "" || b.out == standard {
		return b.usage("cli.error.folder-output")
	}
	if info, err := os.Stat(b.out); err == nil && !info.IsDir() {
		return b.fail("cli.error.exists", args{"Path": b.out})
	}
	// The files are listed first: nothing that is written can then be taken for input.
	var files [][]mailfile.Message
	for m, err := range mailfile.Walk(ctx, b.path) {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			b.skip(err)
		case len(files) > 0 && files[len(files)-1][0].File == m.File:
			files[len(files)-1] = append(files[len(files)-1], m)
		default:
			files = append(files, []mailfile.Message{m})
		}
	}
	if err := b.compare(ctx, slices.Concat(files...)); err != nil {
		return err
	}
	if err := os.MkdirAll(b.out, 0o700); err != nil {
		return err
	}
	if err := keepMaildir(b.path, b.out); err != nil {
		return err
	}
	for _, messages := range files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		name, err := below(b.path, messages[0].File)
		if err != nil {
			return err
		}
		if err := b.inFolder(ctx, messages, name); err != nil {
			if errors.Is(err, errOutputClosed) {
				return err
			}
			b.skip(err)
		}
	}
	return nil
}

// skip says why a file among many was left out.
func (b *blocking) skip(err error) {
	b.reportError(err)
	b.failed = errReported
}

func (b *blocking) inFolder(ctx context.Context, messages []mailfile.Message, name string) error {
	out := filepath.Join(b.out, filepath.FromSlash(name))
	if err := b.refuseOverlap(out, b.path); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o700); err != nil {
		return err
	}
	if err := keepMaildir(filepath.Dir(filepath.Dir(messages[0].File)), filepath.Dir(filepath.Dir(out))); err != nil {
		return err
	}
	return b.recorded(func() error { return b.file(ctx, messages, out, name) })
}

// keepMaildir makes the folder out a Maildir if in is one.
func keepMaildir(in, out string) error {
	if !mailfile.IsMaildir(in) {
		return nil
	}
	for _, name := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(out, name), 0o700); err != nil {
			return err
		}
	}
	return nil
}
