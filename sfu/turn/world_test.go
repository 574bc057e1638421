package turn

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"

	"anteroom/sfu"
)

// world is a gateway with a TURN server that listens for UDP and TCP.
type world struct {
	t     *testing.T
	node  *sfu.Node
	turn  *Server
	udp   net.PacketConn
	tcp   net.Listener
	media netip.AddrPort
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAt(t, sfu.Config{Address: "127.0.0.1:0"})
}

func newWorldAt(t *testing.T, cfg sfu.Config) *world {
	t.Helper()
	w := &world{t: t}
	w.node = must[*sfu.Node](t)(sfu.New(cfg))
	t.Cleanup(func() { _ = w.node.Close() })
	w.media = w.node.Advertised()[0]
	w.turn = must[*Server](t)(New(w.node))
	t.Cleanup(func() { ok(t, w.turn.Close()) })
	w.udp = must[net.PacketConn](t)(net.ListenPacket("udp", cfg.Address))
	ok(t, w.turn.ServePackets(w.udp))
	w.tcp = must[net.Listener](t)(net.Listen("tcp", cfg.Address))
	w.turn.Serve(w.tcp)
	return w
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		ok(t, err)
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// overUDP is a client that has not asked for anything yet.
func (w *world) overUDP(c Credentials) *turn.Client {
	w.t.Helper()
	conn := must[net.PacketConn](w.t)(net.ListenPacket("udp4", "127.0.0.1:0"))
	return w.client(conn, w.udp.LocalAddr().String(), c)
}

func (w *world) overTCP(c Credentials) *turn.Client {
	w.t.Helper()
	conn := must[net.Conn](w.t)(net.Dial("tcp", w.tcp.Addr().String()))
	return w.client(turn.NewSTUNConn(conn), w.tcp.Addr().String(), c)
}

func (w *world) client(conn net.PacketConn, server string, c Credentials) *turn.Client {
	w.t.Helper()
	w.t.Cleanup(func() { _ = conn.Close() })
	client := must[*turn.Client](w.t)(turn.NewClient(&turn.ClientConfig{
		STUNServerAddr: server, TURNServerAddr: server, Conn: conn, RTO: time.Second,
		Username: c.Username, Password: c.Password, Realm: realm,
		LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled},
	}))
	w.t.Cleanup(client.Close)
	ok(w.t, client.Listen())
	return client
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}
