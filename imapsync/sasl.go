package imapsync

import (
	"encoding/json"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// The names of the mechanisms that go-sasl does not have.
const (
	scramSHA256 = "SCRAM-SHA-256" // RFC 7677
	xoauth2     = "XOAUTH2"       // https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
)

// scramClient proves that it knows the password without saying it, and that the server knows it (RFC 5802).
type scramClient struct{ conversation *scram.ClientConversation }

// newSCRAM fails where SASLprep (RFC 4013) does not allow what user or password hold.
func newSCRAM(user, password string) (sasl.Client, error) {
	c, err := scram.SHA256.NewClient(user, password, "")
	if err != nil {
		return nil, err
	}
	return &scramClient{c.WithMinIterations(leastIterations).NewConversation()}, nil
}

func (c *scramClient) Start() (mechanism string, response []byte, err error) {
	first, err := c.conversation.Step("")
	return scramSHA256, []byte(first), err
}

// The number of hashes that a server may ask for: RFC 7677 section 4 has the least. The most keeps a hostile server from
// occupying the processor for hours; it is several times what servers ask for.
const leastIterations, mostIterations = 4096, 1_000_000

func (c *scramClient) Next(challenge []byte) ([]byte, error) {
	for field := range strings.SplitSeq(string(challenge), ",") {
		digits, ok := strings.CutPrefix(field, "i=")
		if n, err := strconv.Atoi(digits); ok && (err != nil || n > mostIterations) {
			return nil, fmt.Errorf("SCRAM with %s iterations", Printable(digits))
		}
	}
	next, err := c.conversation.Step(string(challenge))
	return []byte(next), err
}

// bearer sends an access token, by OAUTHBEARER (RFC 7628) or XOAUTH2. go-sasl's client for the former leaves a server
// that refuses without an answer.
type bearer struct {
	mechanism string
	user      string
	server    Server
	token     Secret

	status string // why the server refuses the token, in the server's words
}

func (b *bearer) Start() (mechanism string, response []byte, err error) {
	if b.mechanism == xoauth2 {
		return b.mechanism, fmt.Appendf(nil, "user=%s\x01auth=Bearer %s\x01\x01", b.user, string(b.token)), nil
	}
	// The name stands in a header of the form of RFC 5801 section 4, which has its own escapes.
	user := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(b.user)
	return b.mechanism, fmt.Appendf(nil, "n,a=%s,\x01host=%s\x01port=%d\x01auth=Bearer %s\x01\x01", user, b.server.Host, b.server.Port, string(b.token)), nil
}

// Next answers the one challenge there is: JSON that says why the token is refused.
func (b *bearer) Next(challenge []byte) ([]byte, error) {
	var refusal struct{ Status string }
	if err := json.Unmarshal(challenge, &refusal); err == nil {
		b.status = Printable(refusal.Status)
	}
	if b.mechanism == xoauth2 {
		return []byte{}, nil
	}
	return []byte{1}, nil // RFC 7628 section 3.2.3
}

// emptyResponse is a connection on which an empty response of SASL is an empty line.
//
// QUIRK: go-imap v2.0.0-beta.8 writes "=" for every empty response, which RFC 9051 section 6.2.2 has for the initial one
// only. No other line that the client sends is like that.
type emptyResponse struct{ net.Conn }

func (c *emptyResponse) Write(b []byte) (int, error) {
	if string(b) != "=\r\n" {
		return c.Conn.Write(b)
	}
	if _, err := c.Conn.Write(b[1:]); err != nil {
		return 0, err
	}
	return len(b), nil
}
