package dovecottest_test

import (
	"crypto/tls"
	"fmt"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"

	"pixelwacht/imapsync/dovecottest"
)

func TestItLetsTheUserIn(t *testing.T) {
	server := dovecottest.Start(t, nil)
	c, err := imapclient.DialTLS(fmt.Sprintf("%s:%d", server.Host, server.TLSPort), &imapclient.Options{TLSConfig: &tls.Config{RootCAs: server.Roots}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(server.User, server.Password).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Error(err)
	}
}
