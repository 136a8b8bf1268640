export interface BodySink {
  /** Gets a part of the buffer that is being read, which is not copied. */
  onBody(bytes: Buffer): void;
}
