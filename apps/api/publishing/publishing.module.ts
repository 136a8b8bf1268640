import { Global, Module } from '@nestjs/common';
import { Database } from '../database/database.js';
import { ApiMetrics } from '../metrics/api-metrics.js';
import { CommittedChanges } from './committed-changes.js';
import { ConfigurationWriter } from './configuration-writer.js';
import { Outbox } from './outbox.js';
import { Publisher } from './publisher.js';
import { SnapshotReader } from './snapshot-reader.js';

@Global()
@Module({
  providers: [CommittedChanges, ConfigurationWriter, Outbox, Publisher, SnapshotReader],
  exports: [CommittedChanges, ConfigurationWriter, Outbox, Publisher],
})
export class PublishingModule {
  constructor(metrics: ApiMetrics, publisher: Publisher, database: Database) {
    metrics.addGauge(
      'sluice_writes_waiting',
      'Writes that wait for their transaction',
      () => database.waitingWrites,
    );
    metrics.addGauge(
      'sluice_published_revision',
      'The newest revision on the bus; 0 while it is unknown',
      () => publisher.state.publishedRevision ?? 0,
    );
    metrics.addGauge(
      'sluice_publisher_leading',
      '1 while this process publishes, 0 while another one does',
      () => (publisher.state.isLeading ? 1 : 0),
    );
    metrics.addGauge('sluice_publisher_failing', '1 while the bus cannot be reached', () =>
      publisher.state.lastError === null ? 0 : 1,
    );
  }
}
