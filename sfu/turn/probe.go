package turn

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/pion/stun/v4"
)

// ErrURL: not the address of a TURN server (RFC 7065).
var ErrURL = errors.New("turn: not the address of a TURN server")

// CheckURL tells whether browsers will take this for the address of a TURN
// server, by ErrURL if not. TURN over DTLS is not among what they do.
func CheckURL(url string) error {
	u, err := stun.ParseURI(url)
	if err != nil || u.Scheme != stun.SchemeTypeTURN && u.Scheme != stun.SchemeTypeTURNS ||
		u.Scheme == stun.SchemeTypeTURNS && u.Proto != stun.ProtoTypeTCP {
		return ErrURL
	}
	return nil
}

// Probe asks the server at a URL for an allocation, without credentials, and
// reports whether it was this server that refused. Over TLS it is checked as
// config says.
func Probe(ctx context.Context, url string, config *tls.Config) error {
	u, err := stun.ParseURI(url)
	if err != nil {
		return ErrURL
	}
	conn, err := dial(ctx, u, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	request, err := stun.Build(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest),
		stun.RawAttribute{Type: stun.AttrRequestedTransport, Value: []byte{17, 0, 0, 0}})
	if err != nil {
		return err
	}
	answer, err := ask(conn, request.Raw, u.Proto == stun.ProtoTypeUDP)
	if err != nil {
		return err
	}
	var name stun.Realm
	if answer.TransactionID != request.TransactionID || name.GetFrom(answer) != nil || name.String() != realm {
		return errors.New("turn: another program answers")
	}
	return nil
}

func dial(ctx context.Context, u *stun.URI, config *tls.Config) (net.Conn, error) {
	at := net.JoinHostPort(u.Host, strconv.Itoa(u.Port))
	switch {
	case u.Scheme == stun.SchemeTypeTURNS:
		config = config.Clone()
		config.ServerName = u.Host
		return (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", at)
	case u.Proto == stun.ProtoTypeTCP:
		return (&net.Dialer{}).DialContext(ctx, "tcp", at)
	}
	return (&net.Dialer{}).DialContext(ctx, "udp", at)
}

// ask sends a request and reads the answer; over UDP a few times, since either
// may be lost.
func ask(conn net.Conn, request []byte, lossy bool) (*stun.Message, error) {
	tries := 1
	if lossy {
		tries = 3
	}
	buf := make([]byte, maxFrame)
	var err error
	for range tries {
		if _, err = conn.Write(request); err != nil {
			return nil, err
		}
		_ = conn.SetReadDeadline(time.Now().Add(2 * time.Second))
		var n int
		if n, err = io.ReadAtLeast(conn, buf, 20); err == nil {
			answer := &stun.Message{Raw: buf[:n]}
			return answer, answer.Decode()
		}
	}
	return nil, err
}
