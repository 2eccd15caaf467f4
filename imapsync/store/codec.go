package store

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"pixelwacht/detector"
)

// A stored result is the number of its dictionary in one octet, and its JSON in the DEFLATE format (RFC 1951) with that
// dictionary before it. What the columns of a message say is not in it.

// dictionary has what results have in common: keys, words of the detector, names of services, hosts. What is in it may
// never change, since stored results need it; a better one is a further dictionary.
//
//go:embed dictionary.txt
var dictionary []byte

// dictionaryNumber is that of dictionary.
const dictionaryNumber = 1

// digestSize is the size of a digest, SHA-256, in octets.
const digestSize = 32

// maxStoredResult bounds what a damaged database can make of a result, in octets.
const maxStoredResult = 64 << 20

// encoder makes stored results. It is for one goroutine.
type encoder struct {
	buffer bytes.Buffer
	w      *flate.Writer
}

func newEncoder() (*encoder, error) {
	e := &encoder{}
	w, err := flate.NewWriterDict(&e.buffer, flate.DefaultCompression, dictionary)
	e.w = w
	return e, err
}

// encode is r as it is stored.
func (e *encoder) encode(r detector.Result) ([]byte, error) {
	r.Date, r.Subject, r.From = time.Time{}, "", detector.Address{}
	if _, ok := digestOf(r.Digest); ok {
		r.Digest = "" // the identity
	}
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode a result: %w", err)
	}
	e.buffer.Reset()
	e.buffer.WriteByte(dictionaryNumber)
	e.w.Reset(&e.buffer)
	if _, err := e.w.Write(text); err != nil {
		return nil, fmt.Errorf("encode a result: %w", err)
	}
	if err := e.w.Close(); err != nil {
		return nil, fmt.Errorf("encode a result: %w", err)
	}
	return bytes.Clone(e.buffer.Bytes()), nil
}

// decoder reads stored results. It is for one goroutine; the zero value is ready.
type decoder struct {
	r io.Reader
}

// decode fills r with what is stored.
func (d *decoder) decode(stored []byte, r *detector.Result) error {
	if len(stored) == 0 || stored[0] != dictionaryNumber {
		return errors.New("decode a result: it is in a form that is not known")
	}
	source := bytes.NewReader(stored[1:])
	if d.r == nil {
		d.r = flate.NewReaderDict(source, dictionary)
	} else if err := d.r.(flate.Resetter).Reset(source, dictionary); err != nil {
		return fmt.Errorf("decode a result: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(d.r, maxStoredResult))
	if err == nil {
		err = json.Unmarshal(text, r)
	}
	if err != nil {
		return fmt.Errorf("decode a result: %w", err)
	}
	return nil
}

// digestOf is a digest as it is stored; ok is false for what is none.
func digestOf(digest string) (raw []byte, ok bool) {
	raw, err := hex.DecodeString(digest)
	return raw, err == nil && len(raw) == digestSize && hex.EncodeToString(raw) == digest
}
