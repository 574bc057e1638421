//go:build race

package room_test

// raced says that the race detector is on: everything takes some fifteen times
// as long, so that the random stories are fewer.
const raced = true
