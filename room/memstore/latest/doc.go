// Package latest hands the newest state of a record to one receiver, however
// slow it is.
//
// A [Box] holds at most one undelivered change. Whoever changes the record puts
// into the box and never waits; the box's own goroutine (the caller of Forward)
// is the only sender on the receiver's channel and its only closer. States in
// between may be overwritten, the last one is delivered.
package latest
