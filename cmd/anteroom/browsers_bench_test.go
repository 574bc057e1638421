package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"anteroom/signaling/client"
	"anteroom/web/browsertest"
)

// BenchmarkBrowsers is a session of two people in a real Chromium with the real
// program, without end-to-end encryption and with it. An operation is a second
// of it: -benchtime 20x is 20 s. CPU is that of all processes of each program.
func BenchmarkBrowsers(b *testing.B) {
	for _, policy := range []string{"off", "required"} {
		b.Run("e2ee="+policy, func(b *testing.B) { benchmarkBrowsers(b, policy) })
	}
}

func benchmarkBrowsers(b *testing.B, policy string) {
	program, api := gatewayProcess(b)
	browser := browsertest.Chromium(b)
	host, guest := meet(b, browser, api, policy)
	gateway := func() float64 { return cpuSeconds(b, program.cmd.Process.Pid) }
	chromium := func() float64 { return treeCPUSeconds(b, browser.Profile()) }
	before, seconds := host.traffic().plus(guest.traffic()), host.now()
	busyGateway, busyChromium := gateway(), chromium()
	for b.Loop() {
		host.Eval("new Promise((settle) => setTimeout(settle, 1000))", nil)
	}
	busyGateway, busyChromium = gateway()-busyGateway, chromium()-busyChromium
	after := host.traffic().plus(guest.traffic())
	seconds = host.now() - seconds
	packets := after.Packets - before.Packets
	if packets < 50*seconds || after.Frames-before.Frames < 5*seconds {
		b.Fatalf("%.0f packets and %.0f frames in %.1f s", packets, after.Frames-before.Frames, seconds)
	}
	b.ReportMetric(packets/seconds, "packets/s")
	b.ReportMetric((after.Frames-before.Frames)/seconds/2, "frames/s")
	b.ReportMetric(1e6*busyGateway/packets, "gateway-µs/packet")
	b.ReportMetric(100*busyGateway/seconds, "gateway-%")
	b.ReportMetric(100*busyChromium/seconds/2, "browser-%/person")
}

// gatewayProcess is the program in a process of its own.
func gatewayProcess(b *testing.B) (*process, client.API) {
	cmd := exec.Command(build(b), "--listen", "127.0.0.1:0", "--media-address", "127.0.0.1:0", "--store", "memory", "--state-dir", b.TempDir())
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "ANTEROOM_API_KEY=" + testKey}
	p := spawn(b, cmd)
	h := &http.Client{Transport: &http.Transport{}}
	b.Cleanup(h.CloseIdleConnections)
	return p, client.API{URL: p.url(), Key: testKey, HTTP: h}
}

// meet brings a host and a guest into one room.
func meet(b *testing.B, browser *browsertest.Browser, api client.API, policy string) (host, guest *person) {
	open := false
	s, err := api.Create(b.Context(), client.SessionSpec{
		Guests: []client.Label{{Label: "S."}}, Policy: &client.Policy{AutoLock: &open, E2EE: &policy},
	})
	if err != nil {
		b.Fatal(err)
	}
	o := browsertest.PageOptions{Width: 1280, Height: 800, Preload: largeCamera + countTraffic}
	host, guest = newPerson(b, browser, "host", o), newPerson(b, browser, "S.", o)
	host.enter(s.Hosts[0].Link)
	guest.letIn(host, s.Guests[0].Link)
	host.seesAndHears(1)
	guest.seesAndHears(1)
	return host, guest
}

// countTraffic is a script's sum of what a page has got.
const countTraffic = `
window.testTraffic = async () => {
  const sum = { packets: 0, frames: 0 };
  for (const pc of window.testPeers) for (const s of (await pc.getStats()).values()) if (s.type === 'inbound-rtp') {
    sum.packets += s.packetsReceived;
    sum.frames += s.framesDecoded ?? 0;
  }
  return sum;
};
`

type traffic struct{ Packets, Frames float64 }

func (a traffic) plus(b traffic) traffic { return traffic{a.Packets + b.Packets, a.Frames + b.Frames} }

func (p *person) traffic() (sum traffic) {
	p.t.Helper()
	p.Eval("window.testTraffic()", &sum)
	return sum
}

// now is the page's clock, in seconds.
func (p *person) now() (seconds float64) {
	p.t.Helper()
	p.Eval("performance.now() / 1000", &seconds)
	return seconds
}

// cpuSeconds is the processor time that a process has used so far.
func cpuSeconds(b *testing.B, pid int) float64 {
	b.Helper()
	words := statOf(pid)
	if words == nil {
		b.Fatalf("no process %d", pid)
	}
	const ticks = 100 // a second, in /proc on every machine
	return float64(words[11]+words[12]) / ticks
}

// treeCPUSeconds is the same for the process that has such a word on its command
// line and for all that it has started.
func treeCPUSeconds(b *testing.B, word string) (sum float64) {
	b.Helper()
	children, todo := map[int][]int{}, []int(nil)
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range found {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if words := statOf(pid); words != nil {
			children[words[1]] = append(children[words[1]], pid)
		}
		if line, _ := os.ReadFile(file); len(todo) == 0 && strings.Contains(string(line), word) {
			todo = append(todo, pid)
		}
	}
	for len(todo) > 0 {
		pid := todo[0]
		todo = append(todo[1:], children[pid]...)
		if words := statOf(pid); words != nil {
			sum += float64(words[11]+words[12]) / 100
		}
	}
	return sum
}

// statOf is the numbers of /proc/PID/stat behind the program's name, the state in
// front of them as 0; nil when there is no such process.
func statOf(pid int) (numbers []int) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	words := strings.Fields(string(line[strings.LastIndexByte(string(line), ')')+1:]))
	for _, w := range words {
		n, _ := strconv.Atoi(w)
		numbers = append(numbers, n)
	}
	return numbers
}
