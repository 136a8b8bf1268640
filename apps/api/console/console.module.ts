import { Module, type DynamicModule } from '@nestjs/common';
import { ServeStaticModule } from '@nestjs/serve-static';
import { findBuiltConsole } from './built-console.js';
import { UnbuiltConsoleController } from './unbuilt-console.controller.js';

/**
 * Serves the console at `/console`. A path of it is a view of the page, so it is answered with the page;
 * assets have a hash of their content in their name, so they never change.
 */
@Module({})
export class ConsoleModule {
  static register(): DynamicModule {
    const rootPath = findBuiltConsole();
    if (rootPath === null) return { module: ConsoleModule, controllers: [UnbuiltConsoleController] };
    const served = ServeStaticModule.forRoot({
      rootPath,
      serveRoot: '/console',
      exclude: ['/console/assets/{*asset}'],
      serveStaticOptions: {
        cacheControl: false,
        setHeaders: (response: { setHeader(name: string, value: string): unknown }, file: string) => {
          if (file.includes('/assets/')) response.setHeader('Cache-Control', immutable);
        },
      },
    });
    return { module: ConsoleModule, imports: [served] };
  }
}

const immutable = 'public, max-age=31536000, immutable';
