package redisstore

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// One attempt must leave time for another within an operation's limit.
const attemptLimit = 700 * time.Millisecond

// The texts of url.Parse and go-redis quote what they could not read, which may
// be a piece of the password; they are never passed on.
var (
	errURL    = errors.New("redisstore: the Redis URL cannot be read; in a password, characters other than letters and digits must be percent-encoded")
	errScheme = errors.New("redisstore: the Redis URL must begin with redis://, rediss://, unix://, redis+sentinel:// or rediss+sentinel://")
	errParams = errors.New("redisstore: the Redis URL has a database number or parameter that is not understood")
)

// newClient understands redis://, rediss:// and unix:// as go-redis does, with
// cluster=true among the parameters for a cluster, and redis+sentinel:// (or
// rediss+sentinel://) with the parameter master_name.
func newClient(raw string) (redis.UniversalClient, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errURL
	}
	base, sentinel := strings.CutSuffix(u.Scheme, "+sentinel")
	u.Scheme = base
	query := u.Query()
	cluster := query.Get("cluster") == "true"
	query.Del("cluster")
	u.RawQuery = query.Encode()
	switch {
	case base != "redis" && base != "rediss" && (base != "unix" || sentinel):
		return nil, errScheme
	case sentinel:
		return newSentinelClient(u.String())
	case cluster:
		return newClusterClient(u.String())
	}
	return newNodeClient(u.String())
}

func newNodeClient(u string) (redis.UniversalClient, error) {
	o, err := redis.ParseURL(u)
	if err != nil {
		return nil, errParams
	}
	o.MaxRetries = -1 // call repeats, within its own limit
	o.DialerRetries = 1
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = attemptLimit, attemptLimit, attemptLimit, attemptLimit
	o.ContextTimeoutEnabled = true
	o.DisableIdentity = true
	o.MaintNotificationsConfig = noMaintenance()
	return redis.NewClient(o), nil
}

// newClusterClient, like newSentinelClient, never reads from replicas: they lag.
func newClusterClient(u string) (redis.UniversalClient, error) {
	o, err := redis.ParseClusterURL(u)
	if err != nil {
		return nil, errParams
	}
	o.MaxRetries = -1
	o.ReadOnly, o.RouteByLatency, o.RouteRandomly = false, false, false
	o.DialerRetries = 1
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = attemptLimit, attemptLimit, attemptLimit, attemptLimit
	o.ContextTimeoutEnabled = true
	o.DisableIdentity = true
	o.MaintNotificationsConfig = noMaintenance()
	return redis.NewClusterClient(o), nil
}

func newSentinelClient(u string) (redis.UniversalClient, error) {
	o, err := redis.ParseFailoverURL(u)
	if err != nil || o.MasterName == "" {
		return nil, errParams
	}
	o.MaxRetries = -1
	o.ReplicaOnly, o.RouteByLatency, o.RouteRandomly, o.UseDisconnectedReplicas = false, false, false, false
	o.DialerRetries = 1
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = attemptLimit, attemptLimit, attemptLimit, attemptLimit
	o.ContextTimeoutEnabled = true
	o.DisableIdentity = true
	return redis.NewFailoverClient(o), nil
}

func noMaintenance() *maintnotifications.Config {
	return &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
}
