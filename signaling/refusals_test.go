package signaling

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"anteroom/room"
	"anteroom/signaling/client"
)

// asked redeems a link as options say and returns how that ended.
func (m *meeting) asked(label string, change ...func(*client.Options)) error {
	m.t.Helper()
	o := m.options()
	for _, fn := range change {
		fn(&o)
	}
	_, err := client.Join(within(m.t), m.links[label], o)
	return err
}

func knocking(o *client.Options) { o.Knock = true }

func saying(passcode string) func(*client.Options) {
	return func(o *client.Options) { o.Passcode = passcode }
}

func holding(key *client.Key) func(*client.Options) { return func(o *client.Options) { o.Key = key } }

// joinBody is a join request with a right signature, put together by hand.
func (m *meeting) joinBody(label, nonce string) string {
	m.t.Helper()
	token := m.links[label].Token()
	payload := must[[]byte](m.t)(base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1]))
	var claims struct {
		JTI string `json:"jti"`
	}
	ok(m.t, json.Unmarshal(payload, &claims))
	key := must[*client.Key](m.t)(client.NewKey())
	sig := signature(m.t, key, "anteroom-join-v1", "POST", "http://hello.test/v1/join", claims.JTI, nonce, key.Public())
	return fmt.Sprintf(`{"token":%q,"key":%q,"nonce":%q,"signature":%q}`, token, key.Public(), nonce, sig)
}

func (w *world) nonce() string { return w.keys.Nonce(w.clock.now()) }

// TestEveryRefusal brings every code of PROTOCOL.md §2 about over HTTP, with its
// status.
func TestEveryRefusal(t *testing.T) {
	table := codeTable(t)
	for code := range table {
		bring := refusals()[client.Code(code)]
		if bring == nil {
			t.Errorf("nothing brings %s about", code)
			continue
		}
		t.Run(string(code), func(t *testing.T) {
			err := bring(newWorld(t))
			refused(t, err, client.Code(code))
			var e *client.Error
			if errors.As(err, &e) && e.Status != table[code] {
				t.Errorf("status %d, not %d", e.Status, table[code])
			}
			if timed := code == room.CodeTooEarly || code == room.CodeRateLimited; timed == e.RetryAt.IsZero() {
				t.Errorf("retry_at is %v", e.RetryAt)
			}
		})
	}
}

// posted makes a refusal of the answer to a call by hand.
func (w *world) posted(method, path, body string, header http.Header) error {
	status, code := w.post(method, path, body, header)
	return &client.Error{Status: status, Code: code}
}

func refusals() map[client.Code]func(*world) error {
	all := refusalsOfCalls()
	for code, bring := range refusalsOfLinks() {
		all[code] = bring
	}
	for code, bring := range refusalsOfPeople() {
		all[code] = bring
	}
	return all
}

func refusalsOfCalls() map[client.Code]func(*world) error {
	return map[client.Code]func(*world) error{
		client.CodeBadRequest: func(w *world) error { return w.posted("POST", "/v1/join", `{"tokens":""}`, nil) },
		client.CodeSignInRequired: func(w *world) error {
			w.api.Key = "another"
			_, err := w.api.List(within(w.t))
			return err
		},
		client.CodeSignInFailed: func(w *world) error {
			return w.posted("POST", "/v1/signin/password", `{"name":"nobody","password":"x","code":"000000"}`, nil)
		},
		client.CodeSignatureInvalid: func(w *world) error {
			m := w.of("S.")
			body := m.joinBody("S.", m.nonce())
			w.clock.advance(room.NonceLife + 2*time.Second)
			return m.posted("POST", "/v1/join", body, nil)
		},
		client.CodeNotAllowed: func(w *world) error {
			return w.posted("POST", "/v1/nonce", "", http.Header{"Origin": {"http://evil.test"}})
		},
		client.CodeNotFound: func(w *world) error { _, err := w.api.Get(within(w.t), "nope"); return err },
		client.CodeKeyReused: func(w *world) error {
			_, err := w.api.CreateOnce(within(w.t), "k", client.SessionSpec{})
			ok(w.t, err)
			_, err = w.api.CreateOnce(within(w.t), "k", client.SessionSpec{Title: "Tuesday"})
			return err
		},
		client.CodeConfirm: func(w *world) error {
			return w.host("rees").asked("POST", "/v1/me/recovery")
		},
		client.CodeLastWay: func(w *world) error {
			h := w.host("rees")
			h.has(passkeyOf("one"))
			h.without()
			return h.proven().asked("DELETE", "/v1/me/passkeys/"+passkeyOf("one").Ref())
		},
		client.CodeTooLarge: func(w *world) error {
			return w.posted("POST", "/v1/preview", strings.Repeat(" ", MaxMessage+1), nil)
		},
		client.CodeRateLimited: func(w *world) error {
			w.server.joins.becomes(0.01, 1)
			w.post("POST", "/v1/nonce", "", nil)
			_, err := client.PreviewLink(within(w.t), client.Link{}, w.options())
			return err
		},
		client.CodeUnavailable: func(w *world) error {
			m := w.of("S.")
			ok(w.t, w.store.Close())
			return m.asked("S.")
		},
	}
}

func refusalsOfLinks() map[client.Code]func(*world) error {
	return map[client.Code]func(*world) error{
		client.CodeLinkInvalid: func(w *world) error {
			link := must[client.Link](w.t)(client.Parse("http://hello.test/j#e30.eyJqdGkiOiJ4In0.c2ln"))
			_, err := client.Join(within(w.t), link, w.options())
			return err
		},
		client.CodeLinkUsed: func(w *world) error {
			m := w.of("S.")
			m.join("S.")
			return m.asked("S.")
		},
		client.CodeTooEarly: func(w *world) error {
			return w.create(client.SessionSpec{Opens: w.clock.now().Add(time.Hour), Guests: client.Labels("S.")}).asked("S.")
		},
		client.CodeEnded: func(w *world) error {
			m := w.of("S.")
			ok(w.t, w.api.End(within(w.t), m.session.ID))
			return m.asked("S.")
		},
		client.CodeLinkExpired: func(w *world) error {
			m := w.of("S.")
			w.clock.advance(room.DefaultLength + room.Leeway + time.Second)
			return m.asked("S.")
		},
		client.CodeLinkWithdrawn: func(w *world) error {
			m := w.of("S.")
			ok(w.t, w.api.Withdraw(within(w.t), m.session.ID, m.invite("S.").ID))
			return m.asked("S.")
		},
		client.CodeFull: func(w *world) error {
			one := 1
			m := w.create(client.SessionSpec{Guests: client.Labels("S.", "M."), Policy: &client.Policy{Seats: &one}})
			m.join("S.")
			return m.asked("M.")
		},
		client.CodeE2EERequired: func(w *world) error {
			required := "required"
			return w.create(client.SessionSpec{Guests: client.Labels("S."), Policy: &client.Policy{E2EE: &required}}).asked("S.")
		},
	}
}

func refusalsOfPeople() map[client.Code]func(*world) error {
	locked := func(w *world, passcode string) *meeting {
		return w.create(client.SessionSpec{Guests: client.Labels("S."), Passcode: passcode})
	}
	return map[client.Code]func(*world) error{
		client.CodePasscodeRequired: func(w *world) error { return locked(w, "harbour").asked("S.") },
		client.CodePasscodeWrong:    func(w *world) error { return locked(w, "harbour").asked("S.", saying("haven")) },
		client.CodeSuspended: func(w *world) error {
			m := locked(w, "harbour")
			for range room.WrongPasscodes - 1 {
				refused(w.t, m.asked("S.", saying("haven")), client.CodePasscodeWrong)
			}
			refused(w.t, m.asked("S.", saying("haven")), client.CodeSuspended)
			return m.asked("S.", saying("harbour"))
		},
		client.CodeLocked: func(w *world) error {
			m := w.of("S.")
			ok(w.t, m.enter("Host").Lock(within(w.t)))
			return m.asked("S.")
		},
		client.CodeRemoved: func(w *world) error {
			m := w.of("S.")
			host := m.enter("Host")
			guest := m.admitted(host, "S.")
			ok(w.t, host.Remove(within(w.t), guest.seat.ID))
			return m.asked("S.", holding(guest.seat.Key()))
		},
		client.CodeDeclined: func(w *world) error {
			m := w.of("S.")
			host := m.enter("Host")
			m.join("S.")
			for range room.Declines {
				stranger, err := client.Join(within(w.t), m.links["S."], client.Options{HTTP: w.http, Server: w.url, Knock: true})
				ok(w.t, err)
				ok(w.t, host.Decline(within(w.t), stranger.ID, ""))
			}
			return m.asked("S.", knocking)
		},
		client.CodeLeft: func(w *world) error {
			m := w.of("S.")
			guest := m.enter("S.")
			ok(w.t, guest.Leave(within(w.t)))
			m.bye(guest, client.CodeLeft)
			return m.asked("S.", holding(guest.seat.Key()))
		},
	}
}
