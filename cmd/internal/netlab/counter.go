package netlab

import (
	"encoding/json"
	"fmt"
)

// loadCounters makes the table in which packets for each node are counted,
// after the lines have lost theirs.
func (l *Lab) loadCounters() error {
	return l.nft(`
table ip counts {
	chain forward {
		type filter hook forward priority 10
	}
}
`)
}

func (n *Node) count() error {
	return n.lab.nft(fmt.Sprintf(`
table ip counts {
	counter %[1]s {
	}
	chain forward {
		oifname %[1]q counter name %[1]q
	}
}
`, n.port))
}

// Arrived is how many IP packets of other nodes have been passed on to this
// node so far.
func (n *Node) Arrived() uint64 {
	n.lab.t.Helper()
	out, err := n.lab.router.run("", "nft", "-j", "list", "counter", "ip", "counts", n.port)
	n.lab.must(err)
	var listed struct {
		Nftables []struct{ Counter struct{ Packets uint64 } }
	}
	n.lab.must(json.Unmarshal([]byte(out), &listed))
	var packets uint64
	for _, entry := range listed.Nftables {
		packets += entry.Counter.Packets
	}
	return packets
}
