/** That a quota is used up. */
export interface Exhaustion {
  /** Milliseconds since 1970: the first moment of the next month. */
  untilMs: number;
  /** Whether live connections are closed, too. */
  closesLive: boolean;
}
