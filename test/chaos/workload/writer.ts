import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { routeCreateSchema } from '#libs/contract';
import type { Random } from '../../support/random.js';
import type { Fields, Ledger, Resource } from './ledger.js';
import { rest, type RestAnswer } from './rest.js';

export interface WriterInput {
  apiUrls: readonly string[];
  ledger: Ledger;
  random: Random;
  /** The slug of the tenant that only this writer changes. */
  tenant: string;
  upstreamUrl: string;
  everyMs: { min: number; max: number };
}

const maxRoutes = 40;
const retryMs = 500;
const maxAbortAfterMs = 60;
// Together longer than any outage of the database.
const attempts = 60;

/** Creates, changes and deletes the resources of one tenant, one write after the other, at a random API. */
export class Writer {
  readonly #input: WriterInput;
  #count = 0;
  #isStopped = false;
  #running: Promise<void> | null = null;
  #tenant: Resource | null = null;

  constructor(input: WriterInput) {
    this.#input = input;
  }

  /** Creates the tenant, and keeps writing until `stop`. */
  async start(): Promise<void> {
    const { ledger, tenant } = this.#input;
    const fields = { name: 'made', status: 'active' };
    const thing = { kind: 'tenant' as const, tenant, name: tenant, secret: null };
    const answer = await this.#ask('POST', '/tenants', { slug: tenant, ...fields });
    if (answer.status !== 201)
      throw new Error(`the tenant of a writer was not created: ${JSON.stringify(answer)}`);
    ledger.accept();
    this.#tenant = ledger.add({ ...thing, id: idOf(answer) }, fields);
    this.#running = this.#run();
  }

  /** Resolves when the write in progress has its answer. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { random, everyMs } = this.#input;
    while (!this.#isStopped) {
      await this.#writeSomething();
      await delay(random.between(everyMs.min, everyMs.max));
    }
  }

  #writeSomething(): Promise<void> {
    const { random } = this.#input;
    const routes = this.#certain('route');
    const keys = this.#certain('apiKey').filter(({ possible }) => possible[0]?.['revoked'] === false);
    const dice = random.next();
    if (dice < 0.3 && routes.length < maxRoutes) return this.#createRoute();
    if (dice < 0.65 && routes.length > 0) return this.#changeRoute(random.pick(routes));
    if (dice < 0.8 && routes.length > 0) return this.#deleteRoute(random.pick(routes));
    if (dice < 0.87 || keys.length === 0) return this.#createKey();
    if (dice < 0.93) return this.#revokeKey(random.pick(keys));
    return this.#changeTenant();
  }

  async #createRoute(): Promise<void> {
    const { tenant, upstreamUrl } = this.#input;
    const name = this.#newName('route');
    // With its defaults, as in the answers of the API.
    const match = routeCreateSchema.shape.match.parse({ host: `${name}.example`, path: '/' });
    const fields = {
      enabled: true,
      match,
      auth: { mode: this.#input.random.happens(0.3) ? 'apiKey' : 'none' },
    };
    const body = { name, ...fields, upstreams: [{ url: upstreamUrl }] };
    const path = `/tenants/${tenant}/routes`;
    const thing = { kind: 'route' as const, tenant, name, secret: null };
    const { auth, ...shown } = fields;
    await this.#create(path, body, thing, { ...shown, mode: auth.mode });
  }

  async #createKey(): Promise<void> {
    const { tenant } = this.#input;
    const name = this.#newName('key');
    const thing = { kind: 'apiKey' as const, tenant, name, secret: null };
    await this.#create(`/tenants/${tenant}/api-keys`, { name }, thing, { revoked: false });
  }

  /** Half of these writes have an Idempotency-Key, and are repeated until they have an answer. */
  async #create(
    path: string,
    body: object,
    thing: Omit<Resource, 'id' | 'possible'>,
    fields: Fields,
  ): Promise<void> {
    const { ledger, random } = this.#input;
    const headers = random.happens(0.5) ? { 'idempotency-key': randomUUID() } : undefined;
    const answer = headers
      ? await this.#askUntilAnswered(path, body, headers)
      : await this.#ask('POST', path, body);
    const secret = typeof answer.body['key'] === 'string' ? answer.body['key'] : null;
    if (answer.status === 201) {
      ledger.accept();
      if (answer.isReplay) ledger.replayed += 1;
      ledger.add({ ...thing, id: idOf(answer), secret }, fields);
    } else if (answer.body['code'] === 'key_shown_once') {
      ledger.accept();
      ledger.replayed += 1;
      ledger.add({ ...thing, id: null }, fields);
    } else if (this.#isUncertain(answer, `POST ${path}`)) {
      ledger.add({ ...thing, id: null }, fields, null);
    }
  }

  #changeRoute(thing: Resource): Promise<void> {
    const { random, tenant } = this.#input;
    const before = thing.possible[0];
    const change = random.happens(0.4)
      ? { enabled: before?.['enabled'] !== true }
      : { maxConnections: random.below(1_000_000) };
    const path = `/tenants/${tenant}/routes/${thing.id ?? ''}`;
    return this.#change(thing, 'PATCH', path, change, { ...before, ...change });
  }

  #deleteRoute(thing: Resource): Promise<void> {
    const path = `/tenants/${this.#input.tenant}/routes/${thing.id ?? ''}`;
    return this.#change(thing, 'DELETE', path, undefined, null);
  }

  #revokeKey(thing: Resource): Promise<void> {
    const path = `/tenants/${this.#input.tenant}/api-keys/${thing.id ?? ''}`;
    return this.#change(thing, 'DELETE', path, undefined, { revoked: true });
  }

  async #changeTenant(): Promise<void> {
    const thing = this.#tenant;
    const before = thing?.possible.length === 1 ? thing.possible[0] : undefined;
    if (!thing || !before) return;
    const change = this.#input.random.happens(0.5)
      ? { status: before['status'] === 'active' ? 'suspended' : 'active' }
      : { name: this.#newName('name') };
    await this.#change(thing, 'PATCH', `/tenants/${thing.tenant}`, change, { ...before, ...change });
  }

  async #change(
    thing: Resource,
    method: string,
    path: string,
    change: object | undefined,
    after: Fields,
  ): Promise<void> {
    const answer = await this.#ask(method, path, change);
    if (answer.status >= 200 && answer.status < 300) {
      this.#input.ledger.accept();
      thing.possible = [after];
    } else if (this.#isUncertain(answer, `${method} ${path}`)) {
      thing.possible.push(after);
    }
  }

  async #askUntilAnswered(path: string, body: object, headers: Record<string, string>): Promise<RestAnswer> {
    const { apiUrls, random } = this.#input;
    // Sometimes the writer aborts the first request, so that the API gets the same request twice.
    const maxWaitMs = random.happens(0.4) ? Math.ceil(random.between(1, maxAbortAfterMs)) : undefined;
    let answer = await rest(random.pick(apiUrls), 'POST', path, body, headers, maxWaitMs);
    for (let attempt = 1; attempt < attempts && !this.#isFinal(answer); attempt += 1) {
      await delay(retryMs);
      answer = await this.#ask('POST', path, body, headers);
    }
    return answer;
  }

  #isFinal({ status, body }: RestAnswer): boolean {
    return status !== 0 && status !== 503 && body['code'] !== 'idempotency_conflict';
  }

  /** Whether it is unknown that the write was carried out; records answers that no fault explains. */
  #isUncertain({ status, body }: RestAnswer, what: string): boolean {
    const { ledger } = this.#input;
    if (status === 0 || status === 503) {
      ledger.unknown += 1;
      return true;
    }
    ledger.unexpectedAnswers.push(`${what} got ${status} ${JSON.stringify(body).slice(0, 300)}`);
    return false;
  }

  #ask(
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<RestAnswer> {
    const { apiUrls, random } = this.#input;
    return rest(random.pick(apiUrls), method, path, body, headers);
  }

  /** The resources in a certain state. */
  #certain(kind: Resource['kind']): Resource[] {
    const { ledger, tenant } = this.#input;
    return ledger.resources.filter(
      (thing) => thing.kind === kind && thing.tenant === tenant && thing.id !== null && ledger.certain(thing),
    );
  }

  #newName(kind: string): string {
    this.#count += 1;
    return `${kind}-${this.#count}-${this.#input.tenant}`;
  }
}

function idOf({ body }: RestAnswer): string {
  return String(body['id']);
}
