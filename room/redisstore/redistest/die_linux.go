package redistest

import "syscall"

// dieWithParent ends the server with a test binary that is killed or panics.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
