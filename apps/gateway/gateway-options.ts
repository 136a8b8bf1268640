import type { Logger } from 'pino';
import type { ConfigSource } from '#libs/config-bus';
import type { GatewaySettings } from '#libs/settings';

/** What a gateway is started with. */
export interface GatewayOptions {
  settings: GatewaySettings;
  /** Where the configuration comes from; the gateway closes it when it stops. */
  source: ConfigSource;
  logger: Logger;
}

/** The token under which the options are injected. */
export const gatewayOptions = Symbol('GatewayOptions');
