// Package passkey registers and checks passkeys of hosts (Web Authentication Level
// 3): discoverable credentials with user verification, for the domain of the public
// URL. The ceremonies are go-webauthn's; this package says what is asked for and
// turns what comes back into what an account keeps.
//
// # Who owns what
//
// A [Party] keeps nothing: what must survive from the beginning of a ceremony to
// its end is returned as bytes for the caller to keep, once, out of the browser's
// reach.
//
// # Invariants
//
//   - Attestation is not asked for: whose make an authenticator is, is nobody's
//     business here.
//   - A signature counter that does not rise refuses the sign-in: the passkey may
//     have been copied.
//   - No error of the library reaches a caller: they quote what they refuse.
package passkey
