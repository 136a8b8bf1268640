/** All kinds of credentials. */
export const credentials = [
  ...['none', 'garbage', 'admin', 'operator', 'viewer', 'revokedOperator', 'manage', 'read', 'connect'],
  ...['expired', 'revoked', 'suspended', 'other'],
  // Operators that are limited to the tenant, and to another one.
  ...['limited', 'limitedViewer', 'limitedToOther'],
] as const;
export type Credential = (typeof credentials)[number];

/** `ok` means the success status in the document; other outcomes are a status and a code. */
type Outcomes = Record<Credential, string>;

const strangers = {
  none: '401 unauthorized',
  garbage: '401 unauthorized',
  expired: '401 unauthorized',
  revoked: '401 unauthorized',
  revokedOperator: '401 unauthorized',
  connect: '403 forbidden',
  suspended: '403 tenant_suspended',
};
/** An operator with the role `admin` has the rights of the admin token. */
const admins = { admin: 'ok', operator: 'ok' };
const forbidden = '403 forbidden';
const notFound = '404 not_found';

/**
 * Operators that are limited to a tenant have the same outcomes as the keys of this and of another tenant.
 */
function inTenant(
  manage: string,
  read: string,
  other: string,
): Pick<Outcomes, 'manage' | 'read' | 'other' | 'limited' | 'limitedViewer' | 'limitedToOther'> {
  return { manage, read, other, limited: manage, limitedViewer: read, limitedToOther: other };
}

/** The outcome of an operation for each credential, by its rule. */
export const outcomes = {
  everybody: Object.fromEntries(credentials.map((credential) => [credential, 'ok'])) as Outcomes,
  /** Reads a resource of one tenant. */
  tenantRead: { ...strangers, ...admins, viewer: 'ok', ...inTenant('ok', 'ok', notFound) },
  /** Changes or taps a resource of one tenant. */
  tenantWrite: { ...strangers, ...admins, viewer: forbidden, ...inTenant('ok', forbidden, notFound) },
  /** Lists the resources that each tenant may see. */
  ownRead: { ...strangers, ...admins, viewer: 'ok', ...inTenant('ok', 'ok', 'ok') },
  /** Acts on the resources that each tenant may see. */
  ownWrite: { ...strangers, ...admins, viewer: forbidden, ...inTenant('ok', forbidden, 'ok') },
  /** For operators only. */
  operatorRead: {
    ...strangers,
    ...admins,
    viewer: 'ok',
    ...inTenant(forbidden, forbidden, forbidden),
  },
  operatorWrite: {
    ...strangers,
    ...admins,
    viewer: forbidden,
    ...inTenant(forbidden, forbidden, forbidden),
  },
  /** For operators only, of the platform or limited to the tenant. */
  tenantOperatorRead: {
    ...strangers,
    ...admins,
    viewer: 'ok',
    ...inTenant(forbidden, forbidden, forbidden),
    ...{ limited: 'ok', limitedViewer: 'ok', limitedToOther: notFound },
  },
  tenantOperatorWrite: {
    ...strangers,
    ...admins,
    viewer: forbidden,
    ...inTenant(forbidden, forbidden, forbidden),
    ...{ limited: 'ok', limitedToOther: notFound },
  },
  /** For operators only, on one tenant. */
  operatorOnTenant: {
    ...strangers,
    ...admins,
    viewer: forbidden,
    ...inTenant(forbidden, forbidden, notFound),
  },
  /** A WebSocket path without a handshake: its target is not looked up. */
  noHandshake: {
    ...strangers,
    ...{ admin: '400 bad_handshake', operator: '400 bad_handshake', viewer: '400 bad_handshake' },
    ...inTenant('400 bad_handshake', '400 bad_handshake', '400 bad_handshake'),
  },
} satisfies Record<string, Outcomes>;
export type Rule = keyof typeof outcomes;
