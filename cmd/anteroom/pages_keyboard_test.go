package main

import (
	"testing"

	"anteroom/web/browsertest"
)

// heard keeps what the page says aloud to those who do not see it.
const heard = `
window.heard = [];
addEventListener('DOMContentLoaded', () => {
  const keep = (e) => window.heard.push(e.textContent.trim());
  new MutationObserver((all) => all.forEach((m) => m.addedNodes.forEach(keep))).observe(document.getElementById('announce'), { childList: true });
  new MutationObserver(() => keep(document.getElementById('status'))).observe(document.getElementById('status'), { childList: true, characterData: true, subtree: true });
});
`

func (w *walker) hears(text string) {
	w.t.Helper()
	w.Wait("window.heard.some((line) => line.includes(" + quoted(text) + "))")
}

// A host and a guest hold a whole session by keyboard alone, and whoever does
// not see the page hears what happens.
func TestByKeyboardAlone(t *testing.T) {
	t.Parallel()
	app := launch(t)
	s := app.createSession(t, "S.")
	browser := browsertest.Chromium(t)
	wide := onWide("keyboard")
	host, guest := newWalker(t, browser, wide, heard), newWalker(t, browser, wide, heard)

	guest.Goto(s.guest("S."))
	guest.key("Check camera and microphone")
	guest.WaitFor("button", "Ask to join")
	guest.Wait("document.activeElement.matches('[data-heading]')")
	guest.key("Ask to join")
	guest.hears("You are in the waiting room")
	host.Goto(s.host())
	host.key("Check camera and microphone")
	host.WaitFor("button", "Enter")
	host.key("Enter")
	host.hears("S. is waiting at the door.")
	host.key("Admit S.")
	guest.hears("You have been let in.")
	host.hears("S. has come in.")
	guest.seesAndHears(1)

	guest.key("Raise hand")
	host.hears("S. raises a hand.")
	guest.key("Messages")
	guest.Wait("document.activeElement.id === 'panel-title'")
	guest.tabTo("Your message")
	guest.Type("The sound is fine")
	guest.key("Send")
	host.hears("The sound is fine")
	guest.Press("Escape")
	guest.Wait("document.activeElement.dataset.panel === 'chat'")
	guest.key("Mute")
	guest.WaitFor("button", "Unmute")

	host.key("Hold S.")
	guest.hears("You are back in the waiting room")
	host.key("Admit S.")
	guest.WaitStatus("You are in the room")
	host.key("Lock room")
	guest.hears("The room is locked.")
	guest.key("Leave")
	guest.WaitText("You have left")
	host.hears("S. has gone.")
	host.key("End for everyone")
	host.Wait("document.activeElement.innerText === 'Cancel'")
	host.key("Yes, end for everyone")
	host.WaitText("has ended")
}

// A host signs in, makes a session and enters it by keyboard alone.
func TestDeskByKeyboardAlone(t *testing.T) {
	t.Parallel()
	app := launch(t)
	d := newWalker(t, browsertest.Firefox(t), onWide("keyboard"), heard)
	d.Goto(app.SignInLink())
	d.key("New session")
	d.tabTo("Person 1")
	d.Type("S.")
	d.key("Create")
	d.hears("The session is made.")
	d.key("Invitation for S.")
	d.Wait("document.querySelector('textarea').value.includes('/j#')")
	d.key("End session")
	d.key("Yes, end and erase")
	d.WaitText("erased")
}
