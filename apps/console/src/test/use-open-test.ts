import { useNavigate } from '@tanstack/react-router';
import { useSession } from '../session/use-session.js';
import { credentialKindFor } from './credential.js';
import { noSecrets, useKeptTest } from './kept-test.js';
import { urlOfRoute } from './route-url.js';
import { useGatewayBase } from './use-gateway-base.js';
import type { TestedRoute } from './tested-route.js';

/** Opens the test page, filled in for a route; the key is handed over in memory, never in the URL. */
export function useOpenTest(): (route: TestedRoute, key?: string) => void {
  const kept = useKeptTest();
  const navigate = useNavigate();
  const base = useGatewayBase();
  const { canManage } = useSession();
  return (route, key) => {
    const credential = credentialKindFor(route, canManage && key === undefined);
    const fields = { url: urlOfRoute(route, base), route: route.id, credential };
    kept.fields = fields;
    kept.route = route;
    kept.secrets = { ...noSecrets, secret: key ?? '' };
    void navigate({ to: '/test', search: fields });
  };
}
