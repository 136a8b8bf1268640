import type { Explanation } from '#libs/contract';
import { parseAnswer } from './raw-request.js';
import type { GatewayWorld } from './gateway-world.js';

/** A request as it is sent to `POST /v1/explain`. */
export interface ExplainableRequest {
  /** Of an ordinary request. */
  method?: string;
  target: string;
  headers: [name: string, value: string][];
}

/** The request in these bytes; null if a target and header fields cannot express it. */
export function explainableRequest(sent: Buffer): ExplainableRequest | null {
  const text = sent.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const [requestLine = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\r\n');
  const [, target] = /^GET (\/[\x21-\x7e]*) HTTP\/1\.1$/.exec(requestLine) ?? [];
  if (end === -1 || target === undefined) return null;
  const headers: ExplainableRequest['headers'] = [];
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return null;
    headers.push([name, value]);
  }
  return { target, headers };
}

/** The explanation of a gateway; by default an operator asks. */
export async function explanationBy(
  world: GatewayWorld,
  asked: ExplainableRequest,
  tenantId: string | null = null,
): Promise<Explanation> {
  const from = { scheme: 'http', clientAddress: '127.0.0.1', clientCertificate: null } as const;
  const tenantIds = tenantId === null ? null : [tenantId];
  const request = { tenantIds, ...from, ...asked };
  const { answers } = await world.fleet.ask(world.gateway.id, 'explain', request, 5000);
  const [answered] = answers;
  if (!answered) throw new Error('the gateway did not explain the request');
  return answered.answer;
}

// The steps after the dial are not explained.
const afterTheDial = new Set(['upstream_refused', 'upstream_timeout', 'upstream_bad_handshake']);

/** The verdict that agrees with a real answer: `dialed`, or status and code of the refusal. */
export function verdictOfAnswer(text: string): string {
  const { status, headers, body } = parseAnswer(text);
  if (headers['content-type'] !== 'application/problem+json') return 'dialed';
  const { code } = JSON.parse(body) as { code: string };
  return afterTheDial.has(code) ? 'dialed' : `${status} ${code}`;
}

export function verdictOfExplanation({ verdict }: Explanation): string {
  return verdict.allowed ? 'dialed' : `${verdict.status} ${verdict.code}`;
}
