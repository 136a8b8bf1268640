import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Credential } from './credential-fields.js';
import { urlOfRoute } from './route-url.js';
import type { TestSearch } from './test-search.js';
import { useGatewayBase } from './use-gateway-base.js';
import { useRoutes, type Route } from './use-handshake.js';

/** What the user has entered for the handshake. All but secrets is also in the URL of the page. */
export interface HandshakeFields {
  url: string;
  subprotocols: string;
  /** The chosen route, or the one of the demo. */
  route: Route | null;
  credential: Credential;
  write: (change: TestSearch) => void;
  pick: (route: Route) => void;
  setCredential: (credential: Credential) => void;
}

export function useHandshakeFields(): HandshakeFields {
  const navigate = useNavigate({ from: '/test' });
  // The navigation is asynchronous: an input that waited for it would lose the place of its cursor.
  const [fields, setFields] = useState<TestSearch>(useSearch({ from: '/test' }));
  const [picked, setPicked] = useState<Route | null>(null);
  const [secrets, setSecrets] = useState<Pick<Credential, 'secret' | 'keyId'>>({ secret: '', keyId: null });
  const base = useGatewayBase();
  const { data: routes = [] } = useRoutes('');
  const linked = routes.find(({ id }) => id === fields.route);
  const route = picked ?? linked ?? (fields.url === undefined ? firstOf(routes) : null);
  const write = (change: TestSearch): void => {
    const changed = { ...fields, ...change };
    setFields(changed);
    void navigate({ search: changed, replace: true });
  };
  return {
    url: fields.url ?? (route === null ? '' : urlOfRoute(route, base)),
    subprotocols: fields.subprotocols ?? '',
    route,
    credential: { kind: fields.credential ?? 'none', ...secrets },
    write,
    pick: (chosen) => {
      setPicked(chosen);
      setSecrets({ secret: '', keyId: null });
      const credential = chosen.auth.mode === 'apiKey' ? 'ticket' : 'none';
      write({ route: chosen.id, url: urlOfRoute(chosen, base), credential });
    },
    setCredential: ({ kind, ...others }) => {
      setSecrets(others);
      if (kind !== fields.credential) write({ credential: kind });
    },
  };
}

// The demo route first: it needs no key.
function firstOf(routes: readonly Route[]): Route | null {
  return routes.find(({ enabled, auth }) => enabled && auth.mode === 'none') ?? routes[0] ?? null;
}
