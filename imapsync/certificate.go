package imapsync

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

// Fingerprint is the SHA-256 hash of a certificate, as browsers show it: pairs of hexadecimal digits between colons.
func Fingerprint(certificate *x509.Certificate) string {
	hash := sha256.Sum256(certificate.Raw)
	pairs := make([]string, len(hash))
	for i := range hash {
		pairs[i] = strings.ToUpper(hex.EncodeToString(hash[i : i+1]))
	}
	return strings.Join(pairs, ":")
}

// ParseFingerprint reads a fingerprint with or without colons, in capitals or not; ok is false when it is none.
func ParseFingerprint(s string) (fingerprint string, ok bool) {
	digits := strings.ToUpper(strings.NewReplacer(":", "", " ", "").Replace(s))
	if hash, err := hex.DecodeString(digits); err != nil || len(hash) != sha256.Size {
		return "", false
	}
	var pairs []string
	for pair := range slices.Chunk([]byte(digits), 2) {
		pairs = append(pairs, string(pair))
	}
	return strings.Join(pairs, ":"), true
}

// tlsConfig is how certificates are verified: as always, and where one was trusted explicitly, that one is good as well.
func (p *Params) tlsConfig() *tls.Config {
	config := p.TLS.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	if config.ServerName == "" {
		config.ServerName = p.Server.Host
	}
	config.MinVersion = max(config.MinVersion, tls.VersionTLS12)
	if p.Fingerprint == "" {
		return config
	}
	config.InsecureSkipVerify = true // VerifyConnection does it
	config.VerifyConnection = func(state tls.ConnectionState) error {
		leaf := state.PeerCertificates[0]
		if Fingerprint(leaf) == p.Fingerprint {
			return nil
		}
		chain := x509.NewCertPool()
		for _, c := range state.PeerCertificates[1:] {
			chain.AddCert(c)
		}
		_, err := leaf.Verify(x509.VerifyOptions{DNSName: config.ServerName, Roots: config.RootCAs, Intermediates: chain})
		if err != nil {
			return &tls.CertificateVerificationError{UnverifiedCertificates: state.PeerCertificates, Err: err}
		}
		return nil
	}
	return config
}

// explainTLS says why TLS failed. Where the user may decide to trust the server's certificate, e carries its
// fingerprint: providers that the program knows have certificates that everybody can verify, so that there is nothing
// to decide, unless their server is a program on this machine.
func (p *Params) explainTLS(e *Error, problem Problem) {
	e.Problem = problem
	verify, ok := errors.AsType[*tls.CertificateVerificationError](e)
	if !ok || len(verify.UnverifiedCertificates) == 0 {
		return
	}
	if p.Fingerprint != "" {
		e.Problem = CertificateChanged
	}
	if p.Provider.Name == "" || isLoopback(p.Server.Host) {
		e.Fingerprint = Fingerprint(verify.UnverifiedCertificates[0])
	}
}
