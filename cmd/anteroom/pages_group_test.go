package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"

	"anteroom/signaling/client"
	"anteroom/web/browsertest"
)

// drawnFrame is a VP8 key frame of 160 by 120 that every decoder shows: a head
// and shoulders before a wall.
const drawnFrame = "sA8AnQEqoAB4AAPHCIWFiJmEiBACBBgP6A5aiAnjcNjYlQH1A+X/0AeeA04D+AtYP0GNCeO7Yl3zipBz3DExehiziuNexDHth2Qc4fXww6h8lCN+VJqQ5bEcF4U5iX1nXBbQzW+iaICHr5GYB3vK//MikSBIopuHx9xawfcHpGObdKFTLjWA/uUK1WqjOfsrB+ZgMbHBM9KHpf/v82bOF0v9AUYc9mgWR8ueaqr9ky2ozGIB2wJURzHBCSNaaJpvl66PEJcu+lLZ2DewTp1+6cYZpPayWbV7YAOI7SlmYJJ2qBWYR7+72C0f4EAsxuC8RnRQxZzHq3G3wdAAqtG8lpil5E3l02wYH2bT7fTV91AuQmflSNs2I75mMtlcSErGa2fz6cphBxIONfol9UHsbzmIav5TnPdJU6ubvuUnvr0ivVHQk0WJZIi16lrq9UVthl+kkwDDePNejzQTGGOR2OCe3aYkA79gynvgsy5m9ahaE/8ZesIzEh1tDV9A9VEP68XrWj52TtxxJ10QcJtBU3Gpxlk8UBLb0g9HkZbkD5v+rgLiftIS58AXQlqP/H9zWPU3YM1leQA="

// show sends somebody's picture, twice a second, and receives nothing.
func (v *visit) show(one *visitor) {
	v.t.Helper()
	media := need[*client.Media](v.t)(one.Publish(v.within(), client.MediaOptions{Engine: v.engine, Fixed: true}))
	v.t.Cleanup(media.Close)
	v.ok(media.WaitConnected(v.within()))
	v.ok(one.Send(v.within(), true, true, false))
	frame := need[[]byte](v.t)(base64.StdEncoding.DecodeString(drawnFrame))
	ctx, cancel := context.WithCancel(v.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for n := uint16(1); ; n++ {
			head := rtp.Header{SequenceNumber: n, Timestamp: uint32(n) * 45000, Marker: true}
			_ = media.Track(client.Camera).WriteRTP(&rtp.Packet{Header: head, Payload: append([]byte{0x10}, frame...)})
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	v.t.Cleanup(func() { cancel(); <-done })
}

// misplaced is what is wrong with how the people are laid out: nobody lies over
// anybody, all are wide enough to be seen, and short names are readable.
const misplaced = `(() => {
  const all = document.querySelector('.tiles').getBoundingClientRect();
  const faults = [];
  const tiles = [...document.querySelectorAll('.tile')];
  const boxes = tiles.map((tile) => tile.getBoundingClientRect());
  boxes.forEach((a, i) => {
    if (a.width < 120 || a.height < 90) faults.push('tile ' + i + ' is ' + Math.round(a.width) + ' by ' + Math.round(a.height));
    if (a.left < all.left - 1 || a.right > all.right + 1) faults.push('tile ' + i + ' is beyond the edge');
    boxes.slice(i + 1).forEach((b) => {
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) faults.push('tile ' + i + ' lies over another');
    });
    const name = tiles[i].querySelector('.name');
    const caption = tiles[i].querySelector('.caption').getBoundingClientRect();
    if (parseFloat(getComputedStyle(name).fontSize) < 12) faults.push('small: ' + name.textContent);
    if (caption.right > a.right || caption.bottom > a.bottom) faults.push('outside its tile: ' + name.textContent);
    if (name.textContent.length < 14 && name.scrollWidth > name.clientWidth + 1) faults.push('cut: ' + name.textContent);
  });
  return faults;
})()`

// shown: everybody who is in sight has a picture; of others none is sent.
const shown = `(() => {
  const all = document.querySelector('.tiles').getBoundingClientRect();
  const inSight = [...document.querySelectorAll('.tile')].filter((tile) => {
    const box = tile.getBoundingClientRect();
    return box.top < all.bottom && box.bottom > all.top;
  });
  return inSight.length > 7 && inSight.every((tile) => tile.querySelector('video')?.videoWidth > 0);
})()`

func (w *walker) laidOut(state string, people int) {
	w.t.Helper()
	w.Wait(fmt.Sprintf("document.querySelectorAll('.tile').length === %d", people))
	w.Wait(shown)
	w.at(state)
	var faults []string
	if w.Eval(misplaced, &faults); len(faults) != 0 {
		w.t.Errorf("%s: %v", state, faults)
	}
	w.Eval("document.querySelector('.tiles').scrollTop = 10000", nil)
	w.Wait(shown)
	w.Eval("document.querySelector('.tiles').scrollTop = 0", nil)
}

// Sixteen people in one room: a host on a wide screen and a guest with a phone
// see all of them, and the host mutes all, is told of a used link, and saves it.
func TestSixteenInOneRoom(t *testing.T) {
	t.Parallel()
	app := launch(t)
	labels := []string{"A.", "Ben", "C. from the north", "Dilys", "Eleri", "F.", "Gwen", "Hari", "I.", "Jo", "Ann-Margaret of the second Tuesday group", "Lena", "M.", "Ní Bhriain"}
	v := app.visit(append(slices.Clone(labels), "Phone")...)
	browser := browsertest.Chromium(t)
	const saved = `URL.createObjectURL = ((real) => (blob) => { window.saved = blob.text(); return real.call(URL, blob); })(URL.createObjectURL);`
	host := newWalker(t, browser, onWide("wide"), heard+saved)
	phone := newWalker(t, browser, variant{name: "phone", page: browsertest.PageOptions{Width: 390, Height: 844, Phone: true, Dark: true, Locale: "en-GB"}}, heard)
	host.enter(v.session.Hosts[0].Link)
	phone.askToJoin(v.session.Guests[len(labels)].Link)
	var crowd []*visitor
	for _, name := range labels {
		crowd = append(crowd, v.enter(name))
	}
	host.WaitText("15 at the door")
	host.at("70-group-door")
	host.Click("button", "Admit all")
	for _, one := range crowd {
		v.see(one, isIn)
		v.show(one)
	}
	v.ok(crowd[3].Hand(v.within(), true))
	host.hears("Dilys raises a hand.")
	phone.laidOut("71-group", 16)
	host.laidOut("72-group", 16)
	if host.HasButton("Close") {
		host.Click("button", "Close")
	}
	host.laidOut("73-group-alone", 16)
	host.Click("button", "Choose what to do about Lena")
	host.WaitFor("button", "Mute all")
	host.Wait("document.activeElement.closest('.person').innerText.startsWith('Lena')")
	host.at("74-group-people")

	host.Click("button", "Mute all")
	phone.hears("The host has switched your sound off.")
	for _, one := range crowd {
		v.see(one, func(view client.View) bool { me, _ := view.Person(one.seat.ID); return me.Muted })
	}
	host.WaitGone("button", "Mute all")
	_, err := v.redeem("Ben", nil, false)
	v.refused(err, client.CodeLinkUsed)
	host.hears("used link of Ben")
	host.Click("button", "Save as a text file")
	host.Wait("window.saved.then((text) => text.includes('Ben'))")
	host.quiet(app.URL())
	phone.quiet(app.URL())
}
