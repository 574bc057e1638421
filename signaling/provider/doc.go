// Package provider signs hosts in at an identity provider by OpenID Connect: the
// authorization code flow with PKCE (RFC 7636), state and nonce. Discovery, keys and
// signatures are go-oidc's, the exchange is x/oauth2's.
//
// # Who owns what
//
// A [Provider] knows what the provider published, read when it is first needed, and
// nothing of any sign-in: an [Errand] is what the caller keeps from sending a
// browser away until it is back, and gives up in the same step.
//
// # Invariants
//
//   - Who may sign in is said by the configured claims; every one must hold.
//   - A host is who the provider's subject is, whatever name or address comes with
//     it.
//   - Tokens of the provider are used once and kept nowhere.
package provider
