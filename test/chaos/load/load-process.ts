import type { NotesMessage } from '../notes.js';
import { ChaosClient } from './chaos-client.js';
import type { LoadCount, LoadOrder } from './client-plan.js';

/** The program of the load: all its clients, apart from what watches over the run. */
let clients: ChaosClient[] = [];

process.on('message', (order: LoadOrder) => obey(order));
process.on('disconnect', () => process.exit());

function obey(order: LoadOrder): void {
  switch (order.order) {
    case 'begin':
      clients = order.plans.map((plan) => new ChaosClient(plan, send));
      for (const client of clients) client.begin();
      return;
    case 'hush':
      for (const client of clients) client.hush();
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

function send(note: NotesMessage['notes'][number]): void {
  process.send?.({ notes: [note] } satisfies NotesMessage);
}

function answer(): void {
  const open = clients.flatMap(({ openConnection: connection, plan: { gateway, tenant, path } }) =>
    connection === null ? [] : [{ connection, gateway, tenant, path }],
  );
  const sum = (count: (client: ChaosClient) => number): number =>
    clients.reduce((total, client) => total + count(client), 0);
  process.send?.({
    open,
    unanswered: sum(({ unanswered }) => unanswered),
    opening: sum(({ isOpening }) => (isOpening ? 1 : 0)),
    echoed: sum(({ echoed }) => echoed),
  } satisfies LoadCount);
}
