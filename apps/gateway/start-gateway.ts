import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { selectEngine, type EngineStatus } from '#libs/engine';
import { listenOnSetting } from '../bootstrap/listen-on-setting.js';
import { JsonAnswers } from '../bootstrap/json-answers.interceptor.js';
import { NestLogger } from '../bootstrap/nest-logger.js';
import { DataPlane } from './data-plane/data-plane.js';
import {
  gatewayParts,
  newIdentity,
  type GatewayOptions,
  type GatewayParts,
  type Supervision,
} from './data-plane/gateway-options.js';
import { FleetLink } from './fleet/fleet-link.js';
import { GatewayModule } from './gateway.module.js';
import { GatewayLifecycle } from './lifecycle/gateway-lifecycle.js';

/** A gateway that runs, without an admin listener. */
export interface RunningWorker {
  /** `gtw_…` */
  id: string;
  /** Where clients connect to, one for each listen address. */
  urls: readonly string[];
  /** What relays its connections. */
  engine: EngineStatus;
  dataPlane: DataPlane;
  /** Client sockets that are open, whether joined or not. */
  openSockets(): number;
  /** Ends every connection with 1001 over the drain period; new ones are answered with 503 meanwhile. */
  drain(): Promise<void>;
  /** As `drain`, but listens no more, and lets in whoever has reached it before. */
  retire(): Promise<void>;
  /** Drops what is left and gives everything back. */
  close(): Promise<void>;
}

/** A gateway that runs. */
export interface RunningGateway extends RunningWorker {
  /** Where `/healthz`, `/readyz` and `/metrics` are. */
  adminUrl: string;
}

/** Starts a gateway in this process. It listens at once, and answers 503 until it has a configuration. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const app = await createGateway(options);
  const worker = await startListening(app, async () => {
    const { adminListen } = options.settings;
    await listenOnSetting('SLUICE_GATEWAY_ADMIN_LISTEN', adminListen, () =>
      app.listen(adminListen.port, adminListen.host),
    );
    const admin = app.getHttpServer().address() as AddressInfo;
    app.get(DataPlane).reserved.addListener(admin.address, admin.port);
  });
  return { ...worker, adminUrl: await app.getUrl() };
}

/** Starts one of several gateways of a command, whose supervisor has the admin listener. */
export async function startWorker(
  options: GatewayOptions & { supervision: Supervision },
): Promise<RunningWorker> {
  const app = await createGateway(options);
  return startListening(app, async () => {
    await app.init();
  });
}

function createGateway(options: GatewayOptions): Promise<NestExpressApplication> {
  const nestOptions: Pick<NestApplicationOptions, 'logger' | 'abortOnError'> = {
    logger: new NestLogger(options.logger),
    abortOnError: false,
  };
  const { engine, status, isFallback } = selectEngine(options.settings.engine);
  if (isFallback) {
    options.logger.warn(
      { reason: status.reason },
      'there is no native engine: the gateway relays in TypeScript',
    );
  }
  const module = GatewayModule.with({ ...options, identity: newIdentity(), engine, engineStatus: status });
  return NestFactory.create<NestExpressApplication>(module, nestOptions);
}

async function startListening(
  app: NestExpressApplication,
  openAdmin: () => Promise<void>,
): Promise<RunningWorker> {
  app.disable('x-powered-by');
  app.useGlobalInterceptors(new JsonAnswers());
  const lifecycle = app.get(GatewayLifecycle);
  try {
    await lifecycle.start();
    await openAdmin();
    app.get(FleetLink).join();
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    id: app.get(FleetLink).status().id,
    urls: lifecycle.urls,
    engine: app.get<GatewayParts>(gatewayParts).engineStatus,
    dataPlane: app.get(DataPlane),
    openSockets: () => lifecycle.openSockets,
    drain: () => lifecycle.drain(),
    retire: () => lifecycle.retire(),
    close: () => app.close(),
  };
}
