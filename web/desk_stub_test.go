package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"anteroom/web"
)

const signInToken = "x19C6Zk0nNhFeTs51XAR7-nnbNJI8XATy_Ho88Wkx_M"

type label struct {
	Label string `json:"label"`
}

// created is what the page sent to make a session.
type created struct {
	Title  string         `json:"title,omitempty"`
	Opens  string         `json:"opens,omitempty"`
	Closes string         `json:"closes"`
	Guests []label        `json:"guests"`
	Hosts  []label        `json:"hosts"`
	Policy map[string]any `json:"policy"`
}

type invite struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Role  string `json:"role"`
	State string `json:"state"`
	Link  string `json:"link,omitempty"`
}

type session struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	State    string   `json:"state"`
	Opens    string   `json:"opens"`
	Closes   string   `json:"closes"`
	Locked   bool     `json:"locked"`
	Paused   bool     `json:"paused"`
	Passcode bool     `json:"passcode"`
	Hosts    []invite `json:"hosts"`
	Guests   []invite `json:"guests"`
}

// gateway answers the hosts' half of the protocol for one session, as far as a
// page can see, so that the page is tested by itself.
type gateway struct {
	mu      sync.Mutex
	asked   created  // guarded by mu
	session *session // guarded by mu
	links   int      // guarded by mu
	forgets bool     // whether browsers keep no cookies of it
}

// serve puts the pages and the gateway on an address of their own.
func (g *gateway) serve(t *testing.T) string {
	t.Helper()
	pages, err := web.Handler(web.Config{})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.HandleFunc("POST /v1/signin", g.signIn)
	mux.HandleFunc("GET /v1/signin", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, map[string]any{"link": true, "password": false, "passkey": "", "provider": ""})
	})
	mux.HandleFunc("GET /v1/me", g.signedIn(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, map[string]any{"name": "", "recovery": 0, "password": false})
	}))
	mux.HandleFunc("GET /v1/about", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, struct{}{}) })
	mux.HandleFunc("GET /v1/sessions", g.signedIn(g.list))
	mux.HandleFunc("POST /v1/sessions", g.signedIn(g.create))
	mux.HandleFunc("POST /v1/sessions/{id}/invites/{iid}/reissue", g.signedIn(g.reissue))
	mux.HandleFunc("POST /v1/sessions/{id}/end", g.signedIn(g.end))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, code string) {
	answer(w, status, map[string]any{"error": map[string]string{"code": code, "message": "No."}})
}

func (g *gateway) signIn(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Token string `json:"token"`
	}
	if json.NewDecoder(r.Body).Decode(&body) != nil || body.Token != signInToken {
		refuse(w, http.StatusUnauthorized, "sign_in_required")
		return
	}
	if g.forgets {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "anteroom_host", Value: "yes", Path: "/v1/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	w.WriteHeader(http.StatusNoContent)
}

// signedIn asks for the cookie and holds the lock.
func (g *gateway) signedIn(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("anteroom_host"); err != nil {
			refuse(w, http.StatusUnauthorized, "sign_in_required")
			return
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		next(w, r)
	}
}

func (g *gateway) list(w http.ResponseWriter, _ *http.Request) {
	all := []session{}
	if g.session != nil {
		all = append(all, *g.session)
	}
	answer(w, http.StatusOK, map[string]any{"sessions": all})
}

func (g *gateway) create(w http.ResponseWriter, r *http.Request) {
	g.asked = created{}
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if decoder.Decode(&g.asked) != nil {
		refuse(w, http.StatusBadRequest, "bad_request")
		return
	}
	one := session{ID: "c2Vzc2lvbg", Title: g.asked.Title, State: "open", Opens: "2026-11-22T17:00:00Z", Closes: "2026-11-22T17:50:00Z"}
	one.Hosts, one.Guests = g.invites("host", g.asked.Hosts), g.invites("guest", g.asked.Guests)
	answer(w, http.StatusCreated, one)
	one.Hosts, one.Guests = withoutLinks(one.Hosts), withoutLinks(one.Guests)
	g.session = &one
}

func (g *gateway) invites(role string, labels []label) (all []invite) {
	for _, l := range labels {
		all = append(all, invite{ID: fmt.Sprintf("%s%06d", role[:2], len(all)), Label: l.Label, Role: role, State: "expected", Link: g.link()})
	}
	return all
}

func (g *gateway) link() string {
	g.links++
	return fmt.Sprintf("https://hello.example/j#LINK%d", g.links)
}

func withoutLinks(all []invite) (bare []invite) {
	for _, i := range all {
		i.Link = ""
		bare = append(bare, i)
	}
	return bare
}

func (g *gateway) reissue(w http.ResponseWriter, r *http.Request) {
	for _, i := range append(g.session.Hosts, g.session.Guests...) {
		if i.ID == r.PathValue("iid") {
			i.Link = g.link()
			answer(w, http.StatusOK, i)
			return
		}
	}
	refuse(w, http.StatusNotFound, "not_found")
}

func (g *gateway) end(w http.ResponseWriter, _ *http.Request) {
	g.session = nil
	w.WriteHeader(http.StatusNoContent)
}

// comes lets a guest come to the door.
func (g *gateway) comes(guest int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.session.Guests[guest].State = "waiting"
}

func (g *gateway) request() created {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked
}
