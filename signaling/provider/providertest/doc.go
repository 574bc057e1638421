// Package providertest is a small identity provider for tests: it speaks OpenID
// Connect (discovery, authorization code, PKCE, signed ID tokens) on a loopback
// address and signs in, without asking, whoever the test says.
//
// A [Provider] owns its HTTP server; the test's cleanup closes it. What the next
// sign-in is to be like is said in its fields, under its lock.
package providertest
