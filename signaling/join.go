package signaling

import (
	"net/http"

	"anteroom/room"
)

func (s *Server) nonce(w http.ResponseWriter, _ *http.Request) error {
	reply(w, http.StatusOK, nonceBody{s.sessions.Keys().Nonce(s.now())})
	return nil
}

type nonceBody struct {
	Nonce string `json:"nonce"`
}

type previewRequest struct {
	Token room.Token `json:"token"`
}

// preview reads what a link shows. It changes nothing, not even when a refusal
// would leave a trace on redeeming.
func (s *Server) preview(w http.ResponseWriter, r *http.Request, body previewRequest) error {
	now := s.now()
	link, err := s.sessions.Keys().ParseLink(body.Token, now)
	if err != nil {
		return err
	}
	session, _, err := s.sessions.Get(r.Context(), link.Session)
	if err != nil {
		return err
	}
	seen, err := session.PreviewLink(link, s.sessions.Keys(), now)
	if err == nil {
		reply(w, http.StatusOK, seen)
	}
	return err
}

// joinRequest is the body of POST /v1/join.
type joinRequest struct {
	Token     room.Token `json:"token"`
	Key       string     `json:"key"`
	Nonce     string     `json:"nonce"`
	Signature string     `json:"signature"`
	Passcode  string     `json:"passcode,omitempty"`
	Knock     bool       `json:"knock,omitzero"`
	E2EE      int        `json:"e2ee,omitzero"`
}

// joinResponse is its answer.
type joinResponse struct {
	Session room.SessionID `json:"session"`
	Seat    room.SeatID    `json:"seat"`
	Role    room.Role      `json:"role"`
	Phase   room.Phase     `json:"phase"`
}

func (s *Server) join(w http.ResponseWriter, r *http.Request, body joinRequest) error {
	redemption, err := s.prove(body, s.originOf(r))
	if err != nil {
		return err
	}
	var seat room.Seat
	_, err = s.update(r.Context(), redemption.Link.Session, func(session *room.Session) (err error) {
		seat, err = session.Redeem(redemption, s.sessions.Keys(), s.now())
		return err
	})
	if err != nil {
		return err
	}
	s.counts.joined.Add(1)
	reply(w, http.StatusOK, joinResponse{Session: redemption.Link.Session, Seat: seat.ID, Role: seat.Role, Phase: seat.Phase})
	return nil
}

// prove checks everything about a join that the record is not needed for.
func (s *Server) prove(body joinRequest, origin string) (room.Redemption, error) {
	keys, now := s.sessions.Keys(), s.now()
	link, err := keys.ParseLink(body.Token, now)
	if err != nil {
		return room.Redemption{}, err
	}
	key, err := room.ParseSeatKey(body.Key)
	if err != nil {
		return room.Redemption{}, err
	}
	if err := keys.CheckNonce(body.Nonce, now); err != nil {
		return room.Redemption{}, err
	}
	text := room.JoinText(origin, link.JTI, body.Nonce, key)
	if err := room.VerifyProof(key, text, body.Signature); err != nil {
		return room.Redemption{}, err
	}
	return room.Redemption{Link: link, Key: key, Passcode: body.Passcode, Knock: body.Knock, E2EE: body.E2EE == e2eeVersion}, nil
}

func (s *Server) about(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, s.cfg.About) }
