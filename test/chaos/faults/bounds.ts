/**
 * How long a gateway may count limits by itself, from docs/decisions/0020-slots-under-leases.md; the figures are those of
 * libs/limits/fleet and libs/redis.
 */
export const leaseMs = 10_000;
const renewEveryMs = 2000;
/** After a gateway has taken another lease, the others have this long to publish what they hold. */
const settleMs = 3000;
/** After Redis is back, the last gateway has noticed within this time. */
const noticeMs = 2000;
/** A connection to Redis without an answer for this long is replaced. */
const unansweredMs = 5000;
/** The delay of a busy machine. */
const latenessMs = 2000;

/** After Redis is back, and answers. */
export const afterReturnMs = noticeMs + settleMs + latenessMs;
/** After Redis has lost its data without losing a connection: the next renewal notices. */
export const afterLossMs = renewEveryMs + settleMs + latenessMs;
/** After the traffic of connections was silently dropped. */
export const afterDropMs = renewEveryMs + unansweredMs + afterReturnMs;
/** After this long a paused gateway may be taken for a dead one. */
export const deadAfterPausedMs = leaseMs - renewEveryMs - 500;
/** After a paused gateway has resumed. */
export const afterResumeMs = noticeMs + settleMs + latenessMs;
