import type { Logger } from 'pino';
import type { LiveConnection } from '#libs/connections';
import type { PublishedRoute } from '#libs/contract';

/** Warns of connections to upstreams with an unverified certificate, once for each change of their route. */
export class UnverifiedUpstreams {
  readonly #warned = new WeakSet<PublishedRoute>();

  constructor(private readonly logger: Pick<Logger, 'warn'>) {}

  check({ route, upstreamUrl }: Pick<LiveConnection, 'route' | 'upstreamUrl'>): void {
    if (route.upstreamTls.verify || !/^(?:wss|https):/i.test(upstreamUrl) || this.#warned.has(route)) return;
    this.#warned.add(route);
    const { id: routeId, tenantId } = route;
    this.logger.warn({ routeId, tenantId, upstreamUrl }, 'the certificate of an upstream is not verified');
  }
}
