import { acceptsConnections } from '../../support/accepts-connections.js';
import { ChildProgram } from '../../support/child-program.js';
import { freePort } from '../../support/free-port.js';
import type { CompatibleProgram } from '../compatible-program.js';
import { packagesFolder, packageVersion } from '../packages.js';
import { startVncDesktop } from './vnc-desktop.js';

const timeoutMs = 60_000;
const desktopName = 'a desktop';

/** noVNC in a page that websockify serves together with the socket to a VNC server. */
export const noVnc: CompatibleProgram = {
  name: 'noVNC',
  version: () => packageVersion('@novnc/novnc'),
  run: async ({ sluice, browser, check }) => {
    const desktop = await startVncDesktop(desktopName);
    const port = await freePort();
    const command = [
      'websockify',
      ...['--web', packagesFolder],
      `127.0.0.1:${port}`,
      `127.0.0.1:${desktop.port}`,
    ] as const;
    const websockify = new ChildProgram({ name: 'websockify', command, environment: process.env }).start();
    try {
      await websockify.untilReady(() => acceptsConnections(port));
      await sluice.publish('/vnc', port, { rewrite: { stripPrefix: true } });
      const page = await (await browser()).newPage();
      await check('the page, its modules and its socket to a VNC server', async () => {
        await page.goto(`${sluice.url}/vnc/screen.html`);
        const isConnected = `document.title === '${desktopName}' && document.body.dataset.state === 'connected'`;
        await page.waitForFunction(isConnected, undefined, { timeout: timeoutMs });
      });
      await check('a key of the page arrives at the VNC server', async () => {
        await desktop.pressed;
      });
      await page.close();
    } finally {
      await websockify.stop();
      desktop.close();
    }
  },
};
