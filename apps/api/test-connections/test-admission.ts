import { Injectable } from '@nestjs/common';
import { WriteRates } from '../authentication/write-rates.js';
import { actorIdOf, laneOf, requireAccess, type Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';
import type { RequestContext } from '../http/request-context.js';
import type { SocketAdmission, SocketOpening } from '../sockets/socket-admission.js';

export type AdmittedTest = Pick<RequestContext, 'principal' | 'clientAddress' | 'requestId'>;

/** For each tenant with its keys, for each operator, and for the admin token. */
const maxTestConnections = 10;

/** Admits credentials that may manage, up to a number of open test connections. */
@Injectable()
export class TestAdmission implements SocketAdmission<AdmittedTest> {
  readonly #open = new Map<string, number>();

  constructor(private readonly writeRates: WriteRates) {}

  admit({ context, gone }: SocketOpening): Promise<AdmittedTest> {
    requireAccess(context.principal, 'manage');
    this.writeRates.take(context.principal, 0);
    const release = this.#take(context.principal);
    if (gone.aborted) release();
    else gone.addEventListener('abort', release, { once: true });
    return Promise.resolve(context);
  }

  #take(principal: Principal): () => void {
    const owner = laneOf(principal) ?? actorIdOf(principal) ?? 'admin';
    const count = this.#open.get(owner) ?? 0;
    if (count >= maxTestConnections) throw new ProblemError('test_connection_limit');
    this.#open.set(owner, count + 1);
    return () => {
      const left = (this.#open.get(owner) ?? 0) - 1;
      if (left > 0) this.#open.set(owner, left);
      else this.#open.delete(owner);
    };
  }
}
