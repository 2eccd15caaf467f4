// Package signintest has a server for tests that people sign in to (RFC 6749), on the loopback interface: it gives codes and
// tokens, and says of access tokens whose they are (RFC 7662).
package signintest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"pixelwacht/imapsync/provider"
)

// ClientID is the program that the server knows.
const ClientID = "pixelwacht-test"

// Server is a running server with one user, who agrees to everything.
type Server struct {
	URL  string
	User string

	mu       sync.Mutex
	codes    map[string]url.Values // the request that each code answers
	access   map[string]bool       // that are valid
	refresh  string                // the one that is valid
	rotates  bool
	refuses  url.Values // the answer to the next request for a code, instead of one
	requests int        // for tokens
	issued   []string
	pending  int // how often a device is told to wait
}

// Start runs a server until the test ends.
func Start(t testing.TB, user string) *Server {
	s := &Server{User: user, codes: map[string]url.Values{}, access: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/oauth-authorization-server", s.metadata)
	mux.HandleFunc("/authorize", s.authorize)
	mux.HandleFunc("/token", s.token)
	mux.HandleFunc("/device", s.device)
	mux.HandleFunc("/introspect", s.introspect)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// OAuth are its endpoints.
func (s *Server) OAuth() provider.OAuth {
	return provider.OAuth{Auth: s.URL + "/authorize", Token: s.URL + "/token", Device: s.URL + "/device", Scopes: []string{"mail", "offline_access"}}
}

// ExpireAccess makes all access tokens invalid.
func (s *Server) ExpireAccess() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.access)
}

// Revoke makes all tokens invalid.
func (s *Server) Revoke() {
	s.ExpireAccess()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh = ""
}

// Rotate makes the server give a new refresh token each time.
func (s *Server) Rotate() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rotates = true
}

// Refuse makes the server answer the next request to sign in with an error.
func (s *Server) Refuse(code, description string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses = url.Values{"error": {code}, "error_description": {description}}
}

// Requests is how often tokens were asked for.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Issued are all codes and tokens that it has given.
func (s *Server) Issued() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.issued...)
}

func (s *Server) secret() string {
	text := rand.Text()
	s.issued = append(s.issued, text)
	return text
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (s *Server) metadata(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/token",
		"device_authorization_endpoint": s.URL + "/device", "scopes_supported": []string{"openid", "offline_access", "phone"},
	})
}

func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	back := url.Values{"state": {q.Get("state")}}
	switch {
	case q.Get("client_id") != ClientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("login_hint") != s.User:
		http.Error(w, "not a request that this server answers", http.StatusBadRequest)
		return
	case s.refuses != nil:
		for name, value := range s.refuses {
			back[name] = value
		}
		s.refuses = nil
	default:
		code := s.secret()
		s.codes[code] = q
		back.Set("code", code)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"/?"+back.Encode(), http.StatusFound)
}

func (s *Server) device(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = 1
	code := s.secret()
	s.codes[code] = url.Values{}
	answer(w, http.StatusOK, map[string]any{
		"device_code": code, "user_code": "ABCD-EFGH", "verification_uri": s.URL + "/enter", "expires_in": 60, "interval": 1,
	})
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	refuse := func(code string) { answer(w, http.StatusBadRequest, map[string]string{"error": code}) }
	if err := r.ParseForm(); err != nil || r.Form.Get("client_id") != ClientID {
		refuse("invalid_client")
		return
	}
	switch r.Form.Get("grant_type") {
	case "authorization_code":
		request, ok := s.codes[r.Form.Get("code")]
		hash := sha256.Sum256([]byte(r.Form.Get("code_verifier")))
		if !ok || base64.RawURLEncoding.EncodeToString(hash[:]) != request.Get("code_challenge") || r.Form.Get("redirect_uri") != request.Get("redirect_uri") {
			refuse("invalid_grant")
			return
		}
		delete(s.codes, r.Form.Get("code"))
		s.refresh = s.secret()
	case "urn:ietf:params:oauth:grant-type:device_code":
		if _, ok := s.codes[r.Form.Get("device_code")]; !ok {
			refuse("invalid_grant")
			return
		}
		if s.pending > 0 {
			s.pending--
			refuse("authorization_pending")
			return
		}
		s.refresh = s.secret()
	case "refresh_token":
		if s.refresh == "" || r.Form.Get("refresh_token") != s.refresh {
			refuse("invalid_grant")
			return
		}
		if s.rotates {
			s.refresh = s.secret()
		}
	default:
		refuse("unsupported_grant_type")
		return
	}
	access := s.secret()
	s.access[access] = true
	answer(w, http.StatusOK, map[string]any{"access_token": access, "refresh_token": s.refresh, "token_type": "Bearer", "expires_in": 3600})
}

// introspect says whose a token is.
func (s *Server) introspect(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if err := r.ParseForm(); err == nil && r.Form.Get("token") != "" {
		token = r.Form.Get("token")
	}
	if !s.access[token] {
		answer(w, http.StatusOK, map[string]any{"active": false})
		return
	}
	answer(w, http.StatusOK, map[string]any{"active": true, "username": s.User, "scope": "mail"})
}
