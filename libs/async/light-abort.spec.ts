import { describe, expect, test, vi } from 'vitest';
import { LightAbort, type AbortNotice } from './light-abort.js';

describe('LightAbort', () => {
  test('calls every listener once, in order, after aborted is set', () => {
    const abort = new LightAbort();
    const calls: string[] = [];
    abort.addEventListener('abort', () => calls.push(`first ${abort.aborted}`));
    abort.addEventListener('abort', () => calls.push(`second ${abort.aborted}`));
    expect(abort.aborted).toBe(false);
    abort.abort();
    abort.abort();
    expect(calls).toEqual(['first true', 'second true']);
  });

  test('calls all listeners except removed ones, also when a listener removes itself', () => {
    const abort = new LightAbort();
    const [removed, last] = [vi.fn(), vi.fn()];
    const removesItself = vi.fn(() => abort.removeEventListener('abort', removesItself));
    abort.addEventListener('abort', removed);
    abort.addEventListener('abort', removesItself);
    abort.addEventListener('abort', last);
    abort.removeEventListener('abort', removed);
    abort.removeEventListener('abort', vi.fn());
    abort.abort();
    expect(removed).not.toHaveBeenCalled();
    expect(removesItself).toHaveBeenCalledOnce();
    expect(last).toHaveBeenCalledOnce();
  });

  test('can be used in place of an AbortSignal', () => {
    const notices: AbortNotice[] = [new LightAbort(), AbortSignal.abort()];
    expect(notices.map(({ aborted }) => aborted)).toEqual([false, true]);
  });
});
