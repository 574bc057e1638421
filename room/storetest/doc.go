// Package storetest holds every implementation of room.Store to the contract in
// room/store.go: one suite for all, and one benchmark. Only tests import it.
//
// The suite uses random keys and owners, so that stores may share a server. It
// runs in real time, with expiries of a fraction of a second, and waits for
// conditions.
package storetest
