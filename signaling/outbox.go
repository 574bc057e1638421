package signaling

import (
	"bytes"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// outboxSize is how many messages may wait for a slow reader, views not
	// counted: of those only the newest waits.
	outboxSize   = 256
	writeTimeout = 10 * time.Second
	silentLimit  = 40 * time.Second
	// lingerFor is how long a connection is kept after its bye for the other
	// side to close it. Closing while more of what it sent is on its way would
	// reset the connection, and the bye might never be read.
	lingerFor = time.Second
)

// pulse is how a connection shows the other side that it lives, and asks whether
// that does.
type pulse struct {
	every time.Duration
	beat  bool // a message says so, which the scripts of a page see
	ping  int  // a websocket ping asks, which they do not see; this often a beat
}

// pulseGrid is what pulses are aligned to: a processor that wakes up for one serves
// all of that moment, and the moments are as many as keep each of them short.
const pulseGrid = 100 * time.Millisecond

// next is how long it is to the next beat.
func (p pulse) next() time.Duration {
	return p.every - time.Duration(time.Now().UnixNano())%pulseGrid
}

func clientPulse() pulse { return pulse{every: 2 * time.Second, beat: true, ping: 7} }

func nodePulse() pulse { return pulse{every: relayPing, ping: 1} }

// outbox is what waits to be written to one websocket. Whoever puts something in
// never blocks: when it is full, the connection is closed. A goroutine writes
// while there is something to write, and only then: of thousands who wait, hardly
// anybody is being written to, and a stack for each would be most of what they cost.
type outbox struct {
	ws      *websocket.Conn
	pulse   *time.Timer // shows and asks for signs of life
	writers sync.WaitGroup
	all     *boxes

	mu      sync.Mutex
	queue   [][]byte // guarded by mu
	view    []byte   // guarded by mu; the newest view, nil when written
	last    []byte   // guarded by mu; the bye, written after all the rest
	closed  bool     // guarded by mu; nothing more goes in
	writing bool     // guarded by mu; there is a writer
	ended   bool     // guarded by mu; there will be no writer any more
	counted int      // guarded by mu; of what waits, in all
}

// boxes are figures of all outboxes of a kind.
type boxes struct {
	waiting atomic.Int64  // messages
	full    atomic.Uint64 // connections cut off because too many waited
}

// newOutbox starts the pulse. Whoever makes one calls finish.
func newOutbox(ws *websocket.Conn, p pulse, all *boxes) *outbox {
	o := &outbox{ws: ws, all: all}
	o.mu.Lock() // the timer must not fire before it is there
	defer o.mu.Unlock()
	n := 0
	o.pulse = time.AfterFunc(p.next(), func() { n++; o.live(p, n) })
	return o
}

// send queues a message.
func (o *outbox) send(message any) { o.put(func() { o.queue = append(o.queue, encode(message)) }) }

// sendView queues a view, in place of one that still waits.
func (o *outbox) sendView(message any) { o.put(func() { o.view = encode(message) }) }

// bye queues the last message; the connection closes after it.
func (o *outbox) bye(message byeMessage) {
	o.put(func() { o.last, o.closed = encode(message), true })
}

// pass queues a message that another node of ours has encoded, each kind as
// above.
func (o *outbox) pass(data []byte) {
	switch {
	case bytes.HasPrefix(data, []byte(`{"type":"view",`)):
		o.put(func() { o.view = data })
	case bytes.HasPrefix(data, []byte(`{"type":"bye",`)):
		o.put(func() { o.last, o.closed = data, true })
	default:
		o.put(func() { o.queue = append(o.queue, data) })
	}
}

func (o *outbox) put(add func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		add()
	}
	o.count()
	if !o.closed && len(o.queue) > outboxSize {
		o.all.full.Add(1)
		o.closed = true
		_ = o.ws.Close() // ends reader and writer
		return
	}
	if !o.writing && !o.ended {
		o.writing = true
		o.writers.Go(o.write)
	}
}

// count keeps the figures. mu is held.
func (o *outbox) count() {
	n := len(o.queue)
	if o.view != nil {
		n++
	}
	if o.ended {
		n = 0 // nobody will write it
	}
	o.all.waiting.Add(int64(n - o.counted))
	o.counted = n
}

// take removes all that waits: the queue, then the view, then the bye.
func (o *outbox) take() (batch [][]byte, last bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch, o.queue = o.queue, nil
	if o.view != nil {
		batch, o.view = append(batch, o.view), nil
	}
	o.count()
	if o.last != nil {
		batch = append(batch, o.last)
	}
	return batch, o.last != nil
}

// alive puts off the time at which the connection counts as silent; not after a
// bye. It reports whether the connection goes on.
func (o *outbox) alive(now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		_ = o.ws.SetReadDeadline(now.Add(silentLimit))
	}
	return !o.closed
}

// write is the writer: it writes until nothing waits, the bye is written or
// writing fails. Where writing fails it closes the websocket, so that the reader
// ends too; after a bye it gives the other side a moment to do so.
func (o *outbox) write() {
	for {
		last, err := o.flush()
		if err != nil {
			_ = o.ws.Close()
		}
		if o.rest(last || err != nil) {
			return
		}
	}
}

// rest reports whether the writer is done, for good or until something is put in.
func (o *outbox) rest(ended bool) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = o.ended || ended
	o.count()
	o.writing = !ended && (len(o.queue) > 0 || o.view != nil || o.last != nil)
	return !o.writing
}

// finish stops the pulse and waits until all that was put in is written, or
// cannot be.
func (o *outbox) finish() {
	o.mu.Lock()
	o.ended = true
	o.count()
	o.pulse.Stop()
	o.mu.Unlock()
	o.writers.Wait()
}

// live is the nth beat of the pulse.
func (o *outbox) live(p pulse, n int) {
	if n%p.ping == 0 && o.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTimeout)) != nil {
		_ = o.ws.Close()
		return
	}
	if p.beat {
		o.send(beatMessage{Type: "beat"})
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.ended {
		o.pulse.Reset(p.next())
	}
}

func (o *outbox) flush() (last bool, err error) {
	batch, last := o.take()
	for _, data := range batch {
		_ = o.ws.SetWriteDeadline(time.Now().Add(writeTimeout))
		if err := o.ws.WriteMessage(websocket.TextMessage, data); err != nil {
			return last, err
		}
	}
	if last {
		text := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		_ = o.ws.WriteControl(websocket.CloseMessage, text, time.Now().Add(writeTimeout))
		_ = o.ws.SetReadDeadline(time.Now().Add(lingerFor))
	}
	return last, nil
}
