package netlab

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// maxNodes is what the addresses 10.77.N.0/24 allow.
const maxNodes = 250

// Lab is a router and the nodes that hang on it. Its methods, and those of its
// nodes unless they say otherwise, are for the goroutine that runs the test.
type Lab struct {
	t      testing.TB
	router *namespace
	nodes  []*Node
	drops  []string // nftables matches that the router drops, besides lossy lines
}

// New makes a lab that ends with the test. The test fails if it may not make
// namespaces or a program is missing.
func New(t testing.TB) *Lab {
	t.Helper()
	if err := able(os.Geteuid(), exec.LookPath); err != nil {
		t.Fatalf("netlab: %v", err)
	}
	l := &Lab{t: t, router: l3(t, "router")}
	l.must(l.router.do(func() error {
		return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0)
	}))
	l.must(l.loadCounters())
	return l
}

// able says why this process cannot make a lab.
func able(euid int, look func(string) (string, error)) error {
	if euid != 0 {
		return fmt.Errorf("network namespaces need root: run the tests as root, or with go test -exec 'sudo -E'")
	}
	for _, program := range []string{"ip", "tc", "nft", "nsenter"} {
		if _, err := look(program); err != nil {
			return fmt.Errorf("%s is not installed: run make test-tools", program)
		}
	}
	return nil
}

func (l *Lab) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatalf("netlab: %v", err)
	}
}

// Node adds a node on a line that can be slow and lossy. Names are for messages
// only.
func (l *Lab) Node(name string) *Node {
	l.t.Helper()
	n := l.add(name)
	n.join(n.veth)
	return n
}

// FarNode adds a node on a line that can be all a Path says.
func (l *Lab) FarNode(name string) *Node {
	l.t.Helper()
	n := l.add(name)
	n.join(n.tun)
	return n
}

func (l *Lab) add(name string) *Node {
	l.t.Helper()
	i := len(l.nodes) + 1
	if i > maxNodes {
		l.t.Fatalf("netlab: more than %d nodes", maxNodes)
	}
	n := &Node{
		lab: l, name: name, space: l3(l.t, name), port: fmt.Sprintf("n%d", i),
		address: netip.AddrFrom4([4]byte{10, 77, byte(i), 2}),
		gateway: netip.AddrFrom4([4]byte{10, 77, byte(i), 1}),
	}
	l.nodes = append(l.nodes, n)
	return n
}

// l3 is a namespace with loopback up and without IPv6, whose own chatter would
// disturb counts.
func l3(t testing.TB, name string) *namespace {
	t.Helper()
	ns, err := newNamespace()
	if err != nil {
		t.Fatalf("netlab: namespace for %s: %v", name, err)
	}
	t.Cleanup(func() { ns.close() })
	for _, file := range []string{"all", "default"} {
		err := ns.do(func() error {
			return os.WriteFile("/proc/sys/net/ipv6/conf/"+file+"/disable_ipv6", []byte("1"), 0)
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatalf("netlab: %s: %v", name, err)
		}
	}
	if _, err := ns.run("", "ip", "link", "set", "lo", "up"); err != nil {
		t.Fatalf("netlab: %s: %v", name, err)
	}
	return ns
}

// Drop makes the router drop what matches an nftables expression, on top of
// what lines lose: "meta l4proto udp" for a network without UDP, or with
// Node.From and Node.To for one node: a.From() + " udp dport 7900".
func (l *Lab) Drop(match string) {
	l.t.Helper()
	l.drops = append(l.drops, match)
	l.must(l.loadRules())
}

// Undrop takes back what Drop said with the same expression.
func (l *Lab) Undrop(match string) {
	l.t.Helper()
	var left []string
	for _, d := range l.drops {
		if d != match {
			left = append(left, d)
		}
	}
	l.drops = left
	l.must(l.loadRules())
}

// loadRules replaces the router's rules in one step.
func (l *Lab) loadRules() error {
	var rules strings.Builder
	for _, n := range l.nodes {
		rules.WriteString(lossRule(n.From(), n.up))
		rules.WriteString(lossRule(n.To(), n.down))
	}
	for _, d := range l.drops {
		fmt.Fprintf(&rules, "%s drop\n", d)
	}
	return l.nft(fmt.Sprintf(`
table ip lines {
}
delete table ip lines
table ip lines {
	chain forward {
		type filter hook forward priority 0
%s	}
}
`, rules.String()))
}

func lossRule(match string, p Path) string {
	if p.Loss == 0 || p.Burst > 0 {
		return ""
	}
	return fmt.Sprintf("%s numgen random mod 100000 < %d drop\n", match, int(p.Loss*100000))
}

func (l *Lab) nft(ruleset string) error {
	_, err := l.router.run(ruleset, "nft", "-f", "-")
	return err
}
