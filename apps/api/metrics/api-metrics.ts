import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Gauge, Histogram, Registry } from 'prom-client';
import { registerProcessMetrics } from '../../bootstrap/process-metrics.js';

/** The metrics of one API, in a separate registry. */
@Injectable()
export class ApiMetrics {
  readonly registry = new Registry();

  readonly #requestSeconds = new Histogram({
    name: 'sluice_api_request_seconds',
    help: 'How long requests took, by method, path template and status',
    labelNames: ['method', 'path', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [this.registry],
  });

  constructor() {
    registerProcessMetrics(this.registry);
  }

  /** Adds a gauge whose value is read at each scrape. */
  addGauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: () => gauge.set(read()),
    });
  }

  /** Adds a histogram of durations; returns the function that observes a duration. */
  addHistogram(name: string, help: string, buckets: number[]): (seconds: number) => void {
    const histogram = new Histogram({ name, help, buckets, registers: [this.registry] });
    return (seconds) => histogram.observe(seconds);
  }

  /** Express middleware that measures every request. */
  readonly measure = (request: Request, response: Response, next: NextFunction): void => {
    const stop = this.#requestSeconds.startTimer();
    response.once('close', () => {
      stop({ method: request.method, path: pathTemplateOf(request), status: response.statusCode });
    });
    next();
  };
}

// A label with the path itself would create a series for each id.
function pathTemplateOf(request: Request): string {
  const route: unknown = request.route;
  const hasPath = typeof route === 'object' && route !== null && 'path' in route;
  return hasPath && typeof route.path === 'string' ? route.path : 'other';
}
