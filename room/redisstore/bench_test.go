package redisstore_test

import (
	"fmt"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"anteroom/room/redisstore/redistest"
	"anteroom/room/storetest"
)

// BenchmarkSwap also reports the ratio to what redis-benchmark gets out of the
// same server with plain SETs of the same size and as many connections as there
// are writers, before and after.
func BenchmarkSwap(b *testing.B) {
	server := redistest.Start(b)
	before := redisBenchmark(b, server.URL)
	rate := storetest.Bench(b, open(b, server.URL))
	floor := (before + redisBenchmark(b, server.URL)) / 2
	b.ReportMetric(floor, "set/s")
	b.ReportMetric(rate/floor, "of-set")
}

func redisBenchmark(b *testing.B, server string) float64 {
	b.Helper()
	u, err := url.Parse(server)
	if err != nil {
		b.Fatal(err)
	}
	out, err := exec.Command("redis-benchmark", "-h", u.Hostname(), "-p", u.Port(), "--csv",
		"-t", "set", "-n", "20000", "-r", fmt.Sprint(storetest.BenchKeys),
		"-c", fmt.Sprint(storetest.BenchKeys), "-d", fmt.Sprint(storetest.BenchSize)).Output()
	if err != nil {
		b.Fatalf("redis-benchmark: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(line, ",")
		if fields[0] == `"SET"` {
			rate, err := strconv.ParseFloat(strings.Trim(fields[1], "\"\n"), 64)
			if err != nil {
				b.Fatal(err)
			}
			return rate
		}
	}
	b.Fatalf("redis-benchmark said %q", out)
	return 0
}
