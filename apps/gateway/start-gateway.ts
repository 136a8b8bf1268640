import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ConnectionRegistry } from '#libs/connections';
import { selectEngine, type EngineStatus } from '#libs/engine';
import type { Configuration } from '#libs/routing';
import { listenOnSetting } from '../bootstrap/listen-on-setting.js';
import { JsonAnswers } from '../bootstrap/json-answers.interceptor.js';
import { NestLogger } from '../bootstrap/nest-logger.js';
import {
  newIdentity,
  type GatewayOptions,
  type GatewayParts,
  type Supervision,
} from './data-plane/gateway-options.js';
import type { GatewayStateTracker } from './data-plane/gateway-state.js';
import { Gateway, type HeldResources } from './gateway.js';
import { GatewayModule } from './gateway.module.js';
import type { GatewayMetrics } from './metrics/gateway-metrics.js';

/** A running gateway without an admin listener. */
export interface RunningWorker {
  /** `gtw_…` */
  id: string;
  /** The URLs to which clients connect, one for each listen address. */
  urls: readonly string[];
  /** The implementation that relays connections. */
  engine: EngineStatus;
  /** The configuration that it serves. */
  configuration: Configuration;
  connections: ConnectionRegistry;
  state: GatewayStateTracker;
  metrics: GatewayMetrics;
  held(): HeldResources;
  /** Whether applied configurations are kept in the snapshot file. */
  keepSnapshot(isKept: boolean): void;
  /** As `drain`, over another period, and without waiting for the end. */
  beginDrain(periodMs: number): void;
  /** Takes back a drain that `beginDrain` has begun. */
  cancelDrain(): void;
  /** Closes every connection with 1001 over the drain period; new requests are answered with 503. */
  drain(): Promise<void>;
  /** Like `drain`, but stops listening, and still serves requests of accepted sockets. */
  retire(): Promise<void>;
  /** Drops the remaining connections and releases all resources. */
  close(): Promise<void>;
}

/** A running gateway. */
export interface RunningGateway extends RunningWorker {
  /** The URL of `/healthz`, `/readyz` and `/metrics`. */
  adminUrl: string;
}

/** Starts a gateway in this process. Listens at once, and answers 503 until it has a configuration. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const created = await createGateway(options);
  const { app, gateway } = created;
  const worker = await startListening(created, async () => {
    const { adminListen } = options.settings;
    await listenOnSetting('SLUICE_GATEWAY_ADMIN_LISTEN', adminListen, () =>
      app.listen(adminListen.port, adminListen.host),
    );
    const admin = app.getHttpServer().address() as AddressInfo;
    gateway.reserve(admin.address, admin.port);
  });
  return { ...worker, adminUrl: await app.getUrl() };
}

/** Starts one of several gateways of a command; the supervisor has the admin listener. */
export async function startWorker(
  options: GatewayOptions & { supervision: Supervision },
): Promise<RunningWorker> {
  const created = await createGateway(options);
  return startListening(created, async () => {
    await created.app.init();
  });
}

interface CreatedGateway {
  app: NestExpressApplication;
  gateway: Gateway;
  parts: GatewayParts;
}

async function createGateway(options: GatewayOptions): Promise<CreatedGateway> {
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
  const parts: GatewayParts = { ...options, identity: newIdentity(), engine, engineStatus: status };
  const gateway = new Gateway(parts);
  const app = await NestFactory.create<NestExpressApplication>(GatewayModule.with(gateway), nestOptions);
  return { app, gateway, parts };
}

async function startListening(
  { app, gateway, parts }: CreatedGateway,
  openAdmin: () => Promise<void>,
): Promise<RunningWorker> {
  app.disable('x-powered-by');
  app.useGlobalInterceptors(new JsonAnswers());
  const { lifecycle, listeners, fleetLink, configuration, connections, state, metrics } = gateway;
  try {
    await lifecycle.start();
    await openAdmin();
    fleetLink.join();
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    id: parts.identity.id,
    urls: listeners.urls,
    engine: parts.engineStatus,
    configuration,
    connections,
    state,
    metrics,
    held: () => gateway.held(),
    keepSnapshot: (isKept) => gateway.keepSnapshot(isKept),
    beginDrain: (periodMs) => gateway.beginDrain(periodMs),
    cancelDrain: () => gateway.cancelDrain(),
    drain: () => lifecycle.drain(),
    retire: () => lifecycle.retire(),
    close: () => app.close(),
  };
}
