import { explainedSteps, type ExplainedStep, type Explanation } from '#libs/contract';
import { problems } from '#libs/problem-details';
import type { Refusal } from '../refusal.js';

/** The findings of the steps; a step that was not reached has none. */
export type Findings = {
  [Part in Exclude<keyof Explanation, 'verdict' | 'steps'>]?: Explanation[Part] | undefined;
};

/** The explanation of a request that ended at this step, or of one that would be dialed (null). */
export function explanationOf(
  end: { step: ExplainedStep; refusal: Refusal } | null,
  found: Findings,
  { isForTenant, isOrdinary }: { isForTenant: boolean; isOrdinary: boolean },
): Explanation {
  return {
    verdict: end === null ? allowed(isOrdinary ? 200 : 101) : refused(end.refusal, isForTenant),
    steps: stepsOf(end?.step ?? null),
    request: found.request ?? null,
    route: found.route ?? null,
    tenant: found.tenant ?? null,
    credential: found.credential ?? null,
    limits: found.limits ?? null,
    upstreams: found.upstreams ?? null,
    upstreamRequest: found.upstreamRequest ?? null,
  };
}

function allowed(status: number): Explanation['verdict'] {
  return {
    allowed: true,
    status,
    code: null,
    detail: null,
    cause: null,
    limit: null,
    retryAfterSeconds: null,
  };
}

// A cause may name what belongs to another tenant, or an internal address.
function refused(refusal: Refusal, isForTenant: boolean): Explanation['verdict'] {
  const { code, detail, cause, limit, retryAfterSeconds } = refusal;
  return {
    allowed: false,
    status: problems[code].status,
    code,
    detail: detail ?? null,
    cause: isForTenant ? null : (cause ?? null),
    limit: limit ?? null,
    retryAfterSeconds: retryAfterSeconds ?? null,
  };
}

function stepsOf(refusedAt: ExplainedStep | null): Explanation['steps'] {
  const end = refusedAt === null ? explainedSteps.length : explainedSteps.indexOf(refusedAt);
  return explainedSteps.map((step, index) => {
    if (index < end) return { step, outcome: 'passed' };
    return { step, outcome: index === end ? 'refused' : 'notReached' };
  });
}
