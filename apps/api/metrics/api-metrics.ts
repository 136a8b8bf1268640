import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Gauge, Histogram, Registry } from 'prom-client';
import { registerProcessMetrics } from '../../bootstrap/process-metrics.js';

/** The metrics of one API, in a registry of their own. */
@Injectable()
export class ApiMetrics {
  readonly registry = new Registry();

  private readonly requestSeconds = new Histogram({
    name: 'sluice_api_request_seconds',
    help: 'How long requests took, by method, path template and status',
    labelNames: ['method', 'path', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [this.registry],
  });

  constructor() {
    registerProcessMetrics(this.registry);
  }

  /** Publishes a number that is read when the metrics are. */
  addGauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: () => gauge.set(read()),
    });
  }

  /** Publishes how long something takes; answers with what takes the seconds of one time. */
  addHistogram(name: string, help: string, buckets: number[]): (seconds: number) => void {
    const histogram = new Histogram({ name, help, buckets, registers: [this.registry] });
    return (seconds) => histogram.observe(seconds);
  }

  /** Express middleware that measures every request. */
  readonly measure = (request: Request, response: Response, next: NextFunction): void => {
    const stop = this.requestSeconds.startTimer();
    response.once('close', () => {
      stop({ method: request.method, path: pathTemplateOf(request), status: response.statusCode });
    });
    next();
  };
}

// The path itself would make one series for each id.
function pathTemplateOf(request: Request): string {
  const route: unknown = request.route;
  const hasPath = typeof route === 'object' && route !== null && 'path' in route;
  return hasPath && typeof route.path === 'string' ? route.path : 'other';
}
