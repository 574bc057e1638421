//go:build unix && !linux

package redistest

import "syscall"

// dieWithParent does nothing where the system does not offer it.
func dieWithParent() *syscall.SysProcAttr { return nil }
