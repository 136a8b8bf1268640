import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useSession } from '../session/use-session.js';
import { credentialKindFor } from './credential.js';
import type { Credential } from './credential-fields.js';
import { noSecrets, useKeptTest, type KeptTest } from './kept-test.js';
import { urlOfRoute } from './route-url.js';
import type { TestSearch } from './test-search.js';
import { useGatewayBase } from './use-gateway-base.js';
import type { TestedRoute } from './tested-route.js';
import { useRoutes } from './use-handshake.js';

/** What the user has entered for the handshake. All but secrets is also in the URL of the page. */
export interface HandshakeFields {
  url: string;
  subprotocols: string;
  /** The chosen route, or the one of the demo. */
  route: TestedRoute | null;
  credential: Credential;
  /** The header fields that the API sends, one in each line; null: this browser opens the connection. */
  headers: string | null;
  write: (change: TestSearch) => void;
  pick: (route: TestedRoute) => void;
  setCredential: (credential: Credential) => void;
  setHeaders: (headers: string) => void;
}

export function useHandshakeFields(): HandshakeFields {
  const navigate = useNavigate({ from: '/test' });
  // The navigation is asynchronous: an input that waited for it would lose the place of its cursor.
  const { canManage } = useSession();
  const kept = useKeptTest();
  const search = useSearch({ from: '/test' });
  const [fields, setFields] = useState(() => fieldsOf(kept, search));
  const [picked, setPicked] = useState(kept.route);
  const [secrets, setSecrets] = useState(kept.secrets);
  const base = useGatewayBase();
  const { data: routes = [] } = useRoutes('');
  const linked = routes.find(({ id }) => id === fields.route);
  const route = picked ?? linked ?? (fields.url === undefined ? firstOf(routes) : null);
  const write = (change: TestSearch): void => {
    const changed = { ...fields, ...change };
    setFields(changed);
    kept.fields = changed;
    void navigate({ search: changed, replace: true });
  };
  const writeSecrets = (changed: KeptTest['secrets']): void => {
    setSecrets(changed);
    kept.secrets = changed;
  };
  return {
    url: fields.url ?? (route === null ? '' : urlOfRoute(route, base)),
    subprotocols: fields.subprotocols ?? '',
    route,
    credential: { kind: fields.credential ?? 'none', secret: secrets.secret, keyId: secrets.keyId },
    headers: fields.from === 'api' && canManage ? secrets.headers : null,
    write,
    pick: (chosen) => {
      setPicked(chosen);
      kept.route = chosen;
      writeSecrets(noSecrets);
      const credential = credentialKindFor(chosen, canManage);
      write({ route: chosen.id, url: urlOfRoute(chosen, base), credential });
    },
    setCredential: ({ kind, ...others }) => {
      writeSecrets({ ...secrets, ...others });
      if (kind !== fields.credential) write({ credential: kind });
    },
    setHeaders: (headers) => writeSecrets({ ...secrets, headers }),
  };
}

/**
 * What was kept, unless the URL of the page asks for another address: then its secrets are forgotten, so that
 * a key never goes there.
 */
function fieldsOf(kept: KeptTest, search: TestSearch): TestSearch {
  const isSame = search.url === undefined || search.url === kept.fields.url;
  if (!isSame) Object.assign(kept, { fields: search, route: null, secrets: noSecrets });
  return kept.fields;
}

// The demo route first: it needs no key.
function firstOf(routes: readonly TestedRoute[]): TestedRoute | null {
  return routes.find(({ enabled, auth }) => enabled && auth.mode === 'none') ?? routes[0] ?? null;
}
