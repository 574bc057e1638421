package turn

import (
	"net"
	"testing"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"anteroom/sfu"
)

// FuzzRequest: whatever somebody with good credentials asks for, the server goes
// on, and no more is allocated than one may have.
func FuzzRequest(f *testing.F) {
	node, err := sfu.New(sfu.Config{Address: "127.0.0.1:0"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = node.Close() })
	server, err := New(node)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = server.Close() })
	at, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	if err := server.servePackets(at); err != nil {
		f.Fatal(err)
	}
	for _, method := range []stun.Method{stun.MethodAllocate, stun.MethodRefresh, stun.MethodCreatePermission, stun.MethodChannelBind, stun.MethodConnect, stun.MethodConnectionBind} {
		f.Add(uint16(method), uint16(stun.AttrRequestedTransport), []byte{17, 0, 0, 0}, uint16(stun.AttrXORPeerAddress), []byte{0, 1, 0x3f, 0xcd, 0x5e, 0x12, 0xa4, 0x43})
		f.Add(uint16(method), uint16(stun.AttrEvenPort), []byte{0x80}, uint16(stun.AttrChannelNumber), []byte{0x40, 0, 0, 0})
		f.Add(uint16(method), uint16(stun.AttrLifetime), []byte{0, 0, 0, 0}, uint16(stun.AttrRequestedAddressFamily), []byte{2, 0, 0, 0})
	}
	f.Fuzz(func(t *testing.T, method, first uint16, one []byte, second uint16, two []byte) {
		if len(one)+len(two) > 1000 {
			return
		}
		c, err := net.Dial("udp4", at.LocalAddr().String())
		ok(t, err)
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(5 * time.Second))
		allocate := stun.RawAttribute{Type: stun.AttrRequestedTransport, Value: []byte{17, 0, 0, 0}}
		nonce := new(stun.Nonce)
		ok(t, nonce.GetFrom(exchange(t, c, stun.NewType(stun.MethodAllocate, stun.ClassRequest), allocate)))
		who := server.Credentials("a")
		proof := []stun.Setter{
			stun.NewUsername(who.Username), stun.NewRealm(realm), *nonce,
			stun.MessageIntegrity(turn.GenerateAuthKey(who.Username, realm, who.Password)),
		}
		exchange(t, c, stun.NewType(stun.MethodAllocate, stun.ClassRequest), append([]stun.Setter{allocate}, proof...)...)
		asked := []stun.Setter{stun.RawAttribute{Type: stun.AttrType(first), Value: one}, stun.RawAttribute{Type: stun.AttrType(second), Value: two}}
		m, err := stun.Build(append([]stun.Setter{stun.TransactionID, stun.NewType(stun.Method(method&0xfff), stun.ClassRequest)}, append(asked, proof...)...)...)
		if err == nil {
			_, err = c.Write(m.Raw)
			ok(t, err)
		}
		exchange(t, c, stun.BindingRequest)
		if n := server.Stats().Allocations; n > maxOwned {
			t.Errorf("%d allocations", n)
		}
		end := []stun.Setter{stun.RawAttribute{Type: stun.AttrLifetime, Value: []byte{0, 0, 0, 0}}}
		m, err = stun.Build(append([]stun.Setter{stun.TransactionID, stun.NewType(stun.MethodRefresh, stun.ClassRequest)}, append(end, proof...)...)...)
		ok(t, err)
		_, err = c.Write(m.Raw) // there may be nothing left to end
		ok(t, err)
		exchange(t, c, stun.BindingRequest)
	})
}

// exchange sends a message and returns the answer to it.
func exchange(t *testing.T, c net.Conn, kind stun.MessageType, attributes ...stun.Setter) *stun.Message {
	t.Helper()
	m, err := stun.Build(append([]stun.Setter{stun.TransactionID, kind}, attributes...)...)
	ok(t, err)
	_, err = c.Write(m.Raw)
	ok(t, err)
	for buf := make([]byte, maxFrame); ; {
		n, err := c.Read(buf)
		ok(t, err)
		answer := &stun.Message{Raw: append([]byte(nil), buf[:n]...)}
		if answer.Decode() == nil && answer.TransactionID == m.TransactionID {
			return answer
		}
	}
}
