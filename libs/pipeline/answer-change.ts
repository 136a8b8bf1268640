import type { PublishedRoute } from '#libs/contract';
import type { ChangeAnswerHeaders } from '#libs/handshake';
import { expandHeaders, type VariableSources } from './header-variables.js';

/** How a route changes the header fields of an upstream's answer; null: it does not. */
export function answerChangeFor(
  { responseHeaders }: PublishedRoute,
  sources: VariableSources,
): ChangeAnswerHeaders | null {
  if (Object.keys(responseHeaders.set).length === 0 && responseHeaders.remove.length === 0) return null;
  return (fields) => {
    const { set, remove } = expandHeaders(responseHeaders, sources);
    const entries = Object.entries(set);
    const removed = new Set([...remove, ...entries.map(([name]) => name)].map((name) => name.toLowerCase()));
    return [...fields.filter(([name]) => !removed.has(name.toLowerCase())), ...entries];
  };
}
