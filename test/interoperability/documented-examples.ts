import { readFileSync } from 'node:fs';

const document = readFileSync(new URL('../../docs/interoperability.md', import.meta.url), 'utf8');

/** A route in the document. */
export interface DocumentedRoute {
  match: { path: string };
  upstreams: { url: string }[];
  requestHeaders?: { set: Record<string, string> };
}

/**
 * The routes under a heading of docs/interoperability.md, for a server that listens on this port of
 * 127.0.0.1.
 */
export function documentedRoutes(heading: string, port: number): DocumentedRoute[] {
  return examplesUnder(heading, 'json').map((text) => {
    const route = JSON.parse(text) as DocumentedRoute;
    for (const upstream of route.upstreams) upstream.url = onPort(upstream.url, port);
    return route;
  });
}

/** The program in this language under a heading of docs/interoperability.md. */
export function documentedProgram(heading: string, language: 'js' | 'python'): string {
  const [program] = examplesUnder(heading, language);
  if (program === undefined) throw new Error(`there is no ${language} under "## ${heading}"`);
  return program;
}

function examplesUnder(heading: string, language: string): string[] {
  const [, section] = document.split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`there is no heading "## ${heading}"`);
  const [body = ''] = section.split('\n## ');
  return [...body.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , text = '']) => text);
}

function onPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.host = `127.0.0.1:${port}`;
  return changed.pathname === '/' ? changed.origin : changed.href;
}
