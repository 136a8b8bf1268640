import type { DynamicModule, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import 'reflect-metadata';
import type { ConnectionLimiter } from '#libs/limits';
import type { GatewaySettings } from '#libs/settings';
import { JsonAnswers } from '../../bootstrap/json-answers.interceptor.js';
import { listenOnSetting } from '../../bootstrap/listen-on-setting.js';
import { NestLogger } from '../../bootstrap/nest-logger.js';
import { ClusterListeners } from './cluster-listeners.js';
import { InheritedListeners } from './inherited-listeners.js';
import { Supervisor } from './supervisor.js';
import { workersOf } from './supervisor-health.js';
import { SupervisorMetrics } from './supervisor-metrics.js';
import { SupervisorModule } from './supervisor.module.js';
import type { WorkerListeners } from './worker-listeners.js';

export interface SupervisorOptions {
  settings: GatewaySettings;
  /** Counts connections against their limits for all workers; closed when they have ended. */
  limiter: ConnectionLimiter;
  logger: Logger;
}

/** A running command of several workers. */
export interface RunningSupervisor {
  /** `sup_…` */
  id: string;
  /** The URLs to which clients connect, one for each listen address. */
  urls: readonly string[];
  /** The URL of `/healthz`, `/readyz` and `/metrics` for all workers. */
  adminUrl: string;
  /** Replaces the workers one after the other. */
  restart(): void;
  /** Drains and ends every worker, and releases all resources. */
  stop(): Promise<void>;
  /** Ends every worker at once. */
  killAll(): void;
}

/** Starts the workers, each a process that runs `worker.js`, and the common admin listener. */
export async function startSupervisor({
  settings,
  limiter,
  logger,
}: SupervisorOptions): Promise<RunningSupervisor> {
  const listeners = await openListeners(settings, logger);
  const supervisor: Supervisor = new Supervisor({
    workers: settings.workers,
    listeners,
    limiter,
    logger,
    drainPeriodMs: settings.drainSeconds * 1000,
    onGone: (worker) => metrics.keepOf(worker),
    onReplaced: (reason) => metrics.countRestart(reason),
  });
  const metrics = new SupervisorMetrics({
    workers: () => supervisor.workers,
    workerStates: () => workersOf(supervisor).map(({ state }) => state),
    limits: () => limiter.status(),
  });
  const app = await createAdminListener(SupervisorModule.with({ supervisor, limiter, metrics }), logger);
  const close = async (): Promise<void> => {
    listeners.close();
    await app.close();
    await limiter.close();
  };
  try {
    const { adminListen } = settings;
    await listenOnSetting('SLUICE_GATEWAY_ADMIN_LISTEN', adminListen, () =>
      app.listen(adminListen.port, adminListen.host),
    );
    const adminUrl = await app.getUrl();
    const { urls } = await supervisor.start(adminUrl);
    return {
      id: supervisor.id,
      urls,
      adminUrl,
      restart: () => supervisor.restart(),
      killAll: () => supervisor.killAll(),
      stop: () => supervisor.stop().then(close),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function createAdminListener(module: DynamicModule, logger: Logger): Promise<NestExpressApplication> {
  const nestOptions: Pick<NestApplicationOptions, 'logger' | 'abortOnError'> = {
    logger: new NestLogger(logger),
    abortOnError: false,
  };
  const app = await NestFactory.create<NestExpressApplication>(module, nestOptions);
  app.disable('x-powered-by');
  app.useGlobalInterceptors(new JsonAnswers());
  return app;
}

async function openListeners(settings: GatewaySettings, logger: Logger): Promise<WorkerListeners> {
  const opened = await InheritedListeners.open(settings);
  if (opened.ok) return opened.listeners;
  logger.info({ reason: opened.reason }, 'the supervisor accepts for the workers');
  return new ClusterListeners();
}
