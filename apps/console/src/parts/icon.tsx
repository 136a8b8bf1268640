import type { ReactNode } from 'react';

const paths = {
  chevron: 'M4 6l4 4 4-4',
  menu: 'M2 4h12M2 8h12M2 12h12',
  close: 'M4 4l8 8M12 4l-8 8',
  test: 'M2 5h9M8 2l3 3-3 3M14 11H5M8 8l-3 3 3 3',
  connections: 'M2 4h3a3 3 0 0 1 3 3v2a3 3 0 0 0 3 3h3M2 12h3M11 4h3',
  sent: 'M8 13V3M4 7l4-4 4 4',
  received: 'M8 3v10M4 9l4 4 4-4',
  signOut: 'M6 2H3v12h3M7 8h7M11 5l3 3-3 3',
  clear: 'M3 4h10M6 4V2h4v2M5 4l.5 10h5L11 4',
  copy: 'M5 5V2h9v9h-3M2 5h9v9H2z',
  file: 'M4 2h5l3 3v9H4zM9 2v3h3',
  docs: 'M3 2h8l2 2v10H3zM6 6h4M6 9h4',
  plus: 'M8 3v10M3 8h10',
  edit: 'M3 13l.6-2.6L11 3l2 2-7.4 7.4zM9.6 4.4l2 2',
  rotate: 'M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3',
  revoke: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11M4.2 4.2l7.6 7.6',
  routes: 'M2 8h4l3-4h5M6 8l3 4h5M12 2l2 2-2 2M12 10l2 2-2 2',
  keys: 'M10.5 2a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7M8 8l-5.5 5.5M4 12l1.5 1.5',
  tenants: 'M2 14V5l4-3 4 3v9M10 7h4v7M5 8h2M5 11h2',
  explain: 'M3 3v8a2 2 0 0 0 2 2h8M3 6h6M10 3l3 3-3 3M10.5 10.5l2.5 2.5-2.5 2.5',
  gateways: 'M2 3h12v4H2zM2 9h12v4H2zM5 5h.01M5 11h.01',
  overview: 'M2 13h12M4 10V7M8 10V3M12 10V5',
  upstreams: 'M8 14V9M3 5V2h3v3zM10 5V2h3v3zM4.5 5v2.5h7V5M8 7.5V9M6 11h4v3H6z',
  audit: 'M3 2h7l3 3v9H3zM6 7h4M6 10h4',
  configuration: 'M2 4h7M13 4h1M11 2v4M2 8h2M8 8h6M6 6v4M2 12h7M13 12h1M11 10v4',
  passed: 'M3 8.5l3.5 3.5L13 4.5',
  refused: 'M4 4l8 8M12 4l-8 8',
  notReached: 'M5 8h6',
} as const;

export type IconName = keyof typeof paths;

/** A decorative icon; the text beside it, or an `aria-label`, names it. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactNode {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
