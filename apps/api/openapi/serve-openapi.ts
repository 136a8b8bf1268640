import type { NestExpressApplication } from '@nestjs/platform-express';
import swaggerUi from 'swagger-ui-express';
import { OpenApiDocument } from './openapi-document.js';

/**
 * Serves Swagger UI of the OpenAPI document at `/docs`; the page keeps an entered token over a reload.
 */
export function serveOpenApi(app: NestExpressApplication): void {
  app.get(OpenApiDocument).describe(app);
  const swaggerOptions = {
    persistAuthorization: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    docExpansion: 'none',
  };
  // The page loads the document: embedded, it would be formatted three times at each start.
  const options = { customSiteTitle: 'Sluice API', swaggerUrl: '../openapi.json', swaggerOptions };
  app.use('/docs', ...swaggerUi.serveFiles(undefined, options), swaggerUi.setup(undefined, options));
}
