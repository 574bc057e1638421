package redisstore

import "github.com/redis/go-redis/v9"

type scripts struct {
	swap, delete, list, acquire, release *redis.Script
}

func newScripts() scripts {
	return scripts{
		swap:    redis.NewScript(swapLua),
		delete:  redis.NewScript(deleteLua),
		list:    redis.NewScript(listLua),
		acquire: redis.NewScript(acquireLua),
		release: redis.NewScript(releaseLua),
	}
}

// Numbers that may exceed 14 digits are formatted explicitly: Lua's own
// conversion would round them. Versions, epochs (µs since 1970) and times stay
// below 2^53, which a Lua number holds exactly.

// swapLua writes a record. It answers "list" if the owner's index must be told
// first: the owner or the expiry is not what is stored.
const swapLua = `
local record, lease, grave = KEYS[1], KEYS[2], KEYS[3]
local old, new, fence, token, slot = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5]
local data, owner, expires, listed, channel = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]

local now = redis.call('HMGET', record, 'v', 'o', 'x', 'i', slot)
if now[5] == token or old == 0 and redis.call('HEXISTS', grave, token) == 1 then
  return {'ok'} -- carried out before; the reply was lost
end
if fence > 0 and fence < tonumber(redis.call('HGET', lease, 'e') or 0) then
  return {'fenced'}
end
if tonumber(now[1] or 0) ~= old then
  return {'conflict'}
end
local moved = now[2] ~= owner or now[3] ~= expires
if moved and listed == '0' then
  return {'list', now[4]}
end
redis.call('HSET', record, 'd', data, 'v', new, slot, token)
if old == 0 then
  redis.call('HSET', record, 'i', token)
end
if moved then
  redis.call('HSET', record, 'o', owner, 'x', expires)
  redis.call('PEXPIREAT', record, expires)
  local trace = redis.call('PTTL', lease)
  local want = redis.call('PTTL', record) + 60000
  if trace >= 0 and trace < want then -- who is fenced off stays so while the record lives
    redis.call('PEXPIRE', lease, want)
  end
end
redis.call('PUBLISH', channel, '')
return {'ok'}
`

// deleteLua leaves the tokens of the record's creation and of its deletion
// behind for a while, and nothing else.
const deleteLua = `
local record, lease, grave = KEYS[1], KEYS[2], KEYS[3]
local old, token, channel = tonumber(ARGV[1]), ARGV[2], ARGV[3]

if redis.call('HEXISTS', grave, token) == 1 then
  return {'ok'} -- carried out before; the reply was lost
end
local now = redis.call('HMGET', record, 'v', 'i')
if not now[1] then
  return {'missing'}
end
if tonumber(now[1]) ~= old then
  return {'conflict'}
end
redis.call('DEL', record)
redis.call('HSET', grave, now[2], '', token, '')
redis.call('PEXPIRE', grave, 10000)
local held = redis.call('HGET', lease, 'x')
if held then
  redis.call('PEXPIREAT', lease, string.format('%.0f', tonumber(held) + 60000))
end
redis.call('PUBLISH', channel, '')
return {'ok'}
`

// listLua adds an entry to an owner's index, drops those that have expired and
// lets the index expire with the last.
const listLua = `
local index, member, expires = KEYS[1], ARGV[1], ARGV[2]
local t = redis.call('TIME')
redis.call('ZREMRANGEBYSCORE', index, '-inf', string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000)))
redis.call('ZADD', index, expires, member)
local last = redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')
redis.call('PEXPIREAT', index, string.format('%.0f', tonumber(last[2])))
return 1
`

const acquireLua = `
local lease, record = KEYS[1], KEYS[2]
local node, ttl = ARGV[1], tonumber(ARGV[2])

local t = redis.call('TIME')
local micros = t[1] * 1000000 + t[2]
local millis = math.floor(micros / 1000)
local now = redis.call('HMGET', lease, 'n', 'e', 'x')
local epoch = tonumber(now[2] or 0)
if now[1] and tonumber(now[3]) > millis then
  if now[1] ~= node then
    return {'held', now[1], now[2], now[3]}
  end
else
  epoch = math.max(epoch + 1, micros)
end
local e, x = string.format('%.0f', epoch), string.format('%.0f', millis + ttl)
redis.call('HSET', lease, 'n', node, 'e', e, 'x', x)
local trace = math.max(ttl, redis.call('PTTL', record), 0) + 60000
redis.call('PEXPIRE', lease, string.format('%.0f', trace))
return {'ok', node, e, x}
`

// releaseLua keeps the epoch, which fences as before.
const releaseLua = `
local lease, node, epoch = KEYS[1], ARGV[1], ARGV[2]
local now = redis.call('HMGET', lease, 'n', 'e')
if now[1] == node and now[2] == epoch then
  redis.call('HDEL', lease, 'n')
end
return 1
`
