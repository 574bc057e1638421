package redistest

import "testing"

// TestFreeAddr: nobody is given what another has been given and has yet to listen on.
func TestFreeAddr(t *testing.T) {
	given := map[string]bool{}
	for range 2000 {
		addr := FreeAddr(t)
		if given[addr] {
			t.Fatalf("%s was given twice", addr)
		}
		given[addr] = true
	}
}
