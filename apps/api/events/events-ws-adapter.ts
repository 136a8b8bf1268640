import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { Logger } from 'pino';
import { problemDocument, problemMediaType, problems } from '#libs/problem-details';
import { eventsSubprotocol, type EventsAdmission } from './events-admission.js';

type Answer = (isAdmitted: boolean, status?: number, body?: string, headers?: Record<string, string>) => void;
type AdapterOptions = Parameters<WsAdapter['create']>[1];

// A client has nothing to say on this socket.
const longestMessageBytes = 1024;

/** Refuses an unauthenticated upgrade with an ordinary HTTP answer, before there is a WebSocket. */
export class EventsWsAdapter extends WsAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly admission: EventsAdmission,
    private readonly log: Logger,
  ) {
    super(app);
  }

  override create(port: number, options: AdapterOptions): ReturnType<WsAdapter['create']> {
    return super.create(port, {
      ...options,
      maxPayload: longestMessageBytes,
      // The token that was offered beside it is not sent back.
      handleProtocols: (offered: Set<string>) => (offered.has(eventsSubprotocol) ? eventsSubprotocol : false),
      verifyClient: ({ req }: { req: IncomingMessage }, answer: Answer) => void this.verify(req, answer),
    });
  }

  private async verify(request: IncomingMessage, answer: Answer): Promise<void> {
    try {
      const result = await this.admission.admit(request);
      if (result.ok) answer(true);
      else refuse(answer, result.code, result.detail);
    } catch (error) {
      this.log.error({ err: error }, 'an upgrade could not be authenticated');
      refuse(answer, 'storage_unavailable');
    }
  }
}

function refuse(
  answer: Answer,
  code: 'unauthorized' | 'forbidden' | 'tenant_suspended' | 'storage_unavailable',
  detail?: string,
): void {
  const document = problemDocument(code, detail === undefined ? {} : { detail });
  const challenge = code === 'unauthorized' ? { 'WWW-Authenticate': 'Bearer' } : {};
  const headers = { 'Content-Type': problemMediaType, ...challenge };
  answer(false, problems[code].status, JSON.stringify(document), headers);
}
