package webhook

import "sync"

// queue holds the events for one receiver, oldest first.
type queue struct {
	limit int
	wake  chan struct{} // filled when there is something

	mu     sync.Mutex
	events []Event // guarded by mu
}

func newQueue(limit int) *queue { return &queue{limit: limit, wake: make(chan struct{}, 1)} }

// put adds an event at the end and returns how many it pushed out.
func (q *queue) put(e Event) (dropped int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.events) >= q.limit {
		q.events, dropped = q.events[1:], 1
	}
	q.events = append(q.events, e)
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return dropped
}

// take removes the oldest event.
func (q *queue) take() (e Event, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.events) == 0 {
		return e, false
	}
	e = q.events[0]
	q.events = q.events[1:]
	return e, true
}

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.events)
}
