import { useEffect, useRef } from 'react';

/** Calls back after the colours of the page have changed: by the system, or by the choice of the user. */
export function useThemeChanges(onChange: () => void): void {
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    const notify = (): void => latest.current();
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    const chosen = new MutationObserver(notify);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    system.addEventListener('change', notify);
    return () => {
      chosen.disconnect();
      system.removeEventListener('change', notify);
    };
  }, []);
}
