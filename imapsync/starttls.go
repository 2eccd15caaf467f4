package imapsync

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// startTLS protects a connection that is not, RFC 9051 section 6.2.1, and returns what the client goes on with. The
// client could do this itself, but then nobody could look at what the server says after it. Octets are read one by
// one, so that whatever follows the server's answer without protection can only break the handshake.
func startTLS(ctx context.Context, conn net.Conn, config *tls.Config) (net.Conn, error) {
	// It does not wait for the greeting: a server that speaks TLS at once has none, and hangs up at this.
	if _, err := io.WriteString(conn, "T0 STARTTLS\r\n"); err != nil {
		return nil, err
	}
	greeting, err := readLine(conn)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(strings.ToUpper(greeting), "* OK") {
		// A server that is logged in before TLS (PREAUTH) takes no STARTTLS any more.
		return nil, refusal(greeting)
	}
	const most = 100 // untagged responses
	for range most {
		line, err := readLine(conn)
		if err != nil {
			return nil, err
		}
		status, ok := strings.CutPrefix(strings.ToUpper(line), "T0 ")
		if !ok {
			continue
		}
		if !strings.HasPrefix(status, "OK") {
			return nil, refusal(line)
		}
		secure := tls.Client(conn, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		// The client waits for a greeting; what the first one said does not count any more.
		return &greetedConn{Conn: secure, greeting: *bytes.NewBufferString("* OK protected\r\n")}, nil
	}
	return nil, errors.New("no answer to STARTTLS")
}

// readLine reads a line of text.
func readLine(r io.Reader) (string, error) {
	const longest = 8 << 10
	var line []byte
	var octet [1]byte
	for len(line) < longest {
		if _, err := io.ReadFull(r, octet[:]); err != nil {
			return "", err
		}
		if octet[0] == '\n' {
			return strings.TrimSuffix(string(line), "\r"), nil
		}
		line = append(line, octet[0])
	}
	return "", errors.New("the line is too long")
}

// refusal is the error of a tag or "*", a status and a text that are not those hoped for.
func refusal(line string) error {
	_, rest, _ := strings.Cut(line, " ")
	status, text, _ := strings.Cut(rest, " ")
	return &imap.Error{Type: imap.StatusResponseType(strings.ToUpper(status)), Text: text}
}

// greetedConn is a connection on which a greeting is read first.
type greetedConn struct {
	net.Conn
	greeting bytes.Buffer
}

func (c *greetedConn) Read(b []byte) (int, error) {
	if c.greeting.Len() > 0 {
		return c.greeting.Read(b)
	}
	return c.Conn.Read(b)
}
