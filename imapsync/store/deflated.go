package store

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/json"
	"errors"
	"io"

	"pixelwacht/detector"
)

// dictionary has what results have in common: keys, words of the detector, names of services, hosts. What is in it may
// never change, since results in the first form need it.
//
//go:embed dictionary.txt
var dictionary []byte

// inflate fills r with a result in the first form, without the octet that says so: JSON in the DEFLATE format (RFC 1951)
// with the dictionary before it. The program wrote them up to version 7 of the database.
func inflate(stored []byte, r *detector.Result) error {
	text, err := io.ReadAll(io.LimitReader(flate.NewReaderDict(bytes.NewReader(stored), dictionary), maxStoredResult+1))
	if err != nil {
		return err
	}
	if len(text) > maxStoredResult {
		return errors.New("it is too large")
	}
	return json.Unmarshal(text, r)
}
