import { answered, api, ApiError, type Schemas } from '../api/client.js';

export type CloseOutcome = Schemas['CloseOutcome'];

export interface CloseQuery {
  code: number;
  reason: string;
  dryRun?: 'true';
}

const concurrency = 8;

/** Closes these connections, a few at a time. One that has ended meanwhile is not counted. */
export async function closeEach(ids: readonly string[], query: CloseQuery): Promise<CloseOutcome> {
  const outcomes: CloseOutcome[] = [];
  for (let start = 0; start < ids.length; start += concurrency) {
    const batch = ids.slice(start, start + concurrency);
    outcomes.push(...(await Promise.all(batch.map((id) => closeOne(id, query)))));
  }
  const sum = (field: 'matched' | 'closed'): number =>
    outcomes.reduce((total, outcome) => total + outcome[field], 0);
  return {
    matched: sum('matched'),
    closed: sum('closed'),
    silentGateways: [...new Set(outcomes.flatMap(({ silentGateways }) => silentGateways))],
  };
}

async function closeOne(connection: string, query: CloseQuery): Promise<CloseOutcome> {
  try {
    const params = { path: { connection }, query };
    return await answered(api.DELETE('/v1/connections/{connection}', { params }));
  } catch (error) {
    const isGone = error instanceof ApiError && error.problem?.status === 404;
    if (isGone) return { matched: 0, closed: 0, silentGateways: [] };
    throw error;
  }
}
