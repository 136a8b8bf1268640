import type { PublishedApiKey } from '#libs/contract';

/**
 * Whether a key has expired, or one of its secrets since the last check. Anything that ended before
 * that was handled by that check, when it was published, or when the client was admitted.
 */
export function hasKeyJustEnded(
  { expiresAt, previous }: Pick<PublishedApiKey, 'expiresAt' | 'previous'>,
  checkedAtMs: number,
  nowMs: number,
): boolean {
  if (isPast(expiresAt, nowMs)) return true;
  return (
    previous !== null && isPast(previous.expiresAt, nowMs) && Date.parse(previous.expiresAt) > checkedAtMs
  );
}

function isPast(moment: string | null, nowMs: number): boolean {
  return moment !== null && Date.parse(moment) <= nowMs;
}
