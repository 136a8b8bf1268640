import type { DrainInput } from './drain.js';

/** The pipelines of upgrades and of ordinary requests, which drain together. */
export class BothPipelines {
  constructor(private readonly pipelines: Record<'pipeline' | 'http', DrainInput['pipeline']>) {}

  /** The number of requests that are not answered yet. */
  get pending(): number {
    return this.pipelines.pipeline.pending + this.pipelines.http.pending;
  }

  startDraining(): void {
    this.pipelines.pipeline.startDraining();
    this.pipelines.http.startDraining();
  }

  stopDraining(): void {
    this.pipelines.pipeline.stopDraining();
    this.pipelines.http.stopDraining();
  }
}
