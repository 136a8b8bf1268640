import type { en } from './en.js';
import { audit } from './zh/audit.js';
import { configuration } from './zh/configuration.js';
import { connections } from './zh/connections.js';
import { explain } from './zh/explain.js';
import { form } from './zh/form.js';
import { gateways } from './zh/gateways.js';
import { keys } from './zh/keys.js';
import { overview } from './zh/overview.js';
import { route } from './zh/route.js';
import { routes } from './zh/routes.js';
import { shell } from './zh/shell.js';
import { tenants } from './zh/tenants.js';
import { test } from './zh/test.js';
import { upstreams } from './zh/upstreams.js';

/** Every text of the console in Chinese. */
export const zh: Readonly<Record<keyof typeof en, string>> = {
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
};
