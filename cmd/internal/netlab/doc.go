// Package netlab makes small networks for tests: namespaces joined by a router,
// with lines as bad as a test wants them. Sockets and programs in its nodes see
// a network of their own and nothing else, so hostile and heavy traffic never
// leaves the test.
//
//	lab := netlab.New(t)
//	server, person := lab.Node("server"), lab.FarNode("person")
//	person.SetLine(netlab.Path{Rate: 2e6}, netlab.Path{Loss: 0.03, Delay: 40 * time.Millisecond})
//	server.Start(exec.Command(binary, "--listen", server.Address().String()+":8080"))
//
// Every node hangs on the router by a line of its own, and an address of its
// own out of 10.77.0.0/16. Rate is shaped by tc (tbf), independent loss is made
// by nftables, and delay, jitter and bursts of loss by a relay of this package
// between two TUN devices, which far nodes have for a line: kernels without
// netem can do all of it.
//
// Who owns what: the test owns the lab. Namespaces have no names; they are held
// by file descriptors of the test process alone and are gone with it, however
// it ends. Programs started in a node are killed with the test.
//
// Needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN) and the programs ip, tc, nft and
// nsenter. Linux only. The package is for tests; no part of the product imports
// it.
package netlab
