package webhook

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// endpoint is one receiver. Its fields belong to run, but for the queue.
type endpoint struct {
	*poster
	*queue
	pace    pace
	closing <-chan struct{}
	counts  *counts
	log     *slog.Logger

	failures int // attempts since the last that was answered
}

// run sends until the sender closes, and then what is left, once.
func (e *endpoint) run(ctx context.Context) {
	defer e.client.CloseIdleConnections()
	for e.wait() {
		if event, ok := e.take(); ok && !e.attempt(ctx, event) {
			e.pause()
		}
	}
	for ctx.Err() == nil {
		if event, ok := e.take(); !ok || !e.attempt(ctx, event) {
			break
		}
	}
	e.counts.dropped.Add(uint64(e.len()))
}

// wait until there is something to send; false when the sender closes.
func (e *endpoint) wait() bool {
	select {
	case <-e.closing:
		return false
	default:
	}
	if e.len() > 0 {
		return true
	}
	select {
	case <-e.wake:
		return true
	case <-e.closing:
		return false
	}
}

// attempt posts one event. One that fails goes to the end of the queue, so that
// an event which the receiver cannot take holds up no other.
func (e *endpoint) attempt(ctx context.Context, event Event) (ok bool) {
	err := e.post(ctx, event, time.Now())
	if err == nil {
		e.counts.delivered.Add(1)
		if e.failures > 0 {
			e.log.Info("a receiver of webhooks takes events again")
		}
		e.failures = 0
		return true
	}
	e.counts.failed.Add(1)
	if e.failures++; e.failures == complainAfter {
		e.log.Warn("a receiver of webhooks does not take events; it is tried again", "cause", err.Error())
	}
	if time.Since(event.At) < e.pace.keep {
		e.counts.dropped.Add(uint64(e.put(event)))
	} else {
		e.counts.dropped.Add(1)
	}
	return false
}

// complainAfter is how many attempts in a row must fail before the log says so.
const complainAfter = 3

// pause waits before the next attempt, longer after each failure; a random part
// of it, so that many machines do not come back at the same moment.
func (e *endpoint) pause() {
	most := min(e.pace.most, e.pace.first<<min(e.failures-1, 20))
	timer := time.NewTimer(most/2 + rand.N(most/2+1))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-e.closing:
	}
}
