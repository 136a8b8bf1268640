import { audit } from './en/audit.js';
import { configuration } from './en/configuration.js';
import { connections } from './en/connections.js';
import { explain } from './en/explain.js';
import { form } from './en/form.js';
import { gateways } from './en/gateways.js';
import { keys } from './en/keys.js';
import { overview } from './en/overview.js';
import { route } from './en/route.js';
import { routes } from './en/routes.js';
import { shell } from './en/shell.js';
import { tenants } from './en/tenants.js';
import { test } from './en/test.js';
import { upstreams } from './en/upstreams.js';

/** Every text of the console in English. */
export const en = {
  ...shell,
  ...form,
  ...audit,
  ...configuration,
  ...connections,
  ...explain,
  ...gateways,
  ...keys,
  ...overview,
  ...route,
  ...routes,
  ...tenants,
  ...test,
  ...upstreams,
} as const satisfies Record<string, string>;
