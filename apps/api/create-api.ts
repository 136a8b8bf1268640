import { createServer } from 'node:http';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import { NestLogger } from '../bootstrap/nest-logger.js';
import { ApiModule, type ApiParts } from './api.module.js';
import { preferCompressedAssets } from './console/prefer-compressed-assets.js';
import { serveOpenApi } from './openapi/serve-openapi.js';
import { refuseMalformedRequests } from './refuse-malformed-requests.js';
import { applyRequestPolicy } from './request-policy.js';
import { SocketsAdapter } from './sockets/sockets-adapter.js';

/** Composes the API, without listening. */
export async function createApi(parts: ApiParts): Promise<NestExpressApplication> {
  const options: Pick<NestApplicationOptions, 'logger' | 'abortOnError' | 'bodyParser'> = {
    logger: new NestLogger(parts.logger),
    abortOnError: false,
    bodyParser: false,
  };
  const module = ApiModule.compose(parts);
  const app = await NestFactory.create<NestExpressApplication>(module, new ApiAdapter(expressApp()), options);
  refuseMalformedRequests(app.getHttpServer());
  applyRequestPolicy(app);
  preferCompressedAssets(app);
  serveOpenApi(app);
  app.useWebSocketAdapter(new SocketsAdapter(app, app.getHttpServer(), parts.logger));
  return app;
}

// The router reads this setting when it is created, which is when the adapter adds its first handler.
function expressApp(): express.Express {
  return express().set('case sensitive routing', true);
}

class ApiAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    const app = this.getInstance<express.Express>();
    this.httpServer = createServer({ requireHostHeader: false }, app);
  }
}
