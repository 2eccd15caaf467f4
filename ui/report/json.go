package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// encode is v as JSON without a line break at the end. It differs from encoding/json's own in what is escaped: not
// what HTML asks for, so that URLs stay readable, but what steers a terminal.
func encode(v any) ([]byte, error) {
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	var safe bytes.Buffer
	for in := bytes.TrimSuffix(plain.Bytes(), []byte("\n")); len(in) > 0; {
		r, n := utf8.DecodeRune(in)
		if r >= utf8.RuneSelf && steers(r) || r == 0x7f || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			fmt.Fprintf(&safe, `\u%04x`, r) // such characters occur only inside strings
		} else {
			safe.Write(in[:n])
		}
		in = in[n:]
	}
	return safe.Bytes(), nil
}

func writeLine(w io.Writer, v any) error {
	b, err := encode(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// array writes a JSON array with one element a line, as they come.
type array struct {
	w io.Writer
	n int
}

func (a *array) write(v any) error {
	b, err := encode(v)
	if err != nil {
		return err
	}
	start := ",\n"
	if a.n == 0 {
		start = "[\n"
	}
	a.n++
	_, err = a.w.Write(append([]byte(start), b...))
	return err
}

func (a *array) close() error {
	end := "\n]\n"
	if a.n == 0 {
		end = "[]\n"
	}
	_, err := io.WriteString(a.w, end)
	return err
}

func writeArray[T any](w io.Writer, items []T) error {
	a := array{w: w}
	for _, item := range items {
		if err := a.write(item); err != nil {
			return err
		}
	}
	return a.close()
}
