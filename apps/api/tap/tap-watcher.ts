import type { WebSocket } from 'ws';
import type { TapFrame } from '#libs/fleet';

// About ten frames with the largest payload, or some thousand without.
const mostBufferedBytes = 1024 * 1024;

/** Who watches a tap. Frames that come faster than they are read are left out and counted, never buffered without end. */
export class TapWatcher {
  private socket: WebSocket | null = null;
  private ended: readonly [code: number, reason: string] | null = null;
  private omitted = 0;

  /** From now on this socket is told; what came before is counted as left out. */
  attach(socket: WebSocket): void {
    this.socket = socket;
    this.tellOmitted();
    if (this.ended !== null) socket.close(...this.ended);
  }

  show(frames: readonly TapFrame[]): void {
    for (const frame of frames) {
      this.tellOmitted();
      if (!this.send({ type: 'frame', ...frame })) this.omitted += 1;
    }
  }

  /** So many frames are not there to be shown. */
  leaveOut(count: number): void {
    this.omitted += count;
    this.tellOmitted();
  }

  /** Tells how many frames were left out, as soon as there is room to say so. */
  tellOmitted(): void {
    if (this.omitted > 0 && this.send({ type: 'omitted', count: this.omitted })) this.omitted = 0;
  }

  close(code: number, reason: string): void {
    this.tellOmitted();
    this.ended ??= [code, reason];
    this.socket?.close(code, reason);
  }

  private send(message: object): boolean {
    const { socket } = this;
    if (socket === null || socket.bufferedAmount > mostBufferedBytes) return false;
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
    return true;
  }
}
