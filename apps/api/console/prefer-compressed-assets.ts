import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { findBuiltConsole } from './built-console.js';

/** The encodings that the build writes beside each asset, the smallest first, with their file extension. */
const extensions = { br: '.br', gzip: '.gz' } as const;
const encodings = ['br', 'gzip'] as const;

/** Serves the compressed form of an asset, which the build has written, to clients that take it. */
export function preferCompressedAssets(app: NestExpressApplication): void {
  const folder = findBuiltConsole();
  if (folder === null) return;
  const files = new Set(readdirSync(join(folder, 'assets')));
  app.use('/console/assets', (request: Request, response: Response, next: NextFunction) => {
    response.vary('Accept-Encoding');
    const name = request.path.slice(1);
    const accepted = encodings.find((encoding) => request.acceptsEncodings(encoding) !== false);
    if (accepted !== undefined && files.has(name + extensions[accepted])) {
      response.set('Content-Encoding', accepted).type(extname(name));
      request.url = `/${name}${extensions[accepted]}`;
    }
    next();
  });
}
