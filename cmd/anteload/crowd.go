//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"anteroom/signaling/client"
)

// crowd is all persons of a run and their sessions.
type crowd struct {
	plan     plan
	loop     *loop
	api      client.API
	http     *http.Client
	identity *identity
	numbers  atomic.Uint32

	mu       sync.Mutex
	sessions []string       // guarded by mu, as all below
	persons  []*person      // who joined
	profiles map[string]int // SRTP profiles negotiated
	work     sync.WaitGroup
}

func newCrowd(p plan, l *loop) (*crowd, error) {
	id, err := newIdentity()
	if err != nil {
		return nil, err
	}
	h := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 30 * time.Second}
	return &crowd{
		plan: p, loop: l, http: h, identity: id, profiles: map[string]int{},
		api: client.API{URL: p.url, Key: p.key, HTTP: h},
	}, nil
}

// gather has everybody join: one after the other, so that each join is measured
// by itself, or all at once.
func (c *crowd) gather(ctx context.Context) error {
	var rooms []client.Session
	for range c.plan.rooms {
		s, err := c.create(ctx)
		if err != nil {
			return err
		}
		rooms = append(rooms, s)
	}
	if c.plan.storm {
		return c.rush(ctx, rooms)
	}
	return c.stroll(ctx, rooms)
}

// stroll has people come one after the other: first one into each room, then the
// second into each. Between two who come into one room there is a while, or the
// second would wait for key frames that the gateway has asked for just before.
func (c *crowd) stroll(ctx context.Context, rooms []client.Session) error {
	for i := range c.plan.people {
		next := time.NewTimer(betweenJoins)
		for _, s := range rooms {
			if err := c.person(i).join(ctx, c.links(s)[i]); err != nil {
				next.Stop()
				return err
			}
		}
		if !c.plan.talks {
			next.Stop()
			continue
		}
		select {
		case <-next.C:
		case <-ctx.Done():
			next.Stop()
			return ctx.Err()
		}
	}
	return nil
}

const betweenJoins = 600 * time.Millisecond

// rush has everybody come at the same moment.
func (c *crowd) rush(ctx context.Context, rooms []client.Session) error {
	errs := make([]error, c.plan.rooms*c.plan.people)
	var all sync.WaitGroup
	for r, s := range rooms {
		for i, link := range c.links(s) {
			p := c.person(i)
			all.Go(func() { errs[r*c.plan.people+i] = p.join(ctx, link) })
		}
	}
	all.Wait()
	return errors.Join(errs...)
}

// links are those of the people who come, a host first if they are let in.
func (c *crowd) links(s client.Session) (links []string) {
	if c.plan.inside {
		links = append(links, s.Hosts[0].Link)
	}
	for _, g := range s.Guests {
		links = append(links, g.Link)
	}
	return links
}

// person is the i-th of a room.
func (c *crowd) person(i int) *person {
	return &person{crowd: c, number: c.numbers.Add(1), host: i == 0 && c.plan.inside, alone: i == 0}
}

func (c *crowd) create(ctx context.Context) (s client.Session, err error) {
	off, no := "off", false
	spec := client.SessionSpec{Policy: &client.Policy{AutoLock: &no, E2EE: &off}}
	guests := c.plan.people
	if c.plan.inside {
		guests-- // and a host
	}
	for i := range guests {
		spec.Guests = append(spec.Guests, client.Label{Label: fmt.Sprintf("G%d", i+1)})
	}
	err = patiently(ctx, func() (err error) {
		s, err = c.api.Create(ctx, spec)
		return err
	})
	if err == nil {
		c.mu.Lock()
		c.sessions = append(c.sessions, s.ID)
		c.mu.Unlock()
	}
	return s, err
}

// joined notes somebody who is where they should be.
func (c *crowd) joined(p *person) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.persons = append(c.persons, p)
}

// patiently tries again for as long as the server asks to wait.
func patiently(ctx context.Context, try func() error) error {
	for {
		err := try()
		var refusal *client.Error
		if !errors.As(err, &refusal) || refusal.Code != client.CodeRateLimited {
			return err
		}
		timer := time.NewTimer(max(time.Until(refusal.RetryAt), 100*time.Millisecond))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// close ends all sessions, also those that a cancelled run left behind.
func (c *crowd) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for _, id := range c.sessions {
		_ = c.api.End(ctx, id)
	}
	for _, p := range c.persons {
		p.close()
	}
	c.work.Wait()
	c.http.CloseIdleConnections()
}
