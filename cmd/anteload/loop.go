//go:build linux

package main

import (
	"container/heap"
	"encoding/binary"
	"errors"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// loop is the media side of the load: one thread that sends what is due and
// reads what has come. Everything that it reaches belongs to it.
type loop struct {
	poll, wake    int // file descriptors
	epoch         time.Time
	ends          map[int32]*endpoint // by file descriptor
	due           schedule
	in            [maxDatagram]byte
	plain, sealed [maxDatagram]byte
	tally         tally
	done          chan struct{}

	mu     sync.Mutex
	todo   []func() // guarded by mu
	ending bool     // guarded by mu
}

const (
	maxDatagram = 2048
	leastProcs  = 3
)

// newLoop starts a loop; close ends it.
func newLoop() (*loop, error) {
	l := &loop{epoch: time.Now(), ends: map[int32]*endpoint{}, done: make(chan struct{})}
	var errs [2]error
	l.poll, errs[0] = unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	l.wake, errs[1] = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	if err := l.watch(l.wake); err != nil {
		return nil, err
	}
	// The loop keeps its processor, in the sense of the Go scheduler, while it
	// waits: there must be others for the rest of the program.
	if runtime.GOMAXPROCS(0) < leastProcs {
		runtime.GOMAXPROCS(leastProcs)
	}
	go l.run()
	return l, nil
}

// now is the load's clock.
func (l *loop) now() time.Duration { return time.Since(l.epoch) }

func (l *loop) watch(fd int) error {
	return unix.EpollCtl(l.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

// do has fn run by the loop and waits until it has.
func (l *loop) do(fn func()) {
	ran := make(chan struct{})
	l.mu.Lock()
	ending := l.ending
	if !ending {
		l.todo = append(l.todo, func() { fn(); close(ran) })
	}
	l.mu.Unlock()
	if ending {
		return
	}
	l.rouse()
	<-ran
}

func (l *loop) rouse() {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_, _ = unix.Write(l.wake, one[:])
}

// close ends the loop and lets go of its sockets.
func (l *loop) close() {
	l.mu.Lock()
	l.ending = true
	l.mu.Unlock()
	l.rouse()
	<-l.done
	for fd := range l.ends {
		_ = unix.Close(int(fd))
	}
	for _, fd := range []int{l.poll, l.wake} {
		_ = unix.Close(fd)
	}
}

func (l *loop) run() {
	defer close(l.done)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	events := make([]unix.EpollEvent, 256)
	for {
		l.sendDue()
		n, err := waitEvents(l.poll, events, l.idle())
		if err != 0 && err != unix.EINTR {
			return
		}
		for _, e := range events[:max(n, 0)] {
			if !l.ready(e.Fd) {
				return
			}
		}
	}
}

// ready takes what a descriptor has; false once the loop is to end.
func (l *loop) ready(fd int32) bool {
	switch int(fd) {
	case l.wake:
		readSocket(l.wake, l.in[:8])
		return l.runTodo()
	default:
		e := l.ends[fd]
		if e == nil {
			return true
		}
		if n := readSocket(e.fd, l.in[:]); n > 0 {
			e.receive(l.in[:n], l.now())
		}
	}
	return true
}

func (l *loop) runTodo() bool {
	l.mu.Lock()
	todo, ending := l.todo, l.ending
	l.todo = nil
	l.mu.Unlock()
	for _, fn := range todo {
		fn()
	}
	return !ending
}

// sendDue does what is due.
func (l *loop) sendDue() {
	for len(l.due) > 0 {
		now := l.now()
		t := l.due[0]
		if t.at > now {
			return
		}
		if t.gone {
			heap.Pop(&l.due)
			continue
		}
		if t.media {
			l.tally.late(now - t.at)
		}
		t.act(now)
		if t.at += t.every; now-t.at > time.Second {
			t.at = now + t.every // too late to catch up
		}
		heap.Fix(&l.due, 0)
	}
}

// idle is how long there is nothing to send.
func (l *loop) idle() time.Duration {
	if len(l.due) == 0 {
		return time.Hour
	}
	return max(l.due[0].at-l.now(), 0)
}

// repeat has act run every so often from at on. media says that its being late
// spoils what is measured.
func (l *loop) repeat(at, every time.Duration, media bool, act func(now time.Duration)) *task {
	t := &task{at: at, every: every, media: media, act: act}
	heap.Push(&l.due, t)
	return t
}

// task is something that is done over and over.
type task struct {
	at, every   time.Duration
	media, gone bool
	act         func(now time.Duration)
}

// schedule is a heap of tasks, the next first.
type schedule []*task

// Len implements heap.Interface, as all below.
func (s schedule) Len() int           { return len(s) }
func (s schedule) Less(i, j int) bool { return s[i].at < s[j].at }
func (s schedule) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }

// Push adds a task.
func (s *schedule) Push(x any) { *s = append(*s, x.(*task)) }

// Pop removes the last task.
func (s *schedule) Pop() any {
	last := len(*s) - 1
	t := (*s)[last]
	(*s)[last] = nil
	*s = (*s)[:last]
	return t
}
