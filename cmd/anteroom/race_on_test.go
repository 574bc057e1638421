//go:build race

package main

// raced says that the race detector is on: those who attack are slower then, and
// attack less. `make test-stories` runs them without it.
const raced = true
