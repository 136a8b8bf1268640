import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ExpressAdapter } from '@nestjs/platform-express';
import type { Express } from 'express';

interface ServedPath {
  pattern: RegExp;
  methods: string[];
}

/** The paths of all operations and the methods that each takes, as the router of the application has them. */
@Injectable()
export class ServedPaths {
  #paths: ServedPath[] | null = null;

  constructor(private readonly host: HttpAdapterHost<ExpressAdapter>) {}

  /** The methods of a path; none for an unknown path. Called for requests, when all routes are registered. */
  methodsOf(path: string): readonly string[] {
    this.#paths ??= pathsOf(this.host.httpAdapter.getInstance<Express>());
    return this.#paths.find(({ pattern }) => pattern.test(path))?.methods ?? [];
  }
}

function pathsOf({ router }: Express): ServedPath[] {
  const methodsByPath = new Map<string, string[]>();
  for (const { route } of router.stack) {
    if (route === undefined) continue;
    const methods = methodsByPath.get(route.path) ?? [];
    methodsByPath.set(route.path, methods);
    for (const { method } of route.stack) methods.push(...answeredMethods(method));
  }
  return [...methodsByPath].map(([path, methods]) => ({ pattern: patternOf(path), methods }));
}

// Express answers HEAD with the handler of GET.
function answeredMethods(method: string): string[] {
  return method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
}

// A parameter of an operation is a whole segment. The console's own routes have patterns of the router, which
// match no path here. A slash at the end is accepted, as the router does.
function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => (segment.startsWith(':') ? '[^/]+' : literal(segment)));
  return new RegExp(`^${segments.join('/')}/?$`);
}

function literal(text: string): string {
  return text.replaceAll(/[^\w-]/g, String.raw`\$&`);
}
