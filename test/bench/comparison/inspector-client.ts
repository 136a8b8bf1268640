import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';

const targetsSchema = z.tuple([z.object({ webSocketDebuggerUrl: z.string() })]).rest(z.unknown());
const answerSchema = z.object({ id: z.number(), result: z.unknown(), error: z.unknown() }).partial();

/** Calls methods of the Chrome DevTools Protocol in a Node.js process with `--inspect`. */
export class InspectorClient {
  #lastId = 0;

  private constructor(private readonly socket: WebSocket) {}

  static async connect(port: number): Promise<InspectorClient> {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [{ webSocketDebuggerUrl }] = targetsSchema.parse(await response.json());
    const socket = new WebSocket(webSocketDebuggerUrl, { perMessageDeflate: false });
    await once(socket, 'open');
    return new InspectorClient(socket);
  }

  /** Only one call may be pending. */
  async call(method: string, params: object = {}): Promise<unknown> {
    const id = (this.#lastId += 1);
    this.socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [message] = (await once(this.socket, 'message')) as [Buffer];
      const answer = answerSchema.parse(JSON.parse(message.toString()));
      if (answer.id !== id) continue;
      if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
      return answer.result;
    }
  }

  async close(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }
}
