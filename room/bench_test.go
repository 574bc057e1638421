package room_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"sync"
	"testing"
	"time"

	"anteroom/room"
)

// BenchmarkRedeem is all that POST /v1/join does in this package: link, nonce,
// proof, and the seat in the store. One session for each sixteen redemptions.
func BenchmarkRedeem(b *testing.B) {
	for _, o := range stores() {
		b.Run(o.name, func(b *testing.B) {
			all := room.NewSessions(o.open(b), keysOf(b, "k"))
			page := newBrowser(b)
			var h *house
			for i := 0; b.Loop(); i++ {
				if i%16 == 0 {
					b.StopTimer()
					h = buildIn(b, all, sixteenGuests)
					b.StartTimer()
				}
				redeemOnce(b, h, page, labelled(i%16))
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "redemptions/s")
		})
	}
}

func labelled(i int) string { return "G" + string(rune('가'+i)) }

func sixteenGuests(s *room.Spec) {
	s.Guests = nil
	for i := range 16 {
		s.Guests = append(s.Guests, labelled(i))
	}
}

// redeemOnce gives every guest a key of its own, as cheaply as one can be had:
// the seat's key need not be on the curve once the proof has been checked.
func redeemOnce(b *testing.B, h *house, page browser, label string) {
	link, err := h.keys.ParseLink(h.links[label][0], h.now)
	if err != nil {
		b.Fatal(err)
	}
	nonce := h.keys.Nonce(h.now)
	if err := h.keys.CheckNonce(nonce, h.now); err != nil {
		b.Fatal(err)
	}
	text := room.JoinText(origin, link.JTI, nonce, page.key)
	if err := room.VerifyProof(page.key, text, page.sign(b, text)); err != nil {
		b.Fatal(err)
	}
	sum := sha256.Sum256([]byte(label + string(h.id)))
	r := room.Redemption{Link: link, Key: room.SeatKey(base64.RawURLEncoding.EncodeToString(sum[:]))}
	_, err = h.all.Update(context.Background(), h.id, 0, func(s *room.Session) error {
		_, err := s.Redeem(r, h.keys, h.now)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkUpdate: two hundred sessions change at the same time, each with its
// rules run, its record opened and sealed.
func BenchmarkUpdate(b *testing.B) {
	const sessions = 200
	for _, o := range stores() {
		b.Run(o.name, func(b *testing.B) {
			all := room.NewSessions(o.open(b), keysOf(b, "k"))
			var houses []*house
			for range sessions {
				h := buildIn(b, all)
				h.arrive("H1", newBrowser(b))
				houses = append(houses, h)
			}
			took := make([][]time.Duration, sessions)
			var group sync.WaitGroup
			b.ResetTimer()
			for i, h := range houses {
				group.Go(func() { took[i] = updateOften(b, h, (b.N+sessions-1-i)/sessions) })
			}
			group.Wait()
			b.StopTimer()
			flat := slices.Sorted(slices.Values(slices.Concat(took...)))
			b.ReportMetric(float64(len(flat))/b.Elapsed().Seconds(), "updates/s")
			b.ReportMetric(float64(flat[len(flat)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

func updateOften(b *testing.B, h *house, times int) (took []time.Duration) {
	for range times {
		start := time.Now()
		_, err := h.all.Update(context.Background(), h.id, 0, func(s *room.Session) error { s.Locked = !s.Locked; return nil })
		if err != nil {
			b.Errorf("Update: %v", err)
			return took
		}
		took = append(took, time.Since(start))
	}
	return took
}
