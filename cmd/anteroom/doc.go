// Command anteroom is the gateway: it reads its configuration, wires the rules,
// the stores, the media gateway, the wire and the pages together, and serves.
//
// Configuration comes from the defaults, then a file (--config), then the
// environment, then flags; configs/anteroom.yaml lists every key. Only this
// package reads files, environment and flags.
//
// [App] is the whole program as a value, so that end-to-end tests start the
// real thing in their own process. It owns what it opens: the store, the media
// port, the listeners; Close lets go of them in the reverse order.
//
// Around it, main keeps what the process holds in its memory from getting out:
// no core dumps, silent libraries, and standard error for our own log alone. A
// second process of the program ("crash-monitor") gets the runtime's report of a
// crash and prints the places in it and no value.
package main
