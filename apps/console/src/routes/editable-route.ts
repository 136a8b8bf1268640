import { formObjectOf, isObject, valueAt, type FormObject } from '../form/form-value.js';
import type { Route } from './use-routes.js';

const readOnly = new Set(['id', 'tenantId', 'createdAt', 'updatedAt']);

/** The fields of a route that can be changed. */
export function editableRoute(route: Route): FormObject {
  return Object.fromEntries(Object.entries(formObjectOf(route)).filter(([name]) => !readOnly.has(name)));
}

/** The route as the API takes it. Without a new private key, the stored one stays with its certificate. */
export function submittedRoute(value: FormObject): FormObject {
  const tls = valueAt(value, 'upstreamTls');
  if (!isObject(tls)) return value;
  const { clientKey = null, ...others } = tls;
  const isKept = clientKey === null && tls['clientCertificate'] !== null;
  return { ...value, upstreamTls: isKept ? others : { ...others, clientKey } };
}
