import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestLogger } from '../bootstrap/nest-logger.js';
import { DataPlane } from './data-plane/data-plane.js';
import { newIdentity, type GatewayOptions } from './gateway-options.js';
import { FleetLink } from './fleet/fleet-link.js';
import { GatewayModule } from './gateway.module.js';
import { GatewayLifecycle } from './lifecycle/gateway-lifecycle.js';

/** A gateway that runs. */
export interface RunningGateway {
  /** `gtw_…` */
  id: string;
  /** Where clients connect to, one for each listen address. */
  urls: readonly string[];
  /** Where `/healthz`, `/readyz` and `/metrics` are. */
  adminUrl: string;
  dataPlane: DataPlane;
  /** Client sockets that are open, whether joined or not. */
  openSockets(): number;
  /** Ends every connection with 1001 over the drain period; new ones are answered with 503 meanwhile. */
  drain(): Promise<void>;
  /** Drops what is left and gives everything back. */
  close(): Promise<void>;
}

/** Starts a gateway in this process. It listens at once, and answers 503 until it has a configuration. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const nestOptions: Pick<NestApplicationOptions, 'logger' | 'abortOnError'> = {
    logger: new NestLogger(options.logger),
    abortOnError: false,
  };
  const module = GatewayModule.with({ ...options, identity: newIdentity() });
  const app = await NestFactory.create<NestExpressApplication>(module, nestOptions);
  app.disable('x-powered-by');
  const lifecycle = app.get(GatewayLifecycle);
  try {
    await lifecycle.start();
    const { host, port } = options.settings.adminListen;
    await app.listen(port, host);
    const admin = app.getHttpServer().address() as AddressInfo;
    app.get(DataPlane).reserved.addListener(admin.address, admin.port);
    app.get(FleetLink).join();
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    id: app.get(FleetLink).status().id,
    urls: lifecycle.urls,
    adminUrl: await app.getUrl(),
    dataPlane: app.get(DataPlane),
    openSockets: () => lifecycle.openSockets,
    drain: () => lifecycle.drain(),
    close: () => app.close(),
  };
}
