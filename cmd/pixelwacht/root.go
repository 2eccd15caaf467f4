package main

import (
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"pixelwacht/assets/translations"
	"pixelwacht/ui/report"
)

// rootCommand is the whole command line.
func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "pixelwacht",
		Short:         p.texts.T("cli.root.short"),
		Long:          p.texts.T("cli.root.long"),
		Args:          p.noArguments,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if !slices.Contains(translations.Languages, p.lang) && p.lang != translations.FromEnvironment() {
				return p.usage("cli.error.lang", args{"Value": p.lang, "Values": strings.Join(translations.Languages, ", ")})
			}
			if p.dataDir == "" {
				dir, err := dataFolder()
				if err != nil {
					return p.hint(err, "cli.hint.data-dir")
				}
				p.dataDir = dir
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return p.openWindow(cmd.Context(), false) },
	}
	flags := root.PersistentFlags()
	flags.StringVar(&p.dataDir, "data-dir", "", p.flag("data-dir", "DIR"))
	flags.StringVar(&p.lang, "lang", p.lang, p.flag("lang", "en|nl"))
	flags.Lookup("lang").DefValue = ""
	flags.BoolVarP(&p.verbose, "verbose", "v", false, p.texts.T("cli.flag.verbose"))
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return p.flagError(err) })
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetUsageTemplate(p.usageTemplate())
	root.AddCommand(
		p.scanCommand(), p.blockCommand(), p.restoreCommand(), p.filterCommand(), p.rulesCommand(), p.accountCommand(), p.syncCommand(), p.importCommand(), p.forgetCommand(), p.sendersCommand(),
		p.messagesCommand(), p.providersCommand(), p.catalogueCommand(), p.demoCommand(), p.versionCommand(),
	)
	root.Version = version()
	root.SetVersionTemplate(versionLine())
	root.Flags().Bool("version", false, p.texts.T("cli.flag.version"))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Short = p.texts.T("cli.help.short")
		case "completion":
			c.Short = p.texts.T("cli.completion.short")
		}
		c.InitDefaultHelpFlag()
		c.Flags().Lookup("help").Usage = p.texts.T("cli.flag.help")
	}
	root.InitDefaultHelpFlag()
	root.Flags().Lookup("help").Usage = p.texts.T("cli.flag.help")
	return root
}

// args are the values of a text.
type args = translations.Args

// flag is the description of a flag with the value name.
func (p *program) flag(name, value string) string {
	return p.texts.T("cli.flag."+name, args{"Value": "`" + value + "`"})
}

func (p *program) formatFlag(flags *pflag.FlagSet, format *string, value string) {
	flags.StringVar(format, "format", value, p.flag("format", formatNames()))
}

func formatNames() string {
	names := make([]string, len(report.Formats))
	for i, f := range report.Formats {
		names[i] = string(f)
	}
	return strings.Join(names, "|")
}

// options are how to write to standard output.
func (p *program) options(format string) (report.Options, error) {
	if !slices.Contains(report.Formats, report.Format(format)) {
		return report.Options{}, p.usage("cli.error.flag-value", args{"Flag": "--format", "Value": format, "Values": formatNames()})
	}
	return report.Options{Format: report.Format(format), Texts: p.texts, Width: width(p.stdout.file), Explain: p.verbose}, nil
}

// logger logs to standard error with -v, and nowhere without.
func (p *program) logger() *slog.Logger {
	if !p.verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(p.stderr, nil))
}

// say writes one line for people to standard error. If that is closed there is nobody to tell.
func (p *program) say(line string) { _, _ = io.WriteString(p.stderr, line+"\n") }

func (p *program) noArguments(cmd *cobra.Command, given []string) error {
	switch {
	case len(given) == 0:
		return nil
	case cmd.HasParent():
		return p.usage("cli.error.argument", args{"Argument": given[0]})
	}
	return p.usage("cli.error.command", args{"Command": given[0]})
}

// paths makes sure of at least, and unless most is 0 at most, so many paths.
func (p *program) paths(least, most int) cobra.PositionalArgs {
	return func(_ *cobra.Command, given []string) error {
		switch {
		case len(given) < least:
			return p.usage("cli.error.no-path")
		case most > 0 && len(given) > most:
			return p.usage("cli.error.argument", args{"Argument": given[most]})
		}
		return nil
	}
}

// usageTemplate is cobra's in the language of the texts.
func (p *program) usageTemplate() string {
	return p.texts.T("cli.usage.usage") + `{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [command]

` + p.texts.T("cli.usage.commands") + `{{range .Commands}}{{if (or .IsAvailableCommand (eq .Name "help"))}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

` + p.texts.T("cli.usage.flags") + `
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

` + p.texts.T("cli.usage.global-flags") + `
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}
`
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: p.texts.T("cli.version.short"),
		Args:  p.noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(p.stdout, versionLine())
			return err
		},
	}
}

func versionLine() string {
	return fmt.Sprintf("pixelwacht %s %s/%s %s\n", version(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// version is what the build knows of itself: the module's version, else the commit.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	return info.Main.Version
}
