// Command pixelwacht shows which senders track their readers by e-mail, and makes messages harmless.
//
// Without arguments it opens the window. The package is wiring: one file for each subcommand, which reads its flags,
// puts the parts of the program together, and runs them.
//
// Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted; filter exits with 75 (EX_TEMPFAIL of sysexits.h).
// Results go to standard output, everything else to standard error; a reader that closes the pipe ends the program
// quietly.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"pixelwacht/assets/translations"
)

func main() {
	p := &program{stdin: os.Stdin, stdout: standardOutput{os.Stdout}, stderr: os.Stderr}
	os.Exit(p.run(os.Args[1:]))
}

// program is one run of the program.
type program struct {
	stdin  io.Reader
	stdout standardOutput
	stderr *os.File
	texts  *translations.Texts

	dataDir string
	lang    string
	verbose bool
}

// run runs the command line args, and returns the exit status.
func (p *program) run(args []string) int {
	// Caught so that writing to a closed pipe is an error like others, and the store is closed in order.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the second signal ends the program at once

	p.lang = language(args)
	p.texts = translations.New(p.lang)
	root := p.rootCommand()
	root.SetArgs(args)
	return p.exitStatus(root.ExecuteContext(ctx))
}

// language is the language to speak, needed before the flags are read because it is the language of their
// descriptions too.
func language(args []string) string {
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if lang, ok := strings.CutPrefix(arg, "--lang="); ok {
			return lang
		}
		if arg == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return translations.FromEnvironment()
}
