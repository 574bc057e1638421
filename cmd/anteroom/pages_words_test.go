package main

import (
	"strings"
	"testing"

	"anteroom/web/browsertest"
)

// The page speaks the browser's language where it can, another one when asked,
// and the language stays through a reload and to the end.
func TestLanguages(t *testing.T) {
	t.Parallel()
	app := launch(t, ownWordsOf)
	s := app.createSession(t, "S.", "M.")
	browser := browsertest.Chromium(t)
	g := newWalker(t, browser, variant{name: "german", page: browsertest.PageOptions{Width: 360, Height: 740, Phone: true, Locale: "de-DE"}}, "")
	g.Goto(s.guest("S."))
	g.WaitText("Hier sind Sie richtig")
	g.Wait("document.documentElement.lang === 'de'")
	g.at("60-welcome")
	g.Click("button", "Cymraeg")
	g.WaitText("Rydych chi yn y lle iawn")
	g.Wait("document.documentElement.lang === 'cy'")
	g.at("61-welcome-welsh")
	g.Reload()
	g.WaitText("Rydych chi yn y lle iawn")
	g.Click("button", "Deutsch")
	g.Click("button", "Kamera und Mikrofon prüfen")
	g.Click("button", "Um Einlass bitten")
	g.WaitStatus("Sie sind im Warteraum")
	g.at("62-waiting")
	host := newWalker(t, browser, variant{name: "german", page: browsertest.PageOptions{Locale: "de"}}, "")
	host.Goto(s.host())
	host.Click("button", "Kamera und Mikrofon prüfen")
	host.Click("button", "Eintreten")
	host.Click("button", "S. einlassen")
	g.seesAndHears(1)
	g.at("63-room")
	host.Click("button", "Menschen")
	host.at("64-host")
	g.Click("button", "Gehen")
	g.WaitText("Sie sind gegangen")
	g.WaitText("116 123 anrufen")
	g.Wait("document.documentElement.lang === 'de' && sessionStorage.length === 0 && window.name === ''")
	g.quiet(app.URL())

	d := newWalker(t, browser, variant{name: "german", page: browsertest.PageOptions{Locale: "de-CH"}}, "")
	d.Goto(app.SignInLink())
	d.WaitFor("button", "Neue Sitzung")
	d.at("65-desk")
	d.Click("button", "Cymraeg")
	d.WaitFor("button", "Sesiwn newydd")
	d.Wait("document.documentElement.lang === 'cy'")
	d.quiet(app.URL())
}

// What the operator wrote is on the pages: who runs the service, its colour,
// its checklist, and the words to send.
func TestOperatorsWordsOnThePages(t *testing.T) {
	t.Parallel()
	app := launch(t, ownWordsOf, func(c *Config) {
		c.Look.Accent = "#6a1b4d"
		c.Words = Wording{Invitation: "We meet {when}.\n{link}", Checklist: []string{"Is the door closed?"}}
	})
	s := app.createSession(t, "S.")
	browser := browsertest.Chromium(t)
	g := newWalker(t, browser, onPhone("own"), "")
	g.Goto(s.guest("S."))
	for _, text := range []string{"Is the door closed?", "This service is run by Harbour Practice.", "a data centre in Cardiff, Wales", "hello@harbour.example", "Last reviewed: 1 November 2026"} {
		g.WaitText(text)
	}
	if strings.Contains(g.Text(), "Siri") {
		t.Error("the page's own checklist is still there")
	}
	g.Wait("getComputedStyle(document.querySelector('.button.primary')).backgroundColor === 'rgb(106, 27, 77)'")
	g.at("66-own-words")
	g.Click("button", "Urgent help")
	g.Wait("document.querySelector('dialog[open] a[href=\"tel:116123\"]') && document.querySelector('dialog a[rel~=noreferrer][href=\"https://www.samaritans.org\"]')")
	g.Press("Escape")
	g.Wait("!document.querySelector('dialog')")

	d := newWalker(t, browser, onWide("own"), "")
	d.Goto(app.SignInLink())
	d.Click("button", "New session")
	d.Fill("Person 1", "S.")
	d.Click("button", "Create")
	d.Click("button", "Invitation for S.")
	d.Wait("/^We meet .+\\.\\nhttp.+\\/j#/.test(document.querySelector('textarea').value)")
}

// Inside another app the link stays usable until the person's own browser has
// it; nothing is redeemed by looking.
func TestInsideAnotherApp(t *testing.T) {
	t.Parallel()
	app := launch(t)
	s := app.createSession(t, "S.")
	browser := browsertest.Chromium(t)
	const inside = `Object.defineProperty(navigator, 'userAgent', { value: 'Mozilla/5.0 (iPhone) AppleWebKit Mobile/15E148 Instagram 300.0' });
window.copied = []; Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied.push(text); } } });`
	p := newWalker(t, browser, onPhone("inside"), inside)
	p.Goto(s.guest("S."))
	p.WaitText("has not been used yet")
	p.at("67-inside-an-app")
	p.Click("button", "Copy my link")
	p.Wait("window.copied.length === 1")
	var copied string
	if p.Eval("window.copied[0]", &copied); copied != s.guest("S.") {
		t.Error("another link was copied")
	}
	own := newPerson(t, browser, "S.", browsertest.PageOptions{Locale: "en-GB"})
	own.askToJoin(copied)
	own.WaitStatus("waiting room")
}
