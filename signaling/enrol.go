package signaling

import (
	"context"
	"errors"
	"image/color"
	"net/http"
	"time"

	"github.com/boombuler/barcode/qr"
	"github.com/go-json-experiment/json/jsontext"

	"anteroom/room"
	"anteroom/room/account"
)

// enrolRequest is the body of POST /v1/enrol and of the calls below it that need no
// more.
type enrolRequest struct {
	Token string `json:"token"`
}

// enrolBody is what a host sees who opens a link to set up an account.
type enrolBody struct {
	Name string    `json:"name"`
	Ends time.Time `json:"ends"`
	// TOTP is what an authenticator app needs.
	TOTP totpBody `json:"totp"`
	// Passkey is the domain that passkeys are for, empty where there are none.
	Passkey string `json:"passkey"`
}

type totpBody struct {
	Secret string `json:"secret"`
	Link   string `json:"link"`
	// QR is Link as a QR code, row by row, 1 for dark.
	QR []string `json:"qr"`
}

func (s *Server) lookAtEnrolment(w http.ResponseWriter, r *http.Request, body enrolRequest) error {
	e, _, err := s.enrolment(r.Context(), body.Token)
	if err != nil {
		return err
	}
	app, err := s.describeApp(e)
	if err == nil {
		reply(w, http.StatusOK, enrolBody{Name: e.Name, Ends: e.Ends, Passkey: s.people.passkeys.ID(), TOTP: app})
	}
	return err
}

func (s *Server) describeApp(e account.Enrolment) (totpBody, error) {
	link := account.TOTPLink(s.hostname(), e.Name, e.TOTP)
	rows, err := qrRows(link)
	return totpBody{Secret: account.TOTPText(e.TOTP), Link: link, QR: rows}, err
}

// enrolment is an enrolment that can still be used, with its account.
func (s *Server) enrolment(ctx context.Context, token string) (account.Enrolment, account.Account, error) {
	e, err := s.people.enrolments.Get(ctx, token)
	if errors.Is(err, room.ErrNotFound) || err == nil && !s.now().Before(e.Ends) {
		err = enrolmentOver()
	}
	if err != nil {
		return e, account.Account{}, err
	}
	host, err := s.people.hosts.Get(ctx, e.Name)
	if errors.Is(err, room.ErrNotFound) || err == nil && !e.GoodFor(&host) {
		err = enrolmentOver()
	}
	return e, host, err
}

func enrolmentOver() error {
	return &room.Error{Code: room.CodeLinkExpired, Message: "This link was used, or its time is over. Ask whoever runs the service for a new one."}
}

// qrRows draws a text: dark is 1, and the quiet zone is left to the page.
func qrRows(text string) ([]string, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, err
	}
	var rows []string
	for y := range code.Bounds().Dy() {
		row := make([]byte, code.Bounds().Dx())
		for x := range row {
			row[x] = '0'
			if code.At(x, y) == color.Black {
				row[x] = '1'
			}
		}
		rows = append(rows, string(row))
	}
	return rows, nil
}

// enrolPasswordRequest is the body of POST /v1/enrol/password.
type enrolPasswordRequest struct {
	Token    string `json:"token"`
	Password string `json:"password"`
	Code     string `json:"code"`
}

// recoveryBody are the recovery codes, shown this once.
type recoveryBody struct {
	Recovery []string `json:"recovery"`
}

func (s *Server) enrolPassword(w http.ResponseWriter, r *http.Request, body enrolPasswordRequest) error {
	e, host, err := s.enrolment(r.Context(), body.Token)
	if err != nil {
		return err
	}
	hash, err := s.hashPassword(r.Context(), e.Name, body.Password)
	if err != nil {
		return err
	}
	var recovery []string
	now := s.now() // of both tries: the second must not fail
	set := func(a *account.Account) error {
		codes, ok := a.SetPassword(hash, e.TOTP, body.Code, now)
		if recovery = codes; !ok {
			return wrongAppCode()
		}
		return nil
	}
	if err := set(&host); err != nil {
		return err // the link is good for another try
	}
	if host, err = s.enrolled(r.Context(), body.Token, set); err != nil {
		return err
	}
	if err := s.begin(w, r, &host); err != nil {
		return err
	}
	reply(w, http.StatusOK, recoveryBody{recovery})
	return nil
}

func wrongAppCode() error {
	return &room.Error{Code: room.CodeSignInFailed, Message: "That is not the code that the app shows now. Wait for the next one and enter it."}
}

func (s *Server) hashPassword(ctx context.Context, name, password string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, hashFor)
	defer cancel()
	return s.people.hasher.Hash(ctx, name, password)
}

// enrolled uses the link up and changes its account.
func (s *Server) enrolled(ctx context.Context, token string, set func(*account.Account) error) (account.Account, error) {
	e, err := s.people.enrolments.Take(ctx, token)
	if errors.Is(err, room.ErrNotFound) {
		err = enrolmentOver()
	}
	if err != nil {
		return account.Account{}, err
	}
	return s.people.hosts.Update(ctx, e.Name, func(a *account.Account) error {
		if !e.GoodFor(a) {
			return enrolmentOver()
		}
		return set(a)
	})
}

func (s *Server) enrolPasskeyOptions(w http.ResponseWriter, r *http.Request, body enrolRequest) error {
	_, host, err := s.enrolment(r.Context(), body.Token)
	if err != nil {
		return err
	}
	options, state, err := s.people.passkeys.BeginRegistration(&host)
	if err != nil {
		return err
	}
	return s.beginCeremony(w, r, options, state)
}

// enrolPasskeyRequest is the body of POST /v1/enrol/passkey.
type enrolPasskeyRequest struct {
	Token      string         `json:"token"`
	Ceremony   string         `json:"ceremony"`
	Credential jsontext.Value `json:"credential"`
}

func (s *Server) enrolPasskey(w http.ResponseWriter, r *http.Request, body enrolPasskeyRequest) error {
	_, host, err := s.enrolment(r.Context(), body.Token)
	if err != nil {
		return err
	}
	c, err := s.takeCeremony(r, body.Ceremony)
	if err != nil {
		return err
	}
	made, err := s.people.passkeys.FinishRegistration(&host, c.State, body.Credential)
	if err != nil {
		return err
	}
	host, err = s.enrolled(r.Context(), body.Token, func(a *account.Account) error {
		return a.AddPasskey(made, "", s.now())
	})
	if err != nil {
		return err
	}
	return s.signedInNow(w, r, &host)
}
