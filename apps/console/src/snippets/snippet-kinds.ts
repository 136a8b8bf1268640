/** Programs that open a WebSocket, and the part of a configuration of nginx that leads to it. */
export const snippetKinds = ['browser', 'node', 'python', 'websocat', 'nginx'] as const;
export type SnippetKind = (typeof snippetKinds)[number];
