//go:build linux

package main

import (
	"context"
	"errors"
	"time"

	"github.com/pion/stun/v4"
)

const (
	// consentEvery is how often a browser asks whether it may go on sending.
	consentEvery = 2500 * time.Millisecond
	firstRetry   = 50 * time.Millisecond
)

// agent is the client's half of ICE towards a lite server: it asks until it is
// answered, nominates at once, and keeps consent (RFC 8445, RFC 7675).
type agent struct {
	user, password string // of the server: its fragment and ours, and its password
	answered       chan struct{}
}

func newAgent(own, server, password string) *agent {
	return &agent{user: server + ":" + own, password: password, answered: make(chan struct{}, 1)}
}

func (a *agent) request() ([]byte, error) {
	m, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(a.user),
		attribute{stun.AttrPriority, []byte{0x6e, 0x7f, 0x1e, 0xff}},
		attribute{stun.AttrICEControlling, []byte{0, 0, 0, 0, 0, 0, 0, 1}},
		attribute{stun.AttrUseCandidate, nil},
		stun.NewShortTermIntegrity(a.password), stun.Fingerprint)
	if err != nil {
		return nil, err
	}
	return m.Raw, nil
}

// attribute is a STUN attribute as it stands in the message.
type attribute struct {
	kind  stun.AttrType
	value []byte
}

// AddTo implements stun.Setter.
func (a attribute) AddTo(m *stun.Message) error {
	m.Add(a.kind, a.value)
	return nil
}

// receive takes a STUN message of the server.
func (a *agent) receive(b []byte) {
	m := &stun.Message{Raw: b}
	if m.Decode() != nil || m.Type != stun.BindingSuccess {
		return
	}
	select {
	case a.answered <- struct{}{}:
	default:
	}
}

// connect asks until the server answers, and has the loop keep asking.
func (a *agent) connect(ctx context.Context, e *endpoint) error {
	for wait := firstRetry; ; wait *= 2 {
		if err := a.ask(e); err != nil {
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-a.answered:
			timer.Stop()
			e.loop.do(func() {
				every := func(time.Duration) { _ = a.ask(e) }
				e.tasks = append(e.tasks, e.loop.repeat(e.loop.now()+consentEvery, consentEvery, false, every))
			})
			return nil
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return errors.Join(errors.New("anteload: the media port does not answer"), ctx.Err())
		}
	}
}

func (a *agent) ask(e *endpoint) error {
	b, err := a.request()
	if err != nil {
		return err
	}
	return e.write(b)
}
