import type { MessageKey } from '../messages/language.js';
import type { GroupKind } from './connections-search.js';

/** The names of the properties by which connections are filtered and counted. */
export const groupTexts: Readonly<Record<GroupKind, MessageKey>> = {
  tenant: 'connections.tenant',
  route: 'connections.route',
  key: 'connections.key',
  upstream: 'connections.upstream',
  clientIp: 'connections.client',
};
