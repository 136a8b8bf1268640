/**
 * How long a gateway may count limits locally (docs/decisions/0020-slots-under-leases.md). The figures are
 * those of libs/limits/fleet and libs/redis.
 */
export const leaseMs = 10_000;
const renewEveryMs = 2000;
/** After a gateway has taken a new lease, the others have this long to publish the slots that they hold. */
const settleMs = 3000;
/** The last gateway notices within this time that Redis is back. */
const noticeMs = 2000;
/** A connection to Redis without an answer for this long is replaced. */
const unansweredMs = 5000;
/** Tolerance for a slow machine. */
const latenessMs = 2000;

/** After Redis answers again. */
export const afterReturnMs = noticeMs + settleMs + latenessMs;
/** After Redis lost its data but no connection: the next renewal notices it. */
export const afterLossMs = renewEveryMs + settleMs + latenessMs;
/** After the traffic of connections was silently dropped. */
export const afterDropMs = renewEveryMs + unansweredMs + afterReturnMs;
/** The duration after which a paused gateway may be considered dead. */
export const deadAfterPausedMs = leaseMs - renewEveryMs - 500;
/** After a paused gateway has resumed. */
export const afterResumeMs = noticeMs + settleMs + latenessMs;
