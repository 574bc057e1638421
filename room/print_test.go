package room_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"anteroom/room"
)

// secrets are the values of a session that must never be printed, each in the
// types that hold it, with what would give it away.
func secrets(t *testing.T) (values map[string]any, canaries []string) {
	t.Helper()
	h := build(t, func(s *room.Spec) {
		s.Title, s.Guests, s.Passcode = "canary-title", []string{"canary-label"}, "canary-passcode"
	})
	b := newBrowser(t)
	host := h.arrive("H1", newBrowser(t))
	r := h.wish("canary-label", b)
	r.Passcode = "canary-passcode"
	guest, _ := h.redeem(r)
	h.redeem(h.wish("canary-label", newBrowser(t)))
	s, view := h.session(), h.view(host)
	link := h.link("canary-label", -1)
	seat, _ := s.Seat(guest.ID)
	preview, _ := s.PreviewLink(h.link("H2", -1), h.keys, h.now)
	watcher, err := h.all.Watch(t.Context(), h.id)
	if err != nil {
		t.Fatal(err)
	}
	values = map[string]any{
		"Text": s.Title, "SessionID": s.ID, "InviteID": link.Invite, "SeatID": guest.ID, "SeatKey": b.key,
		"Token": h.links["H1"][0], "Secret": secretOf("canary-secret-"), "Keys": *h.keys, "Actor": room.BySeat(guest.ID),
		"Actor by owner": room.ByOwner("canary-owner"), "Link": link, "Redemption": r, "Session": *s,
		"Invite": *s.Invites[0], "Issued": room.Issued{Invite: s.Invites[0], JTI: link.JTI}, "Seat": seat, "View": view,
		"Me": view.Me, "SessionView": view.Session, "Person": view.People[0], "AtDoor": view.Door[0],
		"RegisterEntry": view.Register[0], "Notice": view.Notices[0], "Preview": preview, "Watcher": *watcher, "Spec": usual(),
	}
	_, signing := h.keys.SigningKey()
	canaries = []string{
		"canary", "Tuesday", "blue kettle", "Hello, good", "I ring you", owner, string(s.ID), string(guest.ID), string(b.key), link.JTI,
		string(link.Invite), string(h.links["H1"][0]), numbers(signing), numbers(s.Invites[0].Link),
	}
	return values, canaries
}

// numbers is how fmt prints the start of a slice of bytes.
func numbers(b []byte) string { return strings.Trim(fmt.Sprint(b[:6]), "[]") }

// shapes are how a value gets into a print statement.
func shapes(v any) map[string]any {
	pointer := reflect.New(reflect.TypeOf(v))
	pointer.Elem().Set(reflect.ValueOf(v))
	slice := reflect.MakeSlice(reflect.SliceOf(reflect.TypeOf(v)), 1, 1)
	slice.Index(0).Set(reflect.ValueOf(v))
	return map[string]any{
		"value": v, "pointer": pointer.Interface(), "slice": slice.Interface(), "field": struct{ V any }{v},
		"map": map[string]any{"v": v}, "nested": struct{ P any }{struct{ Q []any }{[]any{v}}}, "error": fmt.Errorf("no: %v", v),
	}
}

// TestP5NothingPrintsWhoOrWhat: no verb of fmt and no handler of slog shows what
// a person wrote, an identifier or a secret.
func TestP5NothingPrintsWhoOrWhat(t *testing.T) {
	values, canaries := secrets(t)
	for name, v := range values {
		for shape, shaped := range shapes(v) {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "% x", "%10.3s", "%T %v"} {
				args := []any{shaped, shaped}[:strings.Count(verb, "%")]
				search(t, name+" as "+shape+" with "+verb, fmt.Sprintf(verb, args...), canaries)
			}
		}
		search(t, name+" as an operand", fmt.Sprint(v)+fmt.Sprintln("a", v), canaries)
		for handler, logged := range logs(t, v) {
			search(t, name+" in a log as "+handler, logged, canaries)
		}
	}
}

func logs(t *testing.T, v any) map[string]string {
	t.Helper()
	pointer := reflect.New(reflect.TypeOf(v))
	pointer.Elem().Set(reflect.ValueOf(v))
	var asJSON, asText bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&asJSON, nil), slog.NewTextHandler(&asText, nil)} {
		log := slog.New(handler)
		log.Info("value", "v", v)
		log.With("v", v).WithGroup("g").Info("pointer", "p", pointer.Interface())
		log.LogAttrs(context.Background(), slog.LevelInfo, "group", slog.Group("g", slog.Any("v", v)))
	}
	return map[string]string{"JSON": asJSON.String(), "text": asText.String()}
}

func contains(printed, canary string) bool {
	return strings.Contains(printed, canary) || strings.Contains(strings.ToLower(printed), fmt.Sprintf("%x", canary))
}

func search(t *testing.T, what, printed string, canaries []string) {
	t.Helper()
	for _, canary := range canaries {
		if contains(printed, canary) {
			t.Errorf("%s shows a secret", what)
			return
		}
	}
}

// The search itself must find what it looks for.
func TestP5TheSearchFindsWhatIsPrinted(t *testing.T) {
	values, canaries := secrets(t)
	s := values["Session"].(room.Session)
	found := 0
	for _, printed := range []string{string(s.Title), fmt.Sprintf("%x", string(s.Title)), string(s.ID), fmt.Sprint(s.Invites[0].Link)} {
		for _, canary := range canaries {
			if contains(printed, canary) {
				found++
				break
			}
		}
	}
	if found != 4 {
		t.Fatalf("the search found %d of 4", found)
	}
}

// TestP5NoRefusalSaysWhoOrWhat: the words of a refusal are the same for all.
func TestP5NoRefusalSaysWhoOrWhat(t *testing.T) {
	_, canaries := secrets(t)
	long := strings.Repeat("canary", 400)
	for _, change := range []func(*room.Spec){
		func(s *room.Spec) { s.Title = long }, func(s *room.Spec) { s.Guests = []string{"canary\x00"} },
		func(s *room.Spec) { s.Guests = []string{"canary", "CANARY"} }, func(s *room.Spec) { s.Greeting = "canary\xff" },
		func(s *room.Spec) { s.Passcode = long }, func(s *room.Spec) { s.Policy.ScreenShare = "canary" },
	} {
		spec := usual()
		change(&spec)
		_, _, err := room.New(spec, "canary-owner", keysOf(t, "k"), someTime())
		if room.CodeOf(err) != room.CodeBadRequest {
			t.Fatalf("a wrong session is refused with %q", room.CodeOf(err))
		}
		search(t, "a refusal", fmt.Sprintf("%v %+v %#v", err, err, err), canaries)
	}
}
