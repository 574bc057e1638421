package sfu

import (
	"crypto/rand"
	"encoding/base64"
	"net/netip"
	"strings"
	"time"

	"github.com/pion/stun/v4"
)

// ICE, as a lite agent (RFC 8445 §2.5): it answers the checks of clients that
// know its password, never sends one, and follows the client's nomination.
// Candidates of a client are never looked at, so that nobody can make the
// gateway send to a third party.

// consentTimeout ends a transport of which no check was heard (RFC 7675).
const consentTimeout = 30 * time.Second

type iceCredentials struct{ ufrag, pwd string }

func newICECredentials() iceCredentials {
	return iceCredentials{ufrag: randomICE(12), pwd: randomICE(24)}
}

// randomICE returns n random octets in ice-char (RFC 8839 §5.4).
func randomICE(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return base64.RawStdEncoding.EncodeToString(b)
}

// checkSTUN verifies a Binding request and finds the transport that it is for.
func (n *Node) checkSTUN(w *worker, from netip.AddrPort, d []byte) (t *transport, nominated, ok bool) {
	m := &w.stun
	m.Raw = append(m.Raw[:0], d...)
	if err := m.Decode(); err != nil || m.Type != stun.BindingRequest {
		n.count.dropped.Add(1)
		return nil, false, false
	}
	user, err := m.Get(stun.AttrUsername)
	if err != nil {
		n.count.dropped.Add(1)
		return nil, false, false
	}
	ufrag, _, _ := strings.Cut(string(user), ":")
	t, pwd := n.byUfrag(ufrag)
	if t == nil || stun.MessageIntegrity(pwd).Check(m) != nil {
		n.count.dropped.Add(1)
		return nil, false, false
	}
	w.icePwd = pwd
	return t, m.Contains(stun.AttrUseCandidate), true
}

// answerSTUN answers the request that w.stun holds.
func (n *Node) answerSTUN(w *worker, p *path, from netip.AddrPort) {
	xor := stun.XORMappedAddress{IP: from.Addr().AsSlice(), Port: int(from.Port())}
	err := w.reply.Build(&w.stun, stun.BindingSuccess, &xor,
		stun.MessageIntegrity(w.icePwd), stun.Fingerprint)
	if err != nil {
		return
	}
	w.send(p, copy(w.out.next(), w.reply.Raw))
}

// byUfrag finds a transport by one of its user fragments.
func (n *Node) byUfrag(ufrag string) (*transport, []byte) {
	n.iceMu.RLock()
	defer n.iceMu.RUnlock()
	e, ok := n.ice[ufrag]
	if !ok {
		return nil, nil
	}
	return e.t, e.pwd
}

// iceEntry is one generation of credentials in the node's table.
type iceEntry struct {
	t   *transport
	pwd []byte
}

// restartICE gives a transport new credentials. The former ones stay good, so
// that media flows until the client has moved over; those before them do not.
func (n *Node) restartICE(t *transport) iceCredentials {
	c := newICECredentials()
	n.iceMu.Lock()
	defer n.iceMu.Unlock()
	if len(t.creds) == 2 {
		delete(n.ice, t.creds[0].ufrag)
		t.creds = t.creds[1:]
	}
	t.creds = append(t.creds, c)
	n.ice[c.ufrag] = iceEntry{t: t, pwd: []byte(c.pwd)}
	return c
}

func (n *Node) forgetICE(t *transport) {
	n.iceMu.Lock()
	defer n.iceMu.Unlock()
	for _, c := range t.creds {
		delete(n.ice, c.ufrag)
	}
	t.creds = nil
}
