import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type ServerOptions } from 'ws';
import type { PublishedRoute, PublishedTenant } from '#libs/contract';
import { GatewayWorld } from './gateway-world.js';

/** A gateway with one tenant, and a WebSocket server without a route. */
export interface ProxiedUpstream {
  world: GatewayWorld;
  tenant: PublishedTenant;
  server: WebSocketServer;
  /** `127.0.0.1` and the port of the server. */
  authority: string;
  /** Publishes a route of the tenant. */
  route(fields: Record<string, unknown>): Promise<PublishedRoute>;
  /** Also asserts that the gateway has released everything of its connections. */
  close(): Promise<void>;
}

/** Starts both; `options` are those of the WebSocket server. */
export async function startProxiedUpstream(options: ServerOptions = {}): Promise<ProxiedUpstream> {
  const server = new WebSocketServer({ ...options, host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const world = await GatewayWorld.start();
  const tenant = await world.tenant();
  return {
    world,
    tenant,
    server,
    authority: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    route: (fields) => world.route(tenant, fields),
    close: async () => {
      await world.expectNothingHeld();
      await world.close();
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
