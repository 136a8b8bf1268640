import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { EventFeed } from '../api/event-feed.js';
import { LiveQueries } from '../api/live-queries.js';
import { useSession, sessionQuery } from './use-session.js';

/** Keeps what the page shows up to date with the events of the API, for as long as the session lasts. */
export function useLiveSession(): void {
  const client = useQueryClient();
  const { kind, name, keyId } = useSession();
  useEffect(() => {
    const queries = new LiveQueries(client);
    const feed = new EventFeed({
      onEvent: (event) => queries.take(event),
      onReopened: (isResumed) => (isResumed ? queries.resume() : queries.refreshAll()),
      onUnavailable: () => queries.refreshAll(),
      isReachable: async () => {
        const read = client.query({ ...sessionQuery, staleTime: 0, retry: false });
        return (await read.catch(() => null)) !== null;
      },
    });
    feed.start();
    return () => {
      feed.stop();
      queries.stop();
    };
  }, [client, kind, name, keyId]);
}
