package signaling

import (
	"context"
	"time"

	"anteroom/room"
	"anteroom/room/account"
	"anteroom/signaling/passkey"
	"anteroom/signaling/provider"
)

// people is what the server knows of who may sign in. What is kept is in the store,
// sealed; nothing of it is in memory longer than a call.
type people struct {
	hosts      *room.Vault[account.Account]   // by name
	enrolments *room.Vault[account.Enrolment] // by token
	apps       *room.Vault[account.Enrolment] // by token: those that hosts who are signed in set up
	logins     *room.Vault[account.Login]     // by token
	keys       *room.Vault[account.Key]       // by ID
	ceremonies *room.Vault[ceremony]          // by a name of their own
	errands    *room.Vault[provider.Errand]   // by state

	hasher   *account.Hasher
	passkeys *passkey.Party     // nil where there can be none
	provider *provider.Provider // nil unless configured
	tries    *limiter           // of signing in with a password, by name
}

func (s *Server) newPeople() (people, error) {
	all := s.sessions
	passkeys, err := passkey.New(s.origin)
	if err != nil {
		return people{}, err
	}
	var p *provider.Provider
	if s.cfg.Provider != nil {
		cfg := *s.cfg.Provider
		cfg.Origin = s.origin
		p, err = provider.New(cfg)
	}
	return people{
		hosts: room.NewVault[account.Account](all, "host"), enrolments: room.NewVault[account.Enrolment](all, "enrol"),
		apps: room.NewVault[account.Enrolment](all, "app"), logins: room.NewVault[account.Login](all, "login"), keys: room.NewVault[account.Key](all, "key"),
		ceremonies: room.NewVault[ceremony](all, "ceremony"), errands: room.NewVault[provider.Errand](all, "errand"),
		hasher: account.NewHasher(), passkeys: passkeys, provider: p, tries: newLimiter(1.0/20, 20),
	}, err
}

// renewPeople carries what is kept for long over a rotation of the deployment
// secret: what is left under the old one is brought under the new one.
func (s *Server) renewPeople() {
	ctx, cancel := s.bounded()
	defer cancel()
	err := s.people.hosts.Renew(ctx, func(a account.Account) string { return a.Name })
	if err == nil {
		err = s.people.keys.Renew(ctx, func(k account.Key) string { return k.ID })
	}
	if err != nil && ctx.Err() == nil {
		s.log.Warn("could not bring accounts under the new secret; start again while the old one is configured", "cause", cause(err))
	}
}

// byID finds an account by its ID. There are as many as a practice has hosts.
func (p *people) byID(ctx context.Context, id string) (account.Account, error) {
	all, err := p.hosts.All(ctx)
	for _, one := range all {
		if one.ID == id {
			return one, nil
		}
	}
	if err == nil {
		err = room.Refused(room.CodeSignInFailed)
	}
	return account.Account{}, err
}

// owners are all whose sessions there may be.
func (p *people) owners(ctx context.Context) ([]string, error) {
	all, err := p.hosts.All(ctx)
	owners := []string{Owner}
	for _, one := range all {
		owners = append(owners, one.ID)
	}
	return owners, err
}

// ceremony is what is kept of a ceremony of WebAuthn until it is finished.
type ceremony struct {
	State []byte
	Ends  time.Time
}

const ceremonyLife = 5 * time.Minute

// Until implements room.Lasting.
func (c ceremony) Until() time.Time { return c.Ends }
