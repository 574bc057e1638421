package webhook

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Sender sends events to all receivers. Make one with New and Close it. Safe for
// concurrent use.
type Sender struct {
	endpoints []*endpoint
	flush     time.Duration
	closing   chan struct{}
	close     sync.Once
	cancel    context.CancelFunc // ends all attempts
	work      sync.WaitGroup
	counts    counts
}

type counts struct{ delivered, failed, dropped atomic.Uint64 }

// Figures are a sender's counters since its start.
type Figures struct {
	Delivered uint64 // events that were answered with 2xx, for each receiver
	Failed    uint64 // attempts that were not
	Dropped   uint64 // events that were given up
	Waiting   int    // events that are to be sent, or sent again
}

// New checks the configuration and begins to send.
func New(cfg Config) (*Sender, error) {
	if cfg.pace == (pace{}) {
		cfg.pace = usualPace()
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	keys, err := parseSecrets(cfg.Secrets)
	if err != nil {
		return nil, err
	}
	s := &Sender{flush: cfg.pace.flush, closing: make(chan struct{})}
	for n, text := range cfg.URLs {
		u, err := parseURL(text)
		if err != nil {
			return nil, err
		}
		s.endpoints = append(s.endpoints, &endpoint{
			poster: newPoster(u, keys, cfg), queue: newQueue(cfg.pace.queue), pace: cfg.pace,
			closing: s.closing, counts: &s.counts, log: cfg.Logger.With("receiver", n+1),
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	for _, e := range s.endpoints {
		s.work.Go(func() { e.run(ctx) })
	}
	return s, nil
}

// Send takes an event for all receivers. It never blocks; after Close it does
// nothing.
func (s *Sender) Send(e Event) {
	for _, to := range s.endpoints {
		s.counts.dropped.Add(uint64(to.queue.put(e)))
	}
}

// Figures returns the present figures.
func (s *Sender) Figures() Figures {
	f := Figures{Delivered: s.counts.delivered.Load(), Failed: s.counts.failed.Load(), Dropped: s.counts.dropped.Load()}
	for _, e := range s.endpoints {
		f.Waiting += e.queue.len()
	}
	return f
}

// Close tries what is left once more, for a few seconds at most, and ends.
func (s *Sender) Close() {
	s.close.Do(func() { close(s.closing) })
	late := time.AfterFunc(s.flush, s.cancel)
	s.work.Wait()
	late.Stop()
	s.cancel()
}
