package block

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pixelwacht/detector/message/messagetest"
)

// What is encrypted stays, and is told; what is signed is blocked, and told; what is around is blocked in any case.
func TestSignedAndEncrypted(t *testing.T) {
	const (
		pixel  = "http://t.test/open"
		pgp    = "-----BEGIN PGP MESSAGE-----\n\nhQEMA5v1vHJ0dGVzdA==\n=Zm9v\n-----END PGP MESSAGE-----\n"
		around = "Content-Type: text/html\n\n<img src=\"" + pixel + "\">\n"
	)
	part := func(contentType string, body []byte) string {
		return strings.ReplaceAll(string(messagetest.Part(contentType, body)), "\r\n", "\n")
	}
	multipart := func(kind string, parts ...string) []byte {
		return eml(fmt.Sprintf("Content-Type: multipart/%s; boundary=b", kind), "--b\n"+strings.Join(parts, "\n--b\n")+"\n--b--\n")
	}
	for _, c := range []struct {
		name              string
		raw               []byte
		encrypted, signed bool
		blocked           int
		stays             string // byte for byte
	}{
		{"PGP/MIME, encrypted", multipart("encrypted; protocol=\"application/pgp-encrypted\"", "Content-Type: application/pgp-encrypted\n\nVersion: 1", "Content-Type: application/octet-stream\n\n"+pgp), true, false, 0, pgp},
		{"PGP/MIME, signed", multipart("signed; protocol=\"application/pgp-signature\"", around, "Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----"), false, true, 1, "-----BEGIN PGP SIGNATURE-----"},
		{"inline PGP, encrypted", eml("Content-Type: text/plain", pgp), true, false, 0, pgp},
		{"inline PGP with HTML beside it", multipart("mixed", "Content-Type: text/plain\n\n"+pgp, around), true, false, 1, "hQEMA5v1vHJ0dGVzdA=="},
		{"S/MIME, detached signature", multipart("signed; protocol=\"application/pkcs7-signature\"", around, "Content-Type: application/pkcs7-signature\nContent-Transfer-Encoding: base64\n\nMIIB"), false, true, 1, "MIIB"},
		{"S/MIME, signed as a whole", multipart("mixed", part("application/pkcs7-mime; smime-type=signed-data", messagetest.SignedData(messagetest.Primitive, []byte(around)))), false, true, 1, "smime-type=signed-data"},
		{"S/MIME, encrypted", multipart("mixed", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHA6CA", around), true, false, 1, "MIAGCSqGSIb3DQEHA6CA"},
		{"neither", multipart("mixed", around), false, false, 1, "boundary=b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := checkLaws(t, testDetector(), c.raw)
			if got.Encrypted != c.encrypted || got.Signed != c.signed || got.Blocked != c.blocked || got.Closed != 0 {
				t.Errorf("encrypted %v, signed %v, blocked %d, closed %d; want %v, %v, %d, 0", got.Encrypted, got.Signed, got.Blocked, got.Closed, c.encrypted, c.signed, c.blocked)
			}
			if bytes.Contains(got.Bytes, []byte(pixel)) || !bytes.Contains(got.Bytes, []byte(strings.ReplaceAll(c.stays, "\n", "\r\n"))) {
				t.Errorf("blocked copy:\n%s", got.Bytes)
			}
		})
	}
}
