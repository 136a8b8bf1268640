import type { EventsMessage } from '../events.js';
import { WorkloadClient } from './workload-client.js';
import type { WorkloadCount, WorkloadCommand } from './client-plan.js';

/**
 * The program of the workload: all clients, in a separate process from the one that injects faults and
 * checks.
 */
let clients: WorkloadClient[] = [];

process.on('message', (command: WorkloadCommand) => handle(command));
process.on('disconnect', () => process.exit());

function handle(command: WorkloadCommand): void {
  switch (command.command) {
    case 'start':
      clients = command.plans.map((plan) => new WorkloadClient(plan, send));
      for (const client of clients) client.start();
      return;
    case 'quiesce':
      for (const client of clients) client.quiesce();
      answer();
      return;
    case 'leave':
      for (const client of clients) client.leave();
      answer();
      return;
    case 'count':
      answer();
      return;
  }
}

function send(event: EventsMessage['events'][number]): void {
  process.send?.({ events: [event] } satisfies EventsMessage);
}

function answer(): void {
  const open = clients.flatMap(({ openConnection: connection, plan: { gateway, tenant, path } }) =>
    connection === null ? [] : [{ connection, gateway, tenant, path }],
  );
  const sum = (count: (client: WorkloadClient) => number): number =>
    clients.reduce((total, client) => total + count(client), 0);
  process.send?.({
    open,
    unanswered: sum(({ unanswered }) => unanswered),
    opening: sum(({ isOpening }) => (isOpening ? 1 : 0)),
    echoed: sum(({ echoed }) => echoed),
  } satisfies WorkloadCount);
}
