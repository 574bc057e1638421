package signaling

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"anteroom/room"
	"anteroom/signaling/client"
)

func linksOf(s client.Session) (all []string) {
	for _, inv := range append(s.Hosts, s.Guests...) {
		if inv.Link != "" {
			all = append(all, inv.Label)
		}
	}
	return all
}

// A call whose answer was lost is made again, here and on another machine: there
// is one session, and the links of both answers are the same people's.
func TestARepeatedCreateIsOneSession(t *testing.T) {
	first := newWorld(t)
	second := newNode(t, first.store)
	spec := client.SessionSpec{Title: "Tuesday", Guests: client.Labels("S.", "M."), Passcode: "harbour"}
	made := must[client.Session](t)(first.api.CreateOnce(within(t), "8e03978e-40d5", spec))
	again := must[client.Session](t)(second.api.CreateOnce(within(t), "8e03978e-40d5", spec))
	if again.ID != made.ID || len(linksOf(again)) != 3 {
		t.Fatalf("%s with %d links, and again %s with %d", made.ID, len(linksOf(made)), again.ID, len(linksOf(again)))
	}
	if all := must[[]client.Session](t)(first.api.List(within(t))); len(all) != 1 {
		t.Errorf("there are %d sessions", len(all))
	}
	o := first.options()
	o.Passcode = "harbour"
	for _, s := range []client.Session{made, again} {
		link := must[client.Link](t)(client.Parse(s.Guests[0].Link))
		if _, err := client.PreviewLink(within(t), link, o); err != nil {
			t.Errorf("a link: %v", err)
		}
	}
}

// Links that were replaced or died since are not shown again, and a session that
// has ended does not come back with them.
func TestARepeatedCreateRevivesNothing(t *testing.T) {
	w := newWorld(t)
	spec := client.SessionSpec{Guests: client.Labels("S.", "M.", "K.")}
	made := must[client.Session](t)(w.api.CreateOnce(within(t), "k", spec))
	_, err := w.api.Reissue(within(t), made.ID, made.Guests[0].ID, false)
	ok(t, err)
	ok(t, w.api.Withdraw(within(t), made.ID, made.Guests[1].ID))
	again := must[client.Session](t)(w.api.CreateOnce(within(t), "k", spec))
	if got := strings.Join(linksOf(again), " "); got != "Host K." {
		t.Errorf("the links of %q are shown again", got)
	}
	ok(t, w.api.End(within(t), made.ID))
	_, err = w.api.CreateOnce(within(t), "k", spec)
	refused(t, err, client.CodeNotFound)
	w.clock.advance(room.OnceFor)
	if all := must[[]client.Session](t)(w.api.List(within(t))); len(all) != 0 {
		t.Errorf("there are %d sessions", len(all))
	}
}

func TestManyRepeatsAtATime(t *testing.T) {
	w := newWorld(t)
	ids := make(chan string, 32)
	var group sync.WaitGroup
	for range cap(ids) {
		group.Go(func() {
			s, err := w.api.CreateOnce(within(t), "k", client.SessionSpec{Guests: client.Labels("S.")})
			if err != nil || len(linksOf(s)) != 2 {
				t.Errorf("%d links, %v", len(linksOf(s)), err)
			}
			ids <- s.ID
		})
	}
	group.Wait()
	first := <-ids
	for range cap(ids) - 1 {
		if id := <-ids; id != first {
			t.Fatal("there are several sessions")
		}
	}
}

func TestIdempotencyKeys(t *testing.T) {
	w := newWorld(t)
	for key, want := range map[string]int{
		`"8e03978e"`: 201, "8e03978e": 201, strings.Repeat("k", 128): 201,
		"": 400, `""`: 400, `"a`: 400, "a b": 400, "é": 400, strings.Repeat("k", 129): 400,
	} {
		header := bearer()
		header["Idempotency-Key"] = []string{key}
		if status, _ := w.post(http.MethodPost, "/v1/sessions", "{}", header); status != want {
			t.Errorf("%q: %d", key, status)
		}
	}
	twice := bearer()
	twice["Idempotency-Key"] = []string{"a", "b"}
	if status, _ := w.post(http.MethodPost, "/v1/sessions", "", twice); status != http.StatusBadRequest {
		t.Errorf("two keys: %d", status)
	}
	// A request that is refused takes no key.
	bad := bearer()
	bad["Idempotency-Key"] = []string{"c"}
	if status, _ := w.post(http.MethodPost, "/v1/sessions", `{"policy":{"seats":-1}}`, bad); status != http.StatusBadRequest {
		t.Errorf("a bad spec: %d", status)
	}
	if status, _ := w.post(http.MethodPost, "/v1/sessions", `{}`, bad); status != http.StatusCreated {
		t.Errorf("mended, with the same key: %d", status)
	}
	if all := must[[]client.Session](t)(w.api.List(within(t))); len(all) != 3 {
		t.Errorf("there are %d sessions", len(all)) // the quotes are not part of a key
	}
}
