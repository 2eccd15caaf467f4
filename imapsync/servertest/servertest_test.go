package servertest_test

import (
	"crypto/tls"
	"fmt"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"

	"pixelwacht/imapsync/servertest"
)

func TestTheyLetTheUserInAndNobodyElse(t *testing.T) {
	for name, start := range map[string]func(t testing.TB) *servertest.Server{
		"dovecot": func(t testing.TB) *servertest.Server { return servertest.Dovecot(t, nil) },
		"cyrus":   servertest.Cyrus,
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t)
			for password, in := range map[string]bool{server.Password: true, "wr0ng": false, "": false} {
				c, err := imapclient.DialTLS(fmt.Sprintf("%s:%d", server.Host, server.TLSPort), &imapclient.Options{TLSConfig: &tls.Config{RootCAs: server.Roots}})
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				if err := c.Login(server.User, password).Wait(); (err == nil) != in {
					t.Errorf("password %q: %v", password, err)
				}
				if !in {
					continue
				}
				if _, err := c.Select("INBOX", nil).Wait(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}
