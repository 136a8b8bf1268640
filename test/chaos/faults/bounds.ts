/**
 * How long a gateway may count limits by itself, from docs/decisions/0020-slots-under-leases.md; the figures are those of
 * libs/limits/fleet and libs/redis.
 */
export const leaseMs = 10_000;
const renewEveryMs = 2000;
/** After a gateway has taken another lease, the others have as long to say what they hold. */
const settleMs = 3000;
/** So long after Redis is back the last gateway has noticed. */
const noticeMs = 2000;
/** After so long without an answer a connection to Redis is made anew. */
const unansweredMs = 5000;
/** What a busy machine may be late. */
const latenessMs = 2000;

/** After Redis is back, and answers. */
export const afterReturnMs = noticeMs + settleMs + latenessMs;
/** After Redis has lost its data without a connection being lost: the next renewal notices. */
export const afterLossMs = renewEveryMs + settleMs + latenessMs;
/** After connections have gone silent, with nobody told. */
export const afterSilenceMs = renewEveryMs + unansweredMs + afterReturnMs;
/** From when on a frozen gateway may be taken for a dead one. */
export const frozenForDeadAfterMs = leaseMs - renewEveryMs - 500;
/** After a frozen gateway woke up. */
export const afterThawMs = noticeMs + settleMs + latenessMs;
