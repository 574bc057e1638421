package signaling

import (
	"bytes"
	"encoding/base32"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"anteroom/room/account"
	"anteroom/signaling/client"
)

// visitor is a browser at the hosts' page: it keeps its cookie and says where it is.
type visitor struct {
	w      *world
	cookie *http.Cookie
	proof  string // beside the cookie, where there is one
	page   string // what the last answer was
}

func (w *world) visitor() *visitor { return &visitor{w: w} }

// ask makes a call as a page would.
func (v *visitor) ask(method, path string, body, into any) (int, client.Code) {
	v.w.t.Helper()
	header := http.Header{"Origin": {v.w.server.origin}}
	if v.cookie != nil {
		header.Set("Cookie", v.cookie.Name+"="+v.cookie.Value)
	}
	if v.proof != "" {
		header.Set(proofHeader, v.proof)
	}
	status, code, page, cookies := v.w.exchange(method, path, header, body, into)
	v.page = page
	for _, c := range cookies {
		v.cookie = c
	}
	return status, code
}

// root makes a call with the root key.
func (w *world) root(method, path string, body, into any) (int, client.Code) {
	w.t.Helper()
	status, code, _, _ := w.exchange(method, path, bearer(), body, into)
	return status, code
}

func (w *world) exchange(method, path string, header http.Header, body, into any) (int, client.Code, string, []*http.Cookie) {
	w.t.Helper()
	data := []byte{}
	if body != nil {
		data = must[[]byte](w.t)(json.Marshal(body))
	}
	req := must[*http.Request](w.t)(http.NewRequestWithContext(within(w.t), method, w.url+path, bytes.NewReader(data)))
	req.Header = header
	resp := must[*http.Response](w.t)(w.http.Do(req))
	defer func() { _ = resp.Body.Close() }()
	data = must[[]byte](w.t)(io.ReadAll(resp.Body))
	if resp.StatusCode >= 400 {
		var answer errorBody
		ok(w.t, decodeStrict(data, &answer))
		return resp.StatusCode, client.Code(answer.Error.Code), string(data), resp.Cookies()
	}
	if into != nil {
		ok(w.t, decodeStrict(data, into))
	}
	return resp.StatusCode, "", string(data), resp.Cookies()
}

func (v *visitor) wants(what string, status int, code client.Code, method, path string, body, into any) {
	v.w.t.Helper()
	if got, is := v.ask(method, path, body, into); got != status || is != code {
		v.w.t.Errorf("%s: %d %s, not %d %s", what, got, is, status, code)
	}
}

// invited makes an account and returns the token of its link.
func (w *world) invited(name string) string {
	w.t.Helper()
	var host hostBody
	if status, code := w.root("POST", "/v1/hosts", hostRequest{name}, &host); status != 201 {
		w.t.Fatalf("adding a host: %d %s", status, code)
	}
	_, token, found := strings.Cut(host.Link, w.server.origin+"/#enrol=")
	if !found {
		w.t.Fatal("no link")
	}
	return token
}

const testPassword = "a kettle on the blue stove"

// host is somebody with an account, signed in.
type host struct {
	*visitor
	name     string
	secret   []byte
	recovery []string
}

func (w *world) host(name string) *host {
	w.t.Helper()
	return w.enrol(name, w.invited(name))
}

func (w *world) enrol(name, token string) *host {
	w.t.Helper()
	h := &host{visitor: w.visitor(), name: name}
	var seen enrolBody
	h.wants("looking", 200, "", "POST", "/v1/enrol", enrolRequest{token}, &seen)
	h.secret = must[[]byte](w.t)(base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(seen.TOTP.Secret))
	var made recoveryBody
	h.wants("setting up", 200, "", "POST", "/v1/enrol/password", enrolPasswordRequest{token, testPassword, h.code()}, &made)
	h.recovery = made.Recovery
	return h
}

func (h *host) code() string { return account.TOTPCode(h.secret, h.w.clock.now()) }

// signIn is another browser of the host's, signed in half a minute later.
func (h *host) signIn() *host {
	h.w.t.Helper()
	h.w.clock.advance(31e9)
	other := *h
	other.visitor = h.w.visitor()
	var made proofBody
	other.wants("signing in", 200, "", "POST", "/v1/signin/password", passwordRequest{h.name, testPassword, h.code()}, &made)
	other.proof = made.Proof
	return &other
}

func TestHostByPassword(t *testing.T) {
	w := newWorld(t)
	token := w.invited("Dr.Rees")
	stranger := w.visitor()
	stranger.wants("a wrong token", 410, client.CodeLinkExpired, "POST", "/v1/enrol", enrolRequest{token + "x"}, nil)
	var seen enrolBody
	stranger.wants("looking", 200, "", "POST", "/v1/enrol", enrolRequest{token}, &seen)
	if seen.Name != "dr.rees" || len(seen.TOTP.QR) < 21 || len(seen.TOTP.QR[0]) != len(seen.TOTP.QR) || !strings.HasPrefix(seen.TOTP.Link, "otpauth://totp/hello.test:dr.rees?secret="+seen.TOTP.Secret) {
		t.Errorf("%+v", seen)
	}
	stranger.wants("a wrong code", 401, client.CodeSignInFailed, "POST", "/v1/enrol/password", enrolPasswordRequest{token, testPassword, "000000"}, nil)
	stranger.wants("a short password", 400, client.CodeBadRequest, "POST", "/v1/enrol/password", enrolPasswordRequest{token, "short", "000000"}, nil)
	h := w.enrol("dr.rees", token)
	if len(h.recovery) != 10 {
		t.Errorf("%d recovery codes", len(h.recovery))
	}
	stranger.wants("the link again", 410, client.CodeLinkExpired, "POST", "/v1/enrol", enrolRequest{token}, nil)
	var me meBody
	h.wants("who is signed in", 200, "", "GET", "/v1/me", nil, &me)
	if me.Name != "dr.rees" || me.Recovery != 10 {
		t.Errorf("%+v", me)
	}
	again := h.signIn()
	w.visitor().wants("the same code again", 401, client.CodeSignInFailed, "POST", "/v1/signin/password", passwordRequest{"dr.rees", testPassword, h.code()}, nil)
	w.visitor().wants("a recovery code", 200, "", "POST", "/v1/signin/password", passwordRequest{" DR.rees", testPassword, h.recovery[4]}, nil)
	w.visitor().wants("the same one again", 401, client.CodeSignInFailed, "POST", "/v1/signin/password", passwordRequest{"dr.rees", testPassword, h.recovery[4]}, nil)
	if again.ask("GET", "/v1/me", nil, &me); me.Recovery != 9 {
		t.Errorf("%d are left", me.Recovery)
	}
}

// What was wrong is not told, nor whether there is such an account: status, code and
// words are the same, and no cookie comes.
func TestSignInTellsNothing(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees")
	w.invited("new")
	w.host("gone")
	w.root("POST", "/v1/hosts/gone/disable", nil, nil)
	w.clock.advance(31e9)
	answers := map[string]string{}
	for name, body := range map[string]passwordRequest{
		"nobody":           {"nobody", testPassword, h.code()},
		"no name":          {"", testPassword, h.code()},
		"not a name":       {"a b", testPassword, h.code()},
		"a wrong password": {"rees", testPassword + "x", h.code()},
		"no password":      {"rees", "", h.code()},
		"a wrong code":     {"rees", testPassword, "12345x"},
		"no code":          {"rees", testPassword, ""},
		"invited only":     {"new", "", ""},
		"disabled":         {"gone", testPassword, h.code()},
	} {
		w.server.signins.becomes(100, 100)
		v := w.visitor()
		v.wants(name, 401, client.CodeSignInFailed, "POST", "/v1/signin/password", body, nil)
		answers[v.page] = name
		if v.cookie != nil {
			t.Errorf("%s: a cookie", name)
		}
	}
	if len(answers) != 1 {
		t.Errorf("the answers differ: %v", answers)
	}
}

// Tries are limited for one name, wherever they come from, whether or not it is
// somebody's; and the limit passes with time.
func TestTriesAreLimitedForAName(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees")
	w.server.signins.becomes(1000, 1000)
	w.server.people.tries.becomes(1.0/20, 3)
	for _, name := range []string{"rees", "nobody"} {
		for range 3 {
			w.visitor().wants(name, 401, client.CodeSignInFailed, "POST", "/v1/signin/password", passwordRequest{name, "x", "x"}, nil)
		}
		w.visitor().wants(name, 429, client.CodeRateLimited, "POST", "/v1/signin/password", passwordRequest{" " + strings.ToUpper(name), "x", "x"}, nil)
	}
	h.signIn() // half a minute later
}

func TestDisabledHost(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees")
	h.wants("before", 200, "", "GET", "/v1/sessions", nil, nil)
	w.root("POST", "/v1/hosts/rees/disable", nil, nil)
	h.wants("disabled", 401, client.CodeSignInRequired, "GET", "/v1/sessions", nil, nil)
	w.root("POST", "/v1/hosts/rees/enable", nil, nil)
	h.wants("the old sign-in, enabled again", 401, client.CodeSignInRequired, "GET", "/v1/sessions", nil, nil)
	h.signIn().wants("a new one", 200, "", "GET", "/v1/sessions", nil, nil)
}

// A reset takes every way in at once, and older links; the new link gives another.
func TestResetHost(t *testing.T) {
	w := newWorld(t)
	unused := w.invited("rees")
	var first hostBody
	w.root("POST", "/v1/hosts/rees/reset", nil, &first)
	w.visitor().wants("the link before the reset", 410, client.CodeLinkExpired, "POST", "/v1/enrol", enrolRequest{unused}, nil)
	_, token, _ := strings.Cut(first.Link, "#enrol=")
	h := w.enrol("rees", token)
	var second hostBody
	if status, _ := w.root("POST", "/v1/hosts/Rees/reset", nil, &second); status != 200 || second.State != "invited" {
		t.Fatalf("%d %+v", status, second)
	}
	h.wants("the old sign-in", 401, client.CodeSignInRequired, "GET", "/v1/me", nil, nil)
	w.clock.advance(31e9)
	w.visitor().wants("the old password", 401, client.CodeSignInFailed, "POST", "/v1/signin/password", passwordRequest{"rees", testPassword, h.code()}, nil)
	_, token, _ = strings.Cut(second.Link, "#enrol=")
	w.enrol("rees", token)
	w.clock.advance(account.EnrolmentLife)
	var third hostBody
	w.root("POST", "/v1/hosts/rees/reset", nil, &third)
	w.clock.advance(account.EnrolmentLife)
	_, token, _ = strings.Cut(third.Link, "#enrol=")
	w.visitor().wants("a link of three days ago", 410, client.CodeLinkExpired, "POST", "/v1/enrol", enrolRequest{token}, nil)
}

func TestHostsAreListed(t *testing.T) {
	w := newWorld(t)
	w.host("rees")
	w.invited("abbot")
	var list hostList
	w.root("GET", "/v1/hosts", nil, &list)
	if len(list.Hosts) != 2 || list.Hosts[0].Name != "abbot" || list.Hosts[0].State != "invited" || list.Hosts[1].State != "active" || list.Hosts[0].Link != "" {
		t.Errorf("%+v", list)
	}
	for _, c := range [][2]string{{"POST", "/v1/hosts/nobody/reset"}, {"POST", "/v1/hosts/nobody/disable"}, {"DELETE", "/v1/hosts/nobody"}, {"DELETE", "/v1/hosts/%20"}, {"DELETE", "/v1/keys/nothing"}} {
		if status, code := w.root(c[0], c[1], nil, nil); status != 404 || code != client.CodeNotFound {
			t.Errorf("%v: %d %s", c, status, code)
		}
	}
	for _, name := range []string{"rees", "REES", "", "a b"} {
		if status, _ := w.root("POST", "/v1/hosts", hostRequest{name}, nil); status != 400 {
			t.Errorf("%q: %d", name, status)
		}
	}
}

// A removed host leaves nothing: sessions end, keys and sign-ins die, and the name
// is free for somebody who sees none of it.
func TestRemovedHost(t *testing.T) {
	w := newWorld(t)
	h := w.host("rees")
	var made sessionBody
	h.wants("a session", 201, "", "POST", "/v1/sessions", createRequest{}, &made)
	var key keyBody
	w.root("POST", "/v1/keys", keyRequest{Scopes: account.Scopes(), Host: "rees"}, &key)
	if status, _ := w.root("DELETE", "/v1/hosts/rees", nil, nil); status != 204 {
		t.Fatal(status)
	}
	if _, _, err := w.server.sessions.Get(within(t), made.ID); err == nil {
		t.Error("the session is still there")
	}
	other := w.host("rees")
	h.wants("the old sign-in", 401, client.CodeSignInRequired, "GET", "/v1/me", nil, nil)
	if status, _, _, _ := w.exchange("GET", "/v1/sessions", http.Header{"Authorization": {"Bearer " + key.Key}}, nil, nil); status != 401 {
		t.Errorf("the old key: %d", status)
	}
	var list sessionList
	if other.ask("GET", "/v1/sessions", nil, &list); len(list.Sessions) != 0 {
		t.Error("the new one sees the old one's sessions")
	}
}
