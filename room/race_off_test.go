//go:build !race

package room_test

// raced says that the race detector is on.
const raced = false
