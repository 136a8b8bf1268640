import { useEffect, useRef, useState } from 'react';

/** Bounds of a repetition: a page that sends without an end loads its gateway for nothing. */
export const minEveryMs = 10;
export const maxEveryMs = 3_600_000;
export const maxTimes = 10_000;

export interface Repetition {
  /** The messages that are sent; null: it does not run. */
  progress: { sent: number; times: number } | null;
  start: (everyMs: number, times: number) => void;
  stop: () => void;
}

/** Sends again and again, until `times` messages are sent, the socket has closed, or it is stopped. */
export function useRepetition(isOpen: boolean, send: () => boolean): Repetition {
  const [progress, setProgress] = useState<Repetition['progress']>(null);
  const timer = useRef<ReturnType<typeof setInterval> | undefined>(undefined);
  const latest = useRef(send);
  latest.current = send;
  const stop = (): void => {
    clearInterval(timer.current);
    setProgress(null);
  };
  useEffect(() => {
    if (!isOpen) {
      clearInterval(timer.current);
      setProgress(null);
    }
  }, [isOpen]);
  useEffect(() => () => clearInterval(timer.current), []);
  const start = (everyMs: number, times: number): void => {
    clearInterval(timer.current);
    let sent = 0;
    const sendOnce = (): void => {
      if (!latest.current()) {
        stop();
        return;
      }
      sent += 1;
      if (sent === times) stop();
      else setProgress({ sent, times });
    };
    timer.current = setInterval(sendOnce, everyMs);
    sendOnce();
  };
  return { progress, start, stop };
}

/** A whole number in these bounds; null if the text is none. */
export function boundedNumber(text: string, minimum: number, maximum: number): number | null {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= minimum && value <= maximum ? value : null;
}
