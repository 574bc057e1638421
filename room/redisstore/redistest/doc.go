// Package redistest runs a redis-server of a test's own, on a random loopback
// port and a unix socket, and can pause, kill and restart it. Nothing is kept on
// the disk. Only tests import it. The server ends with the test.
package redistest
