package netlab

import (
	"net"
	"testing"
	"time"
)

func TestMove(t *testing.T) {
	lab := New(t)
	server, person := lab.Node("server"), lab.Node("person")
	l := server.Listen(80)
	before := person.Address()
	connect(t, person, l)
	if after := person.Move(); after == before || after != person.Address() {
		t.Errorf("moved from %v to %v", before, after)
	}
	_, far := connect(t, person, l)
	if from := far.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap(); from != person.Address() {
		t.Errorf("seen from %v, not %v", from, person.Address())
	}
}

func TestIPv6(t *testing.T) {
	lab := New(t)
	server, person := lab.Node("server"), lab.Node("person")
	at := server.IPv6()
	person.IPv6()
	for _, node := range []*Node{server, person} {
		if out, err := node.space.run("", "ip", "-6", "-o", "address", "show", "tentative"); err != nil || out != "" {
			t.Errorf("addresses that are not there yet: %q, %v", out, err)
		}
	}
	var c *net.UDPConn
	var err error
	server.Do(func() { c, err = net.ListenUDP("udp6", &net.UDPAddr{IP: at.AsSlice()}) })
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, from := range []*Node{person, server} {
		near, err := from.DialContext(t.Context(), "udp6", c.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer near.Close()
		if _, err := near.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, _, err := c.ReadFromUDP(make([]byte, 10)); err != nil {
			t.Errorf("from %s: %v", from.name, err)
		}
	}
}
