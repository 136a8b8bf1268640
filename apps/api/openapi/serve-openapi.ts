import type { NestExpressApplication } from '@nestjs/platform-express';
import swaggerUi from 'swagger-ui-express';
import { OpenApiDocument } from './openapi-document.js';

/**
 * Generates the OpenAPI document and serves Swagger UI at `/docs`, which keeps an entered token over a
 * reload.
 */
export function serveOpenApi(app: NestExpressApplication): void {
  const document = app.get(OpenApiDocument).describe(app);
  const swaggerOptions = { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true };
  const options = { customSiteTitle: 'Sluice API', swaggerOptions };
  app.use('/docs', ...swaggerUi.serveFiles(document, options), swaggerUi.setup(document, options));
}
