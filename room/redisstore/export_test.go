package redisstore

import "time"

// SwapSHA, DeleteSHA and AcquireSHA name the scripts as they go over the wire.
func SwapSHA() string    { return newScripts().swap.Hash() }
func DeleteSHA() string  { return newScripts().delete.Hash() }
func AcquireSHA() string { return newScripts().acquire.Hash() }

// SetPoll must be called before the first Watch.
func (s *Store) SetPoll(min, max time.Duration) {
	s.hub.pollMin, s.hub.pollMax = min, max
}
