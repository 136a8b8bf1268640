import { join } from 'node:path';
import { seedDemo } from '../../apps/all-in-one/seed-demo.js';
import { FleetWorld } from '../support/fleet-world.js';
import { freePort } from '../support/free-port.js';
import { RestClient } from '../support/rest-client.js';
import { adminToken } from '../support/sluice-settings.js';

/** An API and two gateways with a Redis between them, and the demo that the first start creates. */
export interface ConsoleStack {
  rest: RestClient;
  apiUrl: string;
  adminToken: string;
  /** The URL of the first gateway, which the API names to the console. */
  gatewayUrl: string;
  gatewayUrls: string[];
  echoUrl: string;
  close(): Promise<void>;
}

export async function startConsoleStack(): Promise<ConsoleStack> {
  // The API tells the console where a gateway is.
  const port = await freePort();
  const publicUrl = `ws://127.0.0.1:${port}`;
  const fleet = await FleetWorld.start(0, undefined, { SLUICE_GATEWAY_PUBLIC_URL: publicUrl });
  try {
    // So that the tests see within a moment what the gateways report.
    fleet.heartbeatMs = 250;
    await Promise.all([
      fleet.startGateway(0, { SLUICE_GATEWAY_LISTEN: `127.0.0.1:${port}` }),
      fleet.startGateway(1),
    ]);
    const { apiUrl, echo } = fleet;
    await seedDemo({ apiUrl, adminToken, echoUrl: echo.url, dataDir: join(fleet.folder, 'demo') });
    const gatewayUrls = fleet.gateways.flatMap(({ urls }) => urls.slice(0, 1));
    return {
      rest: new RestClient(apiUrl, adminToken),
      apiUrl,
      adminToken,
      gatewayUrl: gatewayUrls[0] ?? '',
      gatewayUrls,
      echoUrl: echo.url,
      close: () => fleet.close(),
    };
  } catch (error) {
    await fleet.close();
    throw error;
  }
}
