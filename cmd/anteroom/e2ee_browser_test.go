package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"anteroom/cmd/internal/netlab"
	"anteroom/signaling/client/e2ee"
	"anteroom/web/browsertest"
)

// withSecrets makes the links those of a host's browser: with the secret of
// end-to-end encryption behind the token.
func (c created) withSecrets() created {
	c.t.Helper()
	var root e2ee.HostSecret
	_, _ = rand.Read(root[:])
	hosts, guests := []invited{}, []invited{}
	for _, one := range c.Hosts {
		one.Link = e2ee.Append(one.Link, root)
		hosts = append(hosts, one)
	}
	for _, one := range c.Guests {
		one.Link = e2ee.Append(one.Link, root.Link(c.ID, one.ID, c.jti(one.Link)))
		guests = append(guests, one)
	}
	c.Hosts, c.Guests = hosts, guests
	return c
}

func (c created) jti(link string) string {
	c.t.Helper()
	_, token, _ := strings.Cut(link, "#")
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		c.t.Fatal(err)
	}
	var claims struct{ JTI string }
	if err := json.Unmarshal(payload, &claims); err != nil {
		c.t.Fatal(err)
	}
	return claims.JTI
}

// encrypted makes a session with such a policy.
func (l *launched) encrypted(t *testing.T, policy string, guests ...string) created {
	t.Helper()
	return l.createWith(t, map[string]any{"title": "Tuesday", "policy": map[string]any{"auto_lock": false, "e2ee": policy}}, guests...)
}

const codeShown = `document.querySelector('.safety-code')?.dataset.code ?? ''`

// safetyCode waits for the code on a screen and returns it.
func (p *person) safetyCode() string {
	p.t.Helper()
	p.Wait(codeShown + ` !== ''`)
	var code string
	p.Eval(codeShown, &code)
	return code
}

// sameCode waits until all screens show one code.
func sameCode(t *testing.T, all ...*person) string {
	t.Helper()
	code := all[0].safetyCode()
	for _, p := range all[1:] {
		p.Wait(fmt.Sprintf("(%s) === %q", codeShown, code))
	}
	if len(code) != 6 {
		t.Errorf("the code is %q", code)
	}
	return code
}

// letIn brings a guest from the link into the room.
func (p *person) letIn(host *person, link, label string) {
	p.t.Helper()
	p.askToJoin(link)
	host.Click("button", "Admit "+label)
}

func TestEncryptedInChromium(t *testing.T) {
	app := launch(t)
	browser := browsertest.Chromium(t)
	for name, s := range map[string]created{
		"link secret": app.encrypted(t, "required", "S.").withSecrets(),
		"API":         app.encrypted(t, "required", "S."),
	} {
		t.Run(name, func(t *testing.T) {
			host := newPerson(t, browser, "host", browsertest.PageOptions{Width: 1280, Height: 800})
			guest := newPerson(t, browser, "S.", browsertest.PageOptions{Width: 390, Height: 844, Phone: true})
			host.enter(s.host())
			guest.letIn(host, s.guest("S."), "S.")
			host.seesAndHears(1)
			guest.seesAndHears(1)
			sameCode(t, host, guest)
			host.picture("e2ee-host")
			guest.picture("e2ee-guest-phone")
		})
	}
}

func TestEncryptedInFirefoxAndAcross(t *testing.T) {
	lab := netlab.New(t)
	app := launchIn(t, lab.Node("gateway"))
	o := browsertest.Options{Network: lab.Node("people"), SecureOrigins: []string{app.URL()}}
	chromium, firefox := browsertest.Chromium(t, o), browsertest.Firefox(t, o)
	s := app.encrypted(t, "required", "S.", "M.").withSecrets()
	// One after the other: Firefox opens devices only for the page in front.
	host := newPerson(t, firefox, "host", browsertest.PageOptions{})
	host.enter(s.host())
	same := newPerson(t, firefox, "S.", browsertest.PageOptions{})
	same.letIn(host, s.guest("S."), "S.")
	host.seesAndHears(1)
	same.seesAndHears(1)
	sameCode(t, host, same)
	other := newPerson(t, chromium, "M.", browsertest.PageOptions{})
	other.letIn(host, s.guest("M."), "M.")
	for _, p := range []*person{host, same, other} {
		p.seesAndHears(2)
	}
	sameCode(t, host, same, other)
}

func TestWithoutEncryptionItIsSaid(t *testing.T) {
	app := launch(t)
	browser := browsertest.Chromium(t)
	s := app.encrypted(t, "off", "S.")
	host := newPerson(t, browser, "host", browsertest.PageOptions{})
	guest := newPerson(t, browser, "S.", browsertest.PageOptions{})
	host.enter(s.host())
	guest.letIn(host, s.guest("S."), "S.")
	host.seesAndHears(1)
	guest.WaitText("Not encrypted end to end")
	host.WaitText("Not encrypted end to end")
	app.call(http.MethodPost, "/v1/sessions/"+s.ID+"/end", nil, nil)
}
