// Package redisstore is a room.Store in Redis (5 or newer, or anything that
// speaks its protocol and Lua), for several gateways that share their sessions.
//
// # Keys
//
//	anteroom:{KEY}:r   hash: the record (d data, v version, o owner, x expiry in
//	                   Unix ms, i incarnation, t0…t31 the tokens of recent writes)
//	anteroom:{KEY}:l   hash: the lease (n node, e epoch, x expiry in Unix ms)
//	anteroom:{KEY}:g   hash: tokens of writes to a deleted record, for 10 s
//	anteroom:{KEY}     channel: hints that the record changed
//	anteroom:o:OWNER   sorted set: KEY and incarnation, by expiry; OWNER in base64
//
// All keys of one session share a hash tag, so that a script finds them on one
// node of a cluster. The index of an owner cannot; it is written before the
// record and says too much rather than too little. List checks each entry.
// Every key expires by itself.
//
// # Atomicity
//
// Each write is one Lua script. A write carries a random token that is stored
// beside the version it made. A script that finds its own token there was carried
// out already, its reply was lost, and it answers as it did then. That is why
// this package, and go-redis in a cluster, may repeat a write. A repeat is
// recognised through the 32 versions that follow, and for 10 s after a deletion;
// no operation is repeated for longer than 2 s.
//
// Times are the Redis server's, so the clocks of the gateways do not matter. A
// lease epoch is the time of its grant in µs, or one more than the last epoch if
// that is later; it rises even if Redis lost all it knew. Redis replicates
// asynchronously: a failover may forget the last writes and leases.
//
// # Watching
//
// Pub/sub only hints. There is one subscription per store and one goroutine per
// watched key, which reads the record on each hint, on each (re-)subscription, at
// the record's expiry and every 2 to 5 s in any case. All watches of a key in this
// process share it. Watch succeeds while Redis is away; the first state arrives
// when Redis is back.
//
// # Erasure
//
// Delete removes the record from memory at once. The sealed bytes stay in Redis'
// files until it rewrites them. Accounts have to outlive its restart, so the
// configuration meant for this store (see Advice) is `appendonly yes` with an
// auto-aof-rewrite-min-size of 1mb, `save ""`, and maxmemory-policy noeviction.
//
// go-redis logs connection errors, with the server's address, to a logger of its
// own that is global to the process; the program decides about it.
package redisstore
