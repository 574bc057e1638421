//go:build linux

package main

import (
	"context"
	"fmt"
	"net/netip"
)

// gatherBare has everybody say hello to the floor and send, at the rates and
// sizes of those who join a gateway. They go with the loop.
func gatherBare(ctx context.Context, p plan, l *loop) error {
	server, err := netip.ParseAddrPort(p.floor)
	if err != nil {
		return err
	}
	if !p.talks {
		return fmt.Errorf("the floor knows only people who talk")
	}
	codec, err := newBare()
	if err != nil {
		return err
	}
	for i := range uint32(p.rooms * p.people) {
		welcomed := make(chan struct{}, 1)
		e, err := newEndpoint(l, i+1, server, func([]byte) {
			select {
			case welcomed <- struct{}{}:
			default:
			}
		})
		if err != nil {
			return err
		}
		if err := e.write(hello(i / uint32(p.people))); err != nil {
			return err
		}
		select {
		case <-welcomed:
		case <-ctx.Done():
			return ctx.Err()
		}
		l.do(func() {
			e.line = newLine(p.loss, e.number)
			e.open(codec, nil)
		})
	}
	l.do(func() {
		for _, e := range l.ends {
			e.send(p.people-1, newStream(audio, e.number<<8|1), newStream(camera, e.number<<8|2))
		}
	})
	return nil
}
