package sfu

import "time"

// bucket is a token bucket without a clock of its own. Owned by its user.
type bucket struct {
	rate, burst int // tokens a second, tokens at most
	level       int
	last        time.Duration
}

// has reports whether n tokens are there at now.
func (b *bucket) has(now time.Duration, n int) bool {
	if dt := now - b.last; dt >= time.Millisecond {
		b.level = min(b.burst, b.level+int(int64(b.rate)*int64(min(dt, time.Second))/int64(time.Second)))
		b.last = now
	}
	return b.level >= n
}

// take takes n tokens, if they are there at now.
func (b *bucket) take(now time.Duration, n int) bool {
	if !b.has(now, n) {
		return false
	}
	b.level -= n
	return true
}
