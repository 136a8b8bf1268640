import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestLogger } from '../bootstrap/nest-logger.js';
import { ApiModule, type ApiParts } from './api.module.js';
import { applyRequestPolicy } from './http/request-policy.js';
import { ApiMetrics } from './metrics/api-metrics.js';
import { serveOpenApi } from './openapi/serve-openapi.js';
import { SocketsAdapter } from './sockets/sockets-adapter.js';

/** Composes the API; it does not listen yet. */
export async function createApi(parts: ApiParts): Promise<NestExpressApplication> {
  const options: Pick<NestApplicationOptions, 'logger' | 'abortOnError' | 'bodyParser'> = {
    logger: new NestLogger(parts.logger),
    abortOnError: false,
    bodyParser: false,
  };
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.compose(parts), options);
  app.use(app.get(ApiMetrics).measure);
  applyRequestPolicy(app);
  serveOpenApi(app);
  app.useWebSocketAdapter(new SocketsAdapter(app, app.getHttpServer(), parts.logger));
  return app;
}
