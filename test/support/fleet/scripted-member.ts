import { newId, type GatewayStatus } from '#libs/contract';
import type { Answer, FleetMember, FleetRequest, RequestKind, UpstreamLoads } from '#libs/fleet';

/** A gateway with scripted answers, which records its requests. */
export class ScriptedMember implements FleetMember {
  readonly id = newId('gateway');
  readonly requests: { kind: RequestKind; request: unknown }[] = [];
  state: GatewayStatus['state'] = 'ready';
  refusal: string | null = null;
  connections = 0;
  loads: UpstreamLoads = {};
  /** The bound of the last request for its counts. */
  maxCounts = 0;
  /** The last reported loads of the other members; null before the first report. */
  peers: readonly UpstreamLoads[] | null = null;

  constructor(private readonly reply: (request: unknown) => unknown = () => ({ matched: 1 })) {}

  status(): GatewayStatus {
    return {
      id: this.id,
      supervisorId: null,
      version: '1.2.3',
      startedAt: '2026-11-22T14:00:00.000Z',
      appliedRevision: 7,
      connections: this.connections,
      state: this.state,
      refusal: this.refusal,
      drain: null,
    };
  }

  upstreamLoads(maxCounts: number): UpstreamLoads {
    this.maxCounts = maxCounts;
    return this.loads;
  }

  onPeerLoads(peers: readonly UpstreamLoads[]): void {
    this.peers = peers;
  }

  async answer<Kind extends RequestKind>(kind: Kind, request: FleetRequest<Kind>): Promise<Answer<Kind>> {
    this.requests.push({ kind, request });
    return (await this.reply(request)) as Answer<Kind>;
  }
}

/** A promise that a test resolves later. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
