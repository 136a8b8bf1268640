import type { LinkProps } from '@tanstack/react-router';
import type { MessageKey } from '../messages/language.js';
import type { IconName } from '../parts/icon.js';
import type { Session } from '../session/use-session.js';

interface Destination {
  to: NonNullable<LinkProps['to']>;
  text: MessageKey;
  icon: IconName;
  /** Who sees it; everybody if omitted. */
  isFor?: (session: Session) => boolean;
}

/** The menu, in its order. */
export const navigation: readonly Destination[] = [
  { to: '/overview', text: 'menu.overview', icon: 'overview' },
  { to: '/test', text: 'menu.test', icon: 'test' },
  { to: '/connections', text: 'menu.connections', icon: 'connections' },
  { to: '/routes', text: 'menu.routes', icon: 'routes' },
  { to: '/keys', text: 'menu.keys', icon: 'keys' },
  {
    to: '/tenants',
    text: 'menu.tenants',
    icon: 'tenants',
    isFor: ({ kind }) => kind !== 'apiKey',
  },
  { to: '/explain', text: 'menu.explain', icon: 'explain' },
  { to: '/upstreams', text: 'menu.upstreams', icon: 'upstreams' },
  {
    to: '/gateways',
    text: 'menu.gateways',
    icon: 'gateways',
    isFor: ({ isPlatform }) => isPlatform,
  },
  {
    to: '/configuration',
    text: 'menu.configuration',
    icon: 'configuration',
    isFor: ({ kind }) => kind !== 'apiKey',
  },
  { to: '/audit', text: 'menu.audit', icon: 'audit' },
];
