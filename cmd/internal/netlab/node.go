package netlab

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"strconv"
	"syscall"
)

// Node is a computer of the lab.
type Node struct {
	lab              *Lab
	name             string
	space            *namespace
	port             string // the router's end of the line
	address, gateway netip.Addr
	up, down         Path
	relay            *relay // nil unless the node is far
}

// lineName is the node's own end of its line.
const lineName = "line"

// join connects the node to the router by a device made by plug, with one end
// in each.
func (n *Node) join(plug func() error) {
	n.lab.t.Helper()
	n.lab.must(plug())
	n.lab.must(n.setup(n.lab.router, n.port, n.gateway))
	n.lab.must(n.setup(n.space, lineName, n.address))
	_, err := n.space.run("", "ip", "route", "add", "default", "via", n.gateway.String(), "dev", lineName)
	n.lab.must(err)
	n.lab.must(n.count())
}

func (n *Node) setup(ns *namespace, dev string, a netip.Addr) error {
	if _, err := ns.run("", "ip", "address", "add", a.String()+"/24", "dev", dev); err != nil {
		return err
	}
	// A relay that the machine leaves waiting must lose nothing of its own
	// accord: the device holds what comes meanwhile.
	_, err := ns.run("", "ip", "link", "set", dev, "txqueuelen", strconv.Itoa(maxUnderWay), "up")
	return err
}

func (n *Node) veth() error {
	_, err := n.lab.router.run("", "ip", "link", "add", n.port, "type", "veth",
		"peer", "name", lineName, "netns", n.space.path())
	return err
}

// Address is the node's address; every other node reaches it there.
func (n *Node) Address() netip.Addr { return n.address }

// AddressPort is the address with a port.
func (n *Node) AddressPort(port uint16) netip.AddrPort { return netip.AddrPortFrom(n.address, port) }

// From is the nftables expression for packets that come from the node.
func (n *Node) From() string { return fmt.Sprintf("iifname %q", n.port) }

// To is the nftables expression for packets that go to the node.
func (n *Node) To() string { return fmt.Sprintf("oifname %q", n.port) }

// Do runs f with the calling goroutine inside the node: sockets that f makes
// live there, also after it returned. Goroutines that f starts are outside. Do
// may be called on any goroutine.
func (n *Node) Do(f func()) {
	n.lab.t.Helper()
	n.lab.must(n.space.do(func() error { f(); return nil }))
}

// Run runs a program in the node to its end and returns what it printed; the
// test fails if the program does.
func (n *Node) Run(program string, args ...string) string {
	n.lab.t.Helper()
	out, err := n.space.run("", program, args...)
	n.lab.must(err)
	return out
}

// Start starts a command in the node. It is killed when the test ends.
func (n *Node) Start(cmd *exec.Cmd) {
	n.lab.t.Helper()
	n.Wrap(cmd)
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	n.lab.must(cmd.Start())
	n.lab.t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the test may have ended it
		_ = cmd.Wait()
	})
}

// Wrap makes a command that has not been started run in the node.
func (n *Node) Wrap(cmd *exec.Cmd) { n.space.wrap(cmd) }

// DialContext connects from the node to an IP address and port. It may be
// called on any goroutine.
func (n *Node) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var conn net.Conn
	err := n.space.do(func() (err error) {
		// Only the goroutine itself is inside, so there must be neither
		// resolver nor second attempt on another one.
		d := net.Dialer{FallbackDelay: -1}
		if _, err := netip.ParseAddrPort(address); err != nil {
			return err
		}
		conn, err = d.DialContext(ctx, network, address)
		return err
	})
	return conn, err
}

// Listen listens in the node, for TCP.
func (n *Node) Listen(port uint16) net.Listener {
	n.lab.t.Helper()
	var l net.Listener
	n.lab.must(n.space.do(func() (err error) {
		l, err = net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(n.AddressPort(port)))
		return err
	}))
	n.lab.t.Cleanup(func() { _ = l.Close() }) // the test may have closed it
	return l
}

// ListenUDP makes a UDP socket in the node.
func (n *Node) ListenUDP(port uint16) *net.UDPConn {
	n.lab.t.Helper()
	var c *net.UDPConn
	n.lab.must(n.space.do(func() (err error) {
		c, err = net.ListenUDP("udp4", net.UDPAddrFromAddrPort(n.AddressPort(port)))
		return err
	}))
	n.lab.t.Cleanup(func() { _ = c.Close() }) // the test may have closed it
	return c
}
