package signaling

import (
	"context"
	"fmt"
	"testing"

	"anteroom/signaling/client"
)

// TestManyJoinAtOnce: whoever has redeemed a link gets a view, however many
// others do so at the same moment.
func TestManyJoinAtOnce(t *testing.T) {
	var labels []string
	for i := range 40 {
		labels = append(labels, fmt.Sprint("G", i))
	}
	m := newWorld(t).of(labels...)
	host := m.enter("Host")
	ctx := within(t)
	connected, left := make(chan error, len(labels)), make(chan error, len(labels))
	for _, label := range labels {
		go func() {
			c, err := joinAndConnect(ctx, m, label)
			connected <- err
			if err == nil {
				defer c.Close()
				_, err = c.WaitPhase(ctx, client.PhaseIn)
			}
			left <- err
		}()
	}
	for range labels {
		if err := <-connected; err != nil {
			t.Errorf("connecting: %v", err)
		}
	}
	ok(t, host.AdmitAll(ctx))
	for range labels {
		if err := <-left; err != nil {
			t.Errorf("waiting: %v", err)
		}
	}
}

func joinAndConnect(ctx context.Context, m *meeting, label string) (*client.Conn, error) {
	seat, err := client.Join(ctx, m.links[label], m.options())
	if err != nil {
		return nil, err
	}
	return seat.Connect(ctx)
}
