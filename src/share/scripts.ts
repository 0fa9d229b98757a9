/**
 * What must happen in one piece on the server. A pipeline would do for speed, but between asking where a stream ends and
 * adding to it, Redis may be wiped or replaced by a replica that lacks the end.
 */

/**
 * KEYS: stream. ARGV: the number that must be its last ("0": it must be empty; "any": it is begun anew), the line of that
 * number ("": not known), the length to keep, then numbers and lines in turn. Returns its last number afterwards, or in
 * words what it ends with where nothing was added.
 */
const append = `
local first = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local last = first and string.match(first[1], '^%d+') or '0'
if ARGV[1] ~= 'any' then
  if ARGV[1] ~= last then return 'number ' .. last end
  if first and ARGV[2] ~= '' and first[2][2] ~= ARGV[2] then return 'another line' end
end
if last == '0' or ARGV[1] == 'any' then redis.call('DEL', KEYS[1]) end
for i = 4, #ARGV, 2 do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], ARGV[i] .. '-0', 'event', ARGV[i + 1])
  last = ARGV[i]
end
return last`

/** KEYS: stream. ARGV: the most bytes of a line. Returns the id of the last entry and its line; of an empty stream nothing. */
const end = `
local first = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if not first then return {} end
return { first[1], string.sub(first[2][2], 1, tonumber(ARGV[1])) }`

/** A router that has been gone for so long is no longer looked for. */
const FORGET_AFTER_S = 86_400

/**
 * KEYS: record, routers. ARGV: router, its record, ttl in ms. The order of routers is by the server's clock, so that those
 * of the routers need not agree.
 */
const renew = `
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[2], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ${FORGET_AFTER_S})
return 1`

export const scripts = {
  evenkeelAppend: { lua: append, numberOfKeys: 1 },
  evenkeelEnd: { lua: end, numberOfKeys: 1 },
  evenkeelRenew: { lua: renew, numberOfKeys: 2 },
} as const
