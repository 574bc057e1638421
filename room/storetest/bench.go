package storetest

import (
	"bytes"
	"slices"
	"sync"
	"testing"
	"time"

	"anteroom/room"
)

// BenchKeys is how many sessions change at once in Bench, BenchSize the size of
// a record in bytes.
const (
	BenchKeys = 200
	BenchSize = 2048
)

// Bench measures Swap with BenchKeys concurrent writers, each of its own
// key. It reports updates/s and the 99th percentile of latency, and returns the
// former.
func Bench(b *testing.B, s room.Store) float64 {
	recs := make([]*writerLoad, BenchKeys)
	for i := range recs {
		recs[i] = newWriterLoad(b, s)
	}
	var group sync.WaitGroup
	b.ResetTimer()
	for i, w := range recs {
		share := b.N / BenchKeys
		if i < b.N%BenchKeys {
			share++
		}
		group.Go(func() { w.run(b, share) })
	}
	group.Wait()
	b.StopTimer()
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "updates/s")
	b.ReportMetric(float64(percentile99(recs).Microseconds())/1000, "p99-ms")
	return rate
}

type writerLoad struct {
	store   room.Store
	key     string
	rec     room.Record
	version uint64
	took    []time.Duration
}

func newWriterLoad(b *testing.B, s room.Store) *writerLoad {
	rec := room.Record{Data: bytes.Repeat([]byte("x"), BenchSize), Expires: time.Now().Add(time.Hour)}
	w := &writerLoad{store: s, key: NewKey(), rec: rec}
	w.version = mustSwap(b, s, w.key, 0, rec)
	return w
}

func (w *writerLoad) run(b *testing.B, times int) {
	for range times {
		start := time.Now()
		version, err := w.store.Swap(b.Context(), w.key, w.version, w.rec, 0)
		if err != nil {
			b.Errorf("Swap: %v", err)
			return
		}
		w.version = version
		w.took = append(w.took, time.Since(start))
	}
}

func percentile99(all []*writerLoad) time.Duration {
	var took []time.Duration
	for _, w := range all {
		took = append(took, w.took...)
	}
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[len(took)*99/100]
}
