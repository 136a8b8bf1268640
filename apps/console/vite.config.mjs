import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The API that `npm run console:dev` talks to.
const api = process.env.SLUICE_CONSOLE_API ?? 'http://127.0.0.1:3000';

// React Aria has its texts in 34 languages; all but those of the console become empty.
const otherLanguages = /\/intl\/\w+\/(?!en-US|zh-CN)[a-z]{2}-[A-Z]{2}\.m?js$/;
const ownLanguagesOnly = {
  name: 'own-languages-only',
  load: (id) => (otherLanguages.test(id) ? 'export default {};' : null),
};

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), ownLanguagesOnly],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    // A data: URL would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
  },
  server: {
    port: 5173,
    // The API accepts writes of a session only from pages of its own origin, so requests get that origin.
    proxy: { '/v1': { target: api, ws: true, changeOrigin: true, headers: { origin: api } } },
  },
});
