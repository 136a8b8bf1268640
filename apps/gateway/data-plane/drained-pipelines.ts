import type { DrainInput } from './drain.js';

type Pipeline = DrainInput['pipeline'];

/** Several pipelines that drain together. */
export class DrainedPipelines implements Pipeline {
  constructor(private readonly pipelines: readonly Pipeline[]) {}

  /** The number of requests that are not answered yet. */
  get pending(): number {
    return this.pipelines.reduce((sum, { pending }) => sum + pending, 0);
  }

  startDraining(): void {
    for (const pipeline of this.pipelines) pipeline.startDraining();
  }

  stopDraining(): void {
    for (const pipeline of this.pipelines) pipeline.stopDraining();
  }
}
