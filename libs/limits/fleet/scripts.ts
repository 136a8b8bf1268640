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
 * Takes a slot under each count, or under none. KEYS: totals, holders, rate. ARGV: lease, time of its last
 * renewal, live leases, time to live in seconds, connections per second or '', the minimum number of slots of
 * the tenant that the caller holds, '1' to read and take nothing; then a field and its limit or '' for each
 * count. Returns {'taken', total and own of each field …}, {'full', index}, {'rate', milliseconds to wait},
 * {'read', milliseconds to wait, total of each field …}, or {'lost'} when the caller's slots are missing.
 */
export const acquireScript = script(
  'acquireSlot',
  `
local totals, holders, rate = KEYS[1], KEYS[2], KEYS[3]
local lease, asOfMs, live = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local share = holders .. ':' .. lease
local isRead = ARGV[7] == '1'
local firstField = 8

if tonumber(redis.call('HGET', share, ARGV[firstField]) or 0) < tonumber(ARGV[6]) then return { 'lost' } end

local perSecond, now, tokens, waitMs = tonumber(ARGV[5]), nil, nil, 0
if perSecond then
  now = nowMs()
  local bucket = redis.call('HMGET', rate, 'tokens', 'atMs')
  tokens = tonumber(bucket[1]) or perSecond
  local elapsedMs = math.max(0, now - (tonumber(bucket[2]) or now))
  tokens = math.min(perSecond, tokens + elapsedMs * perSecond / 1000)
  if tokens < 1 then waitMs = math.ceil((1 - tokens) / perSecond * 1000) end
  if waitMs > 0 and not isRead then return { 'rate', waitMs } end
end

local function fullCount()
  for at = firstField, #ARGV, 2 do
    local limit = tonumber(ARGV[at + 1])
    if limit and tonumber(redis.call('HGET', totals, ARGV[at]) or 0) >= limit then
      return (at - firstField) / 2
    end
  end
end

if fullCount() then dropExpired(totals, holders, asOfMs, live) end
if isRead then
  local answer = { 'read', waitMs }
  for at = firstField, #ARGV, 2 do
    table.insert(answer, tonumber(redis.call('HGET', totals, ARGV[at]) or 0))
  end
  return answer
end
local full = fullCount()
if full then return { 'full', full } end

if perSecond then
  redis.call('HSET', rate, 'tokens', tostring(tokens - 1), 'atMs', tostring(now))
  redis.call('PEXPIRE', rate, 2000)
end
local answer = { 'taken' }
for at = firstField, #ARGV, 2 do
  table.insert(answer, redis.call('HINCRBY', totals, ARGV[at], 1))
  table.insert(answer, redis.call('HINCRBY', share, ARGV[at], 1))
end
redis.call('SADD', holders, lease)
expireAfter(tonumber(ARGV[4]), totals, holders, share)
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
for at = 2, #ARGV, 2 do
  local held = tonumber(redis.call('HGET', share, ARGV[at]) or 0)
  local released = math.min(held, tonumber(ARGV[at + 1]))
  if released > 0 then subtract(totals, ARGV[at], released) end
  if held > released then redis.call('HINCRBY', share, ARGV[at], -released) else redis.call('HDEL', share, ARGV[at]) end
end
if redis.call('EXISTS', share) == 0 then redis.call('SREM', holders, lease) end
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
