import type { PublishedApiKey, PublishedRoute, PublishedTenant } from '#libs/contract';
import { SharedValues } from './shared-values.js';

/** Copies published values into the form in which they are kept: equal parts are shared. */
export class CompactValues {
  readonly #limits = new SharedValues<PublishedTenant['limits']>();
  readonly #rewrites = new SharedValues<PublishedRoute['rewrite']>();
  readonly #requestHeaders = new SharedValues<PublishedRoute['requestHeaders']>();
  readonly #responseHeaders = new SharedValues<PublishedRoute['responseHeaders']>();
  readonly #upstreamTls = new SharedValues<PublishedRoute['upstreamTls']>();
  readonly #auths = new SharedValues<PublishedRoute['auth']>();
  readonly #timeouts = new SharedValues<PublishedRoute['timeouts']>();
  readonly #keepalives = new SharedValues<PublishedRoute['keepalive']>();
  readonly #healthChecks = new SharedValues<NonNullable<PublishedRoute['healthCheck']>>();
  readonly #ejections = new SharedValues<NonNullable<PublishedRoute['outlierEjection']>>();
  readonly #retries = new SharedValues<PublishedRoute['retries']>();
  readonly #stickyCookies = new SharedValues<PublishedRoute['stickyCookie']>();
  readonly #quotas = new SharedValues<PublishedTenant['quota']>();
  readonly #scopes = new SharedValues<PublishedApiKey['scopes']>();

  tenant(tenant: PublishedTenant): PublishedTenant {
    return { ...tenant, limits: this.#limits.share(tenant.limits), quota: this.#quotas.share(tenant.quota) };
  }

  /** `tenantId`: the tenant's copy of its id, which all of its routes share. */
  route(route: PublishedRoute, tenantId: string): PublishedRoute {
    return {
      ...route,
      tenantId,
      rewrite: this.#rewrites.share(route.rewrite),
      requestHeaders: this.#requestHeaders.share(route.requestHeaders),
      responseHeaders: this.#responseHeaders.share(route.responseHeaders),
      upstreamTls: this.#upstreamTls.share(route.upstreamTls),
      auth: this.#auths.share(route.auth),
      timeouts: this.#timeouts.share(route.timeouts),
      keepalive: this.#keepalives.share(route.keepalive),
      healthCheck: route.healthCheck && this.#healthChecks.share(route.healthCheck),
      stickyCookie: this.#stickyCookies.share(route.stickyCookie),
      quota: this.#quotas.share(route.quota),
      retries: this.#retries.share(route.retries),
      outlierEjection: route.outlierEjection && this.#ejections.share(route.outlierEjection),
    };
  }

  apiKey(apiKey: PublishedApiKey, tenantId: string): PublishedApiKey {
    const scopes = this.#scopes.share(apiKey.scopes);
    return { ...apiKey, tenantId, scopes, quota: this.#quotas.share(apiKey.quota) };
  }
}
