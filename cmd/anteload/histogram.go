//go:build linux

package main

import "math/bits"

// histogram counts durations in nanoseconds, each within 1.6 % of what it was.
// The zero value is empty.
type histogram struct {
	counts [64 * fine]uint64
	total  uint64
	most   int64
}

const (
	fineBits = 6
	fine     = 1 << fineBits // buckets for each doubling
)

func bucketOf(ns int64) int {
	v := uint64(max(ns, 0))
	if v < fine {
		return int(v)
	}
	shift := bits.Len64(v) - fineBits - 1
	return (shift+1)*fine + int(v>>shift) - fine
}

// lowest is the smallest value of a bucket.
func lowest(bucket int) int64 {
	if bucket < fine {
		return int64(bucket)
	}
	shift := bucket/fine - 1
	return int64(fine+bucket%fine) << shift
}

func (h *histogram) add(ns int64) {
	h.counts[bucketOf(ns)]++
	h.total++
	h.most = max(h.most, ns)
}

// quantile is the value that a share q of all does not exceed, 0 when there is
// none.
func (h *histogram) quantile(q float64) int64 {
	if h.total == 0 {
		return 0
	}
	rank := min(uint64(q*float64(h.total)), h.total-1)
	var seen uint64
	for i, n := range h.counts {
		if seen += n; seen > rank {
			return min((lowest(i)+lowest(i+1))/2, h.most)
		}
	}
	return h.most
}

// percentiles are of durations, in milliseconds.
type percentiles struct {
	Count uint64  `json:"count"`
	P50   float64 `json:"p50"`
	P95   float64 `json:"p95"`
	P99   float64 `json:"p99"`
	Max   float64 `json:"max"`
}

func (h *histogram) percentiles() *percentiles {
	if h.total == 0 {
		return nil
	}
	ms := func(ns int64) float64 { return float64(ns) / 1e6 }
	return &percentiles{h.total, ms(h.quantile(0.50)), ms(h.quantile(0.95)), ms(h.quantile(0.99)), ms(h.most)}
}
