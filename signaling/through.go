package signaling

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/go-json-experiment/json"

	"anteroom/room"
)

// A node that is cut off from the store writes what its hosts did meanwhile by way
// of a node that is not: whoever was removed must be so where the session goes on.
// Nodes trust each other with records as they do with the store; the records are
// sealed.

const recordPath = "/internal/record"

// recordCall is one call of a room.Store.
type recordCall struct {
	Call   string      `json:"call"` // get, swap or delete
	Key    string      `json:"key"`
	Old    uint64      `json:"old"`
	Record room.Record `json:"record"`
	Fence  uint64      `json:"fence"`
}

// recordAnswer is what came of it.
type recordAnswer struct {
	Record  room.Record `json:"record"`
	Version uint64      `json:"version"`
	Failure string      `json:"failure"` // one of failures, empty if there is none
}

// failures are the answers of a store that go over the wire; any other error means
// that it could not be asked.
func failures() map[string]error {
	return map[string]error{
		"missing": room.ErrNotFound, "conflict": room.ErrConflict, "fenced": room.ErrFenced,
	}
}

// through is the store as another node reaches it: as much of it as a change of a
// session takes. What is embedded is this node's own way, which the rest goes.
type through struct {
	room.Store
	peering peering
	url     string
}

func (t through) Get(ctx context.Context, key string) (room.Record, error) {
	answer, err := t.call(ctx, recordCall{Call: "get", Key: key})
	return answer.Record, err
}

func (t through) Swap(ctx context.Context, key string, old uint64, rec room.Record, fence uint64) (uint64, error) {
	answer, err := t.call(ctx, recordCall{Call: "swap", Key: key, Old: old, Record: rec, Fence: fence})
	return answer.Version, err
}

func (t through) Delete(ctx context.Context, key string, old uint64) error {
	_, err := t.call(ctx, recordCall{Call: "delete", Key: key, Old: old})
	return err
}

func (t through) call(ctx context.Context, c recordCall) (answer recordAnswer, err error) {
	ctx, cancel := context.WithTimeout(ctx, contactWithin)
	defer cancel()
	err = errPeer
	for _, key := range t.peering.keys {
		var status int
		var body []byte
		status, body, err = askNode(ctx, http.MethodPost, t.url+recordPath, encode(c), key)
		if err == nil && status == http.StatusOK {
			err = json.Unmarshal(body, &answer)
			return answer, errors.Join(err, failures()[answer.Failure])
		}
	}
	return answer, errors.Join(err, errPeer)
}

// handleRecord makes a call for a node that is cut off.
func (s *Server) handleRecord(w http.ResponseWriter, r *http.Request) {
	var c recordCall
	if json.UnmarshalRead(io.LimitReader(r.Body, maxRelayed), &c) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, contactWithin)
	defer cancel()
	answer, err := s.callStore(ctx, c)
	for name, failure := range failures() {
		if errors.Is(err, failure) {
			answer.Failure, err = name, nil
		}
	}
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	reply(w, http.StatusOK, answer)
}

func (s *Server) callStore(ctx context.Context, c recordCall) (answer recordAnswer, err error) {
	store := s.sessions.Store()
	switch c.Call {
	case "get":
		answer.Record, err = store.Get(ctx, c.Key)
	case "swap":
		answer.Version, err = store.Swap(ctx, c.Key, c.Old, c.Record, c.Fence)
	case "delete":
		err = store.Delete(ctx, c.Key, c.Old)
	default:
		err = errPeer
	}
	return answer, err
}

// waysToStore are those to the store, the likeliest first.
func (s *Server) waysToStore() []*room.Sessions {
	var all []*room.Sessions
	for _, n := range s.others() {
		there := through{Store: s.sessions.Store(), peering: s.peering, url: n.URL}
		all = append(all, room.NewSessions(there, s.sessions.Keys()))
	}
	return append(all, s.sessions)
}

// askNode makes a call of another node.
func askNode(ctx context.Context, method, url string, body []byte, key peerKey) (int, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	transport := &http.Transport{TLSClientConfig: key.client(), DisableKeepAlives: true}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxRelayed))
	return resp.StatusCode, answer, err
}
