import type { RedisScript } from '#libs/redis';

// A lease id begins with the milliseconds of its creation, so a lease newer than the caller's list counts as
// live.
const prelude = `
local function isLive(lease, asOfMs, live)
  if string.find(live, ',' .. lease .. ',', 1, true) then return true end
  local madeAtMs = tonumber(string.sub(lease, 1, 13))
  return madeAtMs ~= nil and madeAtMs >= asOfMs
end

local function subtract(totals, field, count)
  if redis.call('HINCRBY', totals, field, -count) <= 0 then redis.call('HDEL', totals, field) end
end

local function dropShare(totals, holders, lease)
  local share = redis.call('HGETALL', holders .. ':' .. lease)
  for at = 1, #share, 2 do subtract(totals, share[at], tonumber(share[at + 1])) end
  redis.call('DEL', holders .. ':' .. lease)
  redis.call('SREM', holders, lease)
end

local function dropExpired(totals, holders, asOfMs, live)
  for _, lease in ipairs(redis.call('SMEMBERS', holders)) do
    if not isLive(lease, asOfMs, live) then dropShare(totals, holders, lease) end
  end
end

local function expireAfter(seconds, totals, holders, share)
  redis.call('EXPIRE', totals, seconds)
  redis.call('EXPIRE', holders, seconds)
  redis.call('EXPIRE', share, seconds)
end

local function nowMs()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
end

-- The tokens of a tenant with a connect rate, and the time.
local function tokensOf(rate, perSecond)
  local now = nowMs()
  local bucket = redis.call('HMGET', rate, 'tokens', 'atMs')
  local tokens = tonumber(bucket[1]) or perSecond
  local elapsedMs = math.max(0, now - (tonumber(bucket[2]) or now))
  return math.min(perSecond, tokens + elapsedMs * perSecond / 1000), now
end

local function waitMsFor(tokens, perSecond)
  return tokens < 1 and math.ceil((1 - tokens) / perSecond * 1000) or 0
end

local function hasLost(share, field, held)
  return tonumber(redis.call('HGET', share, field) or 0) < tonumber(held)
end

-- ARGV from first to last: a field and how many for each count. Never releases more than the lease holds.
local function release(totals, share, first, last)
  for at = first, last, 2 do
    local held = tonumber(redis.call('HGET', share, ARGV[at]) or 0)
    local released = math.min(held, tonumber(ARGV[at + 1]))
    if released > 0 then subtract(totals, ARGV[at], released) end
    if held > released then
      redis.call('HINCRBY', share, ARGV[at], -released)
    else
      redis.call('HDEL', share, ARGV[at])
    end
  end
end

local function leaveIfEmpty(holders, share, lease)
  if redis.call('EXISTS', share) == 0 then redis.call('SREM', holders, lease) end
end
`;

/**
 * Renews a lease, or creates one if it has expired. KEYS: leases. ARGV: lease or '', the suffix of the id of
 * a new lease, its duration in milliseconds. Returns the lease, the time in milliseconds and all live leases.
 */
export const renewScript = script(
  'renewLease',
  `
local now = math.floor(nowMs())
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local lease = ARGV[1]
if lease == '' or not redis.call('ZSCORE', KEYS[1], lease) then
  lease = string.format('%013d-%s', now, ARGV[2])
end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), lease)
return { lease, now, redis.call('ZRANGE', KEYS[1], 0, -1) }
`,
);

/**
 * First releases slots as `releaseScript` does, then takes slots for requests of one tenant, each under all
 * of its counts or under none. Requests that follow each other and are counted alike are one group: each gets
 * what it would get alone. KEYS: totals, holders, rate. ARGV: lease, time of its last renewal, live leases,
 * time to live in seconds, connections per second or '', the field of the tenant and the minimum number of
 * its slots that the caller holds; the number of counts to release, and a field and how many for each; the
 * number of counts, and a field and its limit or '' for each; then for each group the number of its requests,
 * the number of its counts and their positions. Returns {'lost'} when the caller's slots are missing, or else
 * {'answered', milliseconds until the tenant has a token, for each group the number of requests that got a
 * slot and the position of the full count of the others (0: none is refused, -1: the connect rate is used
 * up), for each count the total and own, or -1 if nothing was taken under it}.
 */
export const acquireScript = script(
  'acquireSlots',
  `
local totals, holders, rate = KEYS[1], KEYS[2], KEYS[3]
local lease, asOfMs, live = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local share = holders .. ':' .. lease
if hasLost(share, ARGV[6], ARGV[7]) then return { 'lost' } end

local at = 8
local lastRelease = at + 2 * tonumber(ARGV[at])
release(totals, share, at + 1, lastRelease)

local fields, limits = {}, {}
at = lastRelease + 1
local lastField = at + 2 * tonumber(ARGV[at])
for field = at + 1, lastField, 2 do
  table.insert(fields, ARGV[field])
  table.insert(limits, tonumber(ARGV[field + 1]) or false)
end
at = lastField + 1

local perSecond, tokens, now = tonumber(ARGV[5]), math.huge, nil
if perSecond then tokens, now = tokensOf(rate, perSecond) end
local counts, taken = {}, {}
local function readCounts()
  for index, count in ipairs(redis.call('HMGET', totals, unpack(fields))) do
    counts[fields[index]] = (tonumber(count) or 0) + (taken[fields[index]] or 0)
  end
end
readCounts()

-- The number of free slots under all counts of the group, up to wanted, and the first count without one more.
local function roomFor(first, last, wanted)
  local room, full = wanted, 0
  for position = first, last do
    local index = tonumber(ARGV[position])
    local free = limits[index] and math.max(0, limits[index] - counts[fields[index]])
    if free and free < room then room, full = free, index end
  end
  return room, full
end

local answer, hasDropped, hasTaken = { 'answered', 0 }, false, false
while at <= #ARGV do
  local wanted, first = tonumber(ARGV[at]), at + 2
  local last = at + 1 + tonumber(ARGV[at + 1])
  at = last + 1
  local allowed = math.min(wanted, math.floor(tokens))
  local room, full = roomFor(first, last, allowed)
  if full > 0 and not hasDropped then
    hasDropped = true
    dropExpired(totals, holders, asOfMs, live)
    readCounts()
    room, full = roomFor(first, last, allowed)
  end
  tokens = tokens - room
  for position = first, last do
    local field = fields[tonumber(ARGV[position])]
    counts[field] = counts[field] + room
    if room > 0 then taken[field] = (taken[field] or 0) + room end
  end
  hasTaken = hasTaken or room > 0
  table.insert(answer, room)
  table.insert(answer, room == wanted and 0 or full > 0 and full or -1)
end

if perSecond then
  answer[2] = waitMsFor(tokens, perSecond)
  if hasTaken then
    redis.call('HSET', rate, 'tokens', tostring(tokens), 'atMs', tostring(now))
    redis.call('PEXPIRE', rate, 2000)
  end
end
for index, field in ipairs(fields) do
  local count = taken[field]
  table.insert(answer, count and redis.call('HINCRBY', totals, field, count) or -1)
  table.insert(answer, count and redis.call('HINCRBY', share, field, count) or -1)
  taken[field] = nil
end
if hasTaken then
  redis.call('SADD', holders, lease)
  expireAfter(tonumber(ARGV[4]), totals, holders, share)
else
  leaveIfEmpty(holders, share, lease)
end
return answer
`,
);

/**
 * Reads the counts and the connect rate of a request, and takes nothing. KEYS: totals, holders, rate. ARGV:
 * lease, time of its last renewal, live leases, connections per second or '', the minimum number of slots of
 * the tenant that the caller holds; then a field and its limit or '' for each count, the tenant's first.
 * Returns {'read', milliseconds to wait, total of each field …}, or {'lost'} when the caller's slots are
 * missing.
 */
export const readScript = script(
  'readSlots',
  `
local totals, holders, rate = KEYS[1], KEYS[2], KEYS[3]
local firstField = 6
if hasLost(holders .. ':' .. ARGV[1], ARGV[firstField], ARGV[5]) then return { 'lost' } end

local perSecond = tonumber(ARGV[4])
local answer = { 'read', perSecond and waitMsFor(tokensOf(rate, perSecond), perSecond) or 0 }
local function total(at)
  return tonumber(redis.call('HGET', totals, ARGV[at]) or 0)
end
local hasFull = false
for at = firstField, #ARGV, 2 do
  local limit = tonumber(ARGV[at + 1])
  hasFull = hasFull or (limit ~= nil and total(at) >= limit)
end
if hasFull then dropExpired(totals, holders, tonumber(ARGV[2]), ARGV[3]) end
for at = firstField, #ARGV, 2 do table.insert(answer, total(at)) end
return answer
`,
);

/**
 * Releases slots, never more than the lease holds. KEYS: totals, holders. ARGV: lease; then a field
 * and how many for each count.
 */
export const releaseScript = script(
  'releaseSlots',
  `
local totals, holders, lease = KEYS[1], KEYS[2], ARGV[1]
local share = holders .. ':' .. lease
release(totals, share, 2, #ARGV)
leaveIfEmpty(holders, share, lease)
return redis.status_reply('OK')
`,
);

/**
 * Replaces the slots of a tenant that are counted for the caller. KEYS: totals, holders. ARGV: lease, time of
 * its last renewal, live leases, time to live in seconds; then a field and how many for each count.
 */
export const replaceScript = script(
  'replaceSlots',
  `
local totals, holders, lease = KEYS[1], KEYS[2], ARGV[1]
local share = holders .. ':' .. lease
dropExpired(totals, holders, tonumber(ARGV[2]), ARGV[3])
dropShare(totals, holders, lease)
for at = 5, #ARGV, 2 do
  redis.call('HINCRBY', totals, ARGV[at], ARGV[at + 1])
  redis.call('HSET', share, ARGV[at], ARGV[at + 1])
end
if #ARGV > 4 then
  redis.call('SADD', holders, lease)
  expireAfter(tonumber(ARGV[4]), totals, holders, share)
end
return redis.status_reply('OK')
`,
);

function script(name: string, body: string): RedisScript {
  return { name, lua: prelude + body };
}
