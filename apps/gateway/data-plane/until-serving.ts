import type { Configuration } from '#libs/routing';

/** Resolves once the gateway has a configuration, or after `withinMs`; null: no limit. */
export async function untilServing(
  configuration: Pick<Configuration, 'position' | 'onApplied'>,
  withinMs: number | null,
): Promise<void> {
  if (configuration.position !== null) return;
  let timer: NodeJS.Timeout | undefined;
  let release = (): void => undefined;
  await new Promise<void>((resolve) => {
    release = configuration.onApplied(() => resolve());
    if (withinMs !== null) timer = setTimeout(resolve, withinMs);
  });
  release();
  clearTimeout(timer);
}
