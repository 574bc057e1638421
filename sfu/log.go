package sfu

import (
	"log/slog"
	"sync"
	"time"

	"github.com/pion/logging"
)

const logEvery = time.Minute

// eventLog counts kinds of events and logs each at most once a minute. It is
// also what Pion's packages get as their logger: of what they say nothing is
// printed, since it holds addresses, but that they said it.
type eventLog struct {
	out    *slog.Logger // nil logs nothing
	mu     sync.Mutex
	counts map[string]int       // guarded by mu
	last   map[string]time.Time // guarded by mu
}

func newEventLog(out *slog.Logger) *eventLog {
	return &eventLog{out: out, counts: map[string]int{}, last: map[string]time.Time{}}
}

// event notes that something of this kind happened.
func (l *eventLog) event(kind string) {
	if l.out == nil {
		return
	}
	l.mu.Lock()
	l.counts[kind]++
	n := l.counts[kind]
	due := time.Since(l.last[kind]) >= logEvery
	if due {
		l.last[kind] = time.Now()
		l.counts[kind] = 0
	}
	l.mu.Unlock()
	if due {
		l.out.Warn("media event", "kind", kind, "count", n)
	}
}

// NewLogger implements logging.LoggerFactory.
func (l *eventLog) NewLogger(scope string) logging.LeveledLogger {
	return &pionLog{log: l, scope: scope}
}

// pionLog drops all text and counts warnings and errors.
type pionLog struct {
	log   *eventLog
	scope string
}

func (p *pionLog) Trace(string)          {}
func (p *pionLog) Tracef(string, ...any) {}
func (p *pionLog) Debug(string)          {}
func (p *pionLog) Debugf(string, ...any) {}
func (p *pionLog) Info(string)           {}
func (p *pionLog) Infof(string, ...any)  {}
func (p *pionLog) Warn(string)           { p.log.event(p.scope + " warning") }
func (p *pionLog) Warnf(string, ...any)  { p.log.event(p.scope + " warning") }
func (p *pionLog) Error(string)          { p.log.event(p.scope + " error") }
func (p *pionLog) Errorf(string, ...any) { p.log.event(p.scope + " error") }
