import { Counter, type Registry } from 'prom-client';
import type { HttpRecord } from '#libs/pipeline';
import { PlainHistogram } from './plain-histogram.js';
import { Tally } from './tally.js';

const requestSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The metrics of ordinary HTTP requests. */
export class HttpMetrics {
  readonly #outcomes = new Tally();
  readonly #seconds: PlainHistogram;
  readonly #bytes = { request: 0, response: 0 };

  constructor(registry: Registry) {
    const registers = [registry];
    const outcomes = this.#outcomes;
    new Counter({
      name: 'sluice_http_requests_total',
      help:
        'Ordinary HTTP requests of routes that forward them, by outcome (answered, cut_short, client_gone, ' +
        'or the code of the refusal) and the class of the status',
      labelNames: ['outcome', 'status'],
      registers,
      collect() {
        this.reset();
        for (const [key, count] of outcomes) {
          const [outcome = '', status = ''] = key.split(' ');
          this.inc({ outcome, status }, count);
        }
      },
    });
    this.#seconds = new PlainHistogram({
      name: 'sluice_http_request_seconds',
      help: 'Time from an ordinary HTTP request to the end of its answer',
      buckets: requestSeconds,
      registers,
    });
    const bytes = this.#bytes;
    new Counter({
      name: 'sluice_http_body_bytes_total',
      help: 'Bytes of bodies of ordinary HTTP requests that came from one side',
      labelNames: ['from'],
      registers,
      collect() {
        this.reset();
        this.inc({ from: 'client' }, bytes.request);
        this.inc({ from: 'upstream' }, bytes.response);
      },
    });
  }

  count({ outcome, code, status, durationMs, requestBytes, responseBytes }: HttpRecord): void {
    const statusClass = status === null ? 'none' : `${Math.floor(status / 100)}xx`;
    this.#outcomes.add(`${code ?? outcome} ${statusClass}`);
    this.#seconds.add(durationMs / 1000);
    this.#bytes.request += requestBytes;
    this.#bytes.response += responseBytes;
  }
}
