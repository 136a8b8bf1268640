import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request, Response } from 'express';
import swaggerUi from 'swagger-ui-express';
import { OpenApiDocument } from './openapi-document.js';

/** Serves the document at `/openapi.json` and Swagger UI at `/docs`, where a token stays entered over a reload. */
export function serveOpenApi(app: NestExpressApplication): void {
  const document = app.get(OpenApiDocument).describe(app);
  const json = JSON.stringify(document);
  app.use('/openapi.json', (_request: Request, response: Response) => {
    response.type('application/json').send(json);
  });
  const swaggerOptions = { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true };
  const options = { customSiteTitle: 'Sluice API', swaggerOptions };
  app.use('/docs', ...swaggerUi.serveFiles(document, options), swaggerUi.setup(document, options));
}
