import { useSession } from '../session/use-session.js';
import { gatewayBase } from './route-url.js';

/** Scheme and authority of the gateways, for URLs of routes. */
export function useGatewayBase(): string {
  return gatewayBase(useSession().gatewayUrl);
}
