package turn

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"anteroom/sfu"
)

// TestCredentials: nobody makes an allocation without good ones.
func TestCredentials(t *testing.T) {
	w := newWorld(t)
	good := w.turn.Credentials("a")
	if good.Expires.Before(time.Now()) || strings.Contains(fmt.Sprint(good), good.Password) {
		t.Errorf("credentials until %v, printed as %v", good.Expires, good)
	}
	other, err := New(w.node) // as after a restart, or on another machine
	ok(t, err)
	defer other.Close()
	old := w.turn.credentials("a", time.Now().Add(-time.Second))
	ends, name, _ := strings.Cut(good.Username, ":")
	for what, c := range map[string]Credentials{
		"none":              {},
		"a wrong password":  {Username: good.Username, Password: "guess"},
		"another's owner":   {Username: ends + ":" + strings.Repeat("A", len(name)), Password: good.Password},
		"a later end":       {Username: "99999999999:" + name, Password: good.Password},
		"an end long ago":   old,
		"no number":         {Username: "soon:" + name, Password: good.Password},
		"another's machine": other.Credentials("a"),
	} {
		if conn, err := w.overUDP(c).Allocate(); err == nil {
			t.Errorf("an allocation with %s", what)
			_ = conn.Close()
		}
	}
	if s := w.turn.Stats(); s.Allocated != 0 || s.Refused == 0 {
		t.Errorf("%d made, %d refused", s.Allocated, s.Refused)
	}
	conn, err := w.overUDP(good).Allocate()
	ok(t, err)
	_ = conn.Close()
}

// TestNothingElse: an allocation leads to the media port and nowhere else: not
// to other addresses, nor to other ports of this one.
func TestNothingElse(t *testing.T) {
	w := newWorld(t)
	bystander, err := net.ListenPacket("udp4", "127.0.0.1:0")
	ok(t, err)
	defer bystander.Close()
	conn, err := w.overUDP(w.turn.Credentials("a")).Allocate()
	ok(t, err)
	defer conn.Close()
	port := bystander.LocalAddr().(*net.UDPAddr).Port
	for range 20 {
		// Permitted by its address, refused by its port.
		_, _ = conn.WriteTo([]byte("a datagram of some length"), bystander.LocalAddr())
	}
	for _, ip := range []string{"127.0.0.2", "0.0.0.0", "192.0.2.1"} {
		if _, err := conn.WriteTo([]byte("a datagram of some length"), &net.UDPAddr{IP: net.ParseIP(ip), Port: port}); err == nil {
			t.Errorf("permitted to send to %s", ip)
		}
	}
	// What the server took from the same client before has been dealt with when
	// this is answered; then it is this datagram that comes first.
	eventually(t, "the media port was reached", func() bool {
		_, err := conn.WriteTo([]byte("a datagram of some length"), net.UDPAddrFromAddrPort(w.media))
		ok(t, err)
		return w.node.Stats().Dropped > 20
	})
	mark, err := net.ListenPacket("udp4", "127.0.0.1:0")
	ok(t, err)
	defer mark.Close()
	_, err = mark.WriteTo([]byte("mark"), bystander.LocalAddr())
	ok(t, err)
	buf := make([]byte, 100)
	_, from, err := bystander.ReadFrom(buf)
	ok(t, err)
	if from.String() != mark.LocalAddr().String() {
		t.Errorf("a datagram came from %v", from)
	}
}

// TestQuota: one owner has so many allocations, whatever the credentials and
// however fast; another has its own.
func TestQuota(t *testing.T) {
	w := newWorld(t)
	made := make(chan bool)
	const tries = maxOwned + 8
	for range tries {
		c := w.overTCP(w.turn.Credentials("a"))
		go func() {
			conn, err := c.Allocate()
			if err == nil {
				t.Cleanup(func() { _ = conn.Close() })
			}
			made <- err == nil
		}()
	}
	n := 0
	for range tries {
		if <-made {
			n++
		}
	}
	if n != maxOwned {
		t.Errorf("%d allocations of one owner", n)
	}
	conn, err := w.overTCP(w.turn.Credentials("b")).Allocate()
	ok(t, err)
	_ = conn.Close()
}

// TestStreams: connections that say nothing, lie about the size of what they
// send, or send what is no TURN end, and cost nothing until then.
func TestStreams(t *testing.T) {
	w := newWorld(t)
	lie := make([]byte, 20) // with its header a multiple of 65536
	binary.BigEndian.PutUint16(lie[0:], 0x0003)
	binary.BigEndian.PutUint16(lie[2:], 0xffec)
	binary.BigEndian.PutUint32(lie[4:], 0x2112a442)
	noise := make([]byte, 4000)
	_, _ = rand.Read(noise)
	noise[0] = 0xff
	for what, sent := range map[string][]byte{
		"a lie about the size": lie, "noise": noise, "a web page": []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
		"too much": append([]byte{0x40, 0, 0xff, 0xff}, noise...), "no cookie": make([]byte, 40),
	} {
		c, err := net.Dial("tcp4", w.tcp.Addr().String())
		ok(t, err)
		_, _ = c.Write(sent)
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := io.ReadAll(c); errors.Is(err, net.ErrClosed) || isTimeout(err) {
			t.Errorf("%s: the connection goes on", what)
		}
		_ = c.Close()
	}
	eventually(t, "no connection is left", func() bool { return w.open() == 0 })
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

func (w *world) open() int {
	w.turn.mu.Lock()
	defer w.turn.mu.Unlock()
	return len(w.turn.streams)
}

// TestStrays: when those of one network wait without an allocation, however many,
// there is still place for others.
func TestStrays(t *testing.T) {
	w := newWorld(t)
	closed := make(chan struct{}, 300)
	for range cap(closed) {
		c, err := net.Dial("tcp4", w.tcp.Addr().String())
		ok(t, err)
		t.Cleanup(func() { _ = c.Close() })
		go func() { _, _ = c.Read(make([]byte, 1)); closed <- struct{}{} }()
	}
	<-closed // those for whom there is no place
	other := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, 1)}}
	c, err := other.Dial("tcp4", w.tcp.Addr().String())
	ok(t, err)
	conn, err := w.client(turn.NewSTUNConn(c), w.tcp.Addr().String(), w.turn.Credentials("a")).Allocate()
	ok(t, err)
	_ = conn.Close()
}

// TestChannels: whoever binds more channels than there is to reach loses the
// allocation.
func TestChannels(t *testing.T) {
	w := newWorld(t)
	client := w.overUDP(w.turn.Credentials("a"))
	conn, err := client.Allocate()
	ok(t, err)
	defer conn.Close()
	for port := range 1 + spareChannels + 1 {
		// Pion's client binds a channel when it has sent something.
		_, _ = conn.WriteTo([]byte("a datagram of some length"), &net.UDPAddr{IP: w.media.Addr().AsSlice(), Port: 1000 + port})
	}
	eventually(t, "the allocation is gone", func() bool { return w.turn.Stats().Allocations == 0 })
}

// TestManyAddresses: a media port with many addresses can be tried under each of
// them, as browsers do.
func TestManyAddresses(t *testing.T) {
	const many = 20
	var all []netip.Addr
	for i := range byte(many) {
		all = append(all, netip.AddrFrom4([4]byte{127, 0, 0, i + 1}))
	}
	w := newWorldAt(t, sfu.Config{Address: "127.0.0.1:0", Advertise: all})
	conn, err := w.overUDP(w.turn.Credentials("a")).Allocate()
	ok(t, err)
	defer conn.Close()
	for _, a := range w.node.Advertised() {
		_, err = conn.WriteTo([]byte("a datagram of some length"), net.UDPAddrFromAddrPort(a))
		ok(t, err)
	}
	eventually(t, "a channel to each", func() bool {
		w.turn.mu.Lock()
		defer w.turn.mu.Unlock()
		r := w.turn.relays[netip.MustParseAddrPort(conn.LocalAddr().String())]
		return r != nil && r.channels == many
	})
	if n := w.turn.Stats().Allocations; n != 1 {
		t.Errorf("%d allocations", n)
	}
}

// FuzzFrame: whatever a client sends, Pion gets whole frames of what their
// headers say, and no more than it can take.
func FuzzFrame(f *testing.F) {
	request, err := stun.Build(stun.TransactionID, stun.NewType(stun.MethodAllocate, stun.ClassRequest), stun.NewRealm(realm))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(request.Raw)
	f.Add([]byte{0x40, 0x00, 0x00, 0x05, 1, 2, 3, 4, 5, 0, 0, 0})
	f.Add([]byte{0x00, 0x03, 0xff, 0xec, 0x21, 0x12, 0xa4, 0x42})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 4 {
			return
		}
		n, err := frameSize(data[:4])
		if err == nil && (n < 4 || n > maxFrame || n%4 != 0) {
			t.Errorf("%d octets of frame", n)
		}
	})
}
