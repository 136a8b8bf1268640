import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SluiceProcess } from '../support/sluice-process.js';
import { adminToken, testSettings } from '../support/sluice-settings.js';
import { RemoteTarget, type TargetAddresses } from './remote-target.js';

/** The built all-in-one Sluice in a separate process, so that a crash fails the attack. */
export class TargetProcess extends RemoteTarget {
  private constructor(
    addresses: TargetAddresses,
    private readonly program: SluiceProcess,
    private readonly folder: string,
  ) {
    super(addresses);
  }

  /** `engine` is the SLUICE_ENGINE of the process. */
  static async start(engine: string): Promise<TargetProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-attack-'));
    const resolver = fileURLToPath(new URL('stub-resolver.js', import.meta.url));
    const program = SluiceProcess.start('all-in-one', {
      ...testSettings,
      NODE_OPTIONS: `--import=${resolver}`,
      SLUICE_DATA_DIR: folder,
      SLUICE_ADMIN_TOKEN: adminToken,
      SLUICE_UPSTREAM_ALLOW: '127.0.0.1/32',
      SLUICE_ENGINE: engine,
      SLUICE_LOG_LEVEL: 'warn',
    });
    const { api: apiUrl, gateways, gatewayAdmin: adminUrl } = await program.urls();
    const gatewayUrl = gateways[0] ?? '';
    const addresses = { apiUrl, gatewayUrl, adminUrl, adminToken, hasStubResolver: true };
    return new TargetProcess(addresses, program, folder);
  }

  override async expectNoLeaks(): Promise<void> {
    await super.expectNoLeaks();
    // A refused request is at most a warning; an error is a bug.
    const errors = this.program.output.split('\n').filter((line) => /"level":[56]0/.test(line));
    assert.deepEqual(errors, [], 'the gateway logged errors');
  }

  override async close(): Promise<void> {
    const { exitCode, output } = await this.program.stop();
    await rm(this.folder, { recursive: true, force: true });
    if (exitCode !== 0) throw new Error(`the gateway exited with ${exitCode}:\n${output}`);
  }
}
