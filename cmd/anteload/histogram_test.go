//go:build linux

package main

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestHistogramBuckets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64Range(0, math.MaxInt64/4).Draw(t, "ns")
		b := bucketOf(v)
		low, next := lowest(b), lowest(b+1)
		if v < low || v >= next {
			t.Fatalf("%d is in bucket %d, of %d to %d", v, b, low, next)
		}
		if width := next - low; width > 1 && float64(width) > float64(low)/fine+1 {
			t.Fatalf("bucket %d of %d to %d is too wide", b, low, next)
		}
	})
}

func TestQuantiles(t *testing.T) {
	var h histogram
	for i := int64(1); i <= 1000; i++ {
		h.add(i * 1000)
	}
	for q, want := range map[float64]float64{0.50: 500_000, 0.95: 950_000, 0.99: 990_000, 1: 1_000_000} {
		if got := float64(h.quantile(q)); math.Abs(got-want) > 0.02*want {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
	p := h.percentiles()
	if p.Count != 1000 || p.Max != 1 {
		t.Errorf("%+v, want 1000 of at most 1 ms", *p)
	}
}

func TestHistogramEdges(t *testing.T) {
	var h histogram
	if h.quantile(0.5) != 0 || h.percentiles() != nil {
		t.Error("an empty histogram has percentiles")
	}
	h.add(-5) // clocks may disagree by a little
	h.add(7)
	if got := h.quantile(1); got != 7 {
		t.Errorf("the largest of -5 and 7 is %d", got)
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 3, 2}, 2.5}} {
		if got := median(c.values); got != c.want {
			t.Errorf("median of %v is %v, want %v", c.values, got, c.want)
		}
	}
}
