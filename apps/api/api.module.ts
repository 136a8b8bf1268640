import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ConfigSink } from '#libs/config-bus';
import type { TicketIssuer } from '#libs/credentials';
import type { Fleet } from '#libs/fleet';
import type { ApiSettings } from '#libs/settings';
import { ApiKeysModule } from './api-keys/api-keys.module.js';
import { AuditRetentionModule } from './audit-retention/audit-retention.module.js';
import { AuditModule } from './audit/audit.module.js';
import type { AdminToken } from './authentication/admin-token.js';
import { AuthenticationModule } from './authentication/authentication.module.js';
import {
  ADMIN_TOKEN,
  API_SETTINGS,
  CONFIG_SINK,
  FLEET,
  GATEWAY_IN_PROCESS,
  LOGGER,
  TICKETS,
} from './composition/injection-tokens.js';
import { ConfigurationModule } from './configuration/configuration.module.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { ConsoleModule } from './console/console.module.js';
import { Database } from './database/database.js';
import { EventsModule } from './events/events.module.js';
import { ExplainModule } from './explain/explain.module.js';
import { FleetModule } from './fleet/fleet.module.js';
import { GatewaysModule } from './gateways/gateways.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { ListsModule } from './lists/lists.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { NginxImportModule } from './nginx-import/nginx-import.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { OperatorsModule } from './operators/operators.module.js';
import { OverviewModule } from './overview/overview.module.js';
import { PublishingModule } from './publishing/publishing.module.js';
import { RootModule } from './root/root.module.js';
import { RoutesModule } from './routes/routes.module.js';
import { SessionModule } from './session/session.module.js';
import { SocketsModule } from './sockets/sockets.module.js';
import { TapModule } from './tap/tap.module.js';
import { TenantsModule } from './tenants/tenants.module.js';
import { TestConnectionsModule } from './test-connections/test-connections.module.js';
import { UpstreamsModule } from './upstreams/upstreams.module.js';
import { UsageModule } from './usage/usage.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The parts that the caller creates. */
export interface ApiParts {
  settings: ApiSettings;
  sink: ConfigSink;
  /** Access to the gateways; its creator closes it, after the API. */
  fleet: Fleet;
  /** Stores tickets until they are redeemed; its creator closes it, after the API. */
  tickets: TicketIssuer;
  logger: Logger;
  /** The URL on which a gateway in this process listens; null: it has not started, or there is none. */
  gatewayInProcess?: () => string | null;
  adminToken: AdminToken;
  /** Open and migrated; its creator closes it. */
  database: Database;
}

@Module({
  imports: [
    IdempotencyModule,
    ListsModule,
    PublishingModule,
    AuditModule,
    AuditRetentionModule,
    FleetModule,
    SocketsModule,
    AuthenticationModule,
    OpenApiModule,
    MetricsModule,
    HttpModule,
    OperatorsModule,
    TenantsModule,
    RoutesModule,
    ApiKeysModule,
    ConfigurationModule,
    NginxImportModule,
    UpstreamsModule,
    UsageModule,
    ExplainModule,
    WebhooksModule,
    ConnectionsModule,
    OverviewModule,
    TapModule,
    TestConnectionsModule,
    GatewaysModule,
    EventsModule,
    HealthModule,
    SessionModule,
    RootModule,
  ],
})
export class ApiModule {
  static compose(parts: ApiParts): DynamicModule {
    const { settings, sink, fleet, tickets, logger, gatewayInProcess = () => null } = parts;
    const providers = [
      { provide: API_SETTINGS, useValue: settings },
      { provide: CONFIG_SINK, useValue: sink },
      { provide: FLEET, useValue: fleet },
      { provide: TICKETS, useValue: tickets },
      { provide: LOGGER, useValue: logger },
      { provide: GATEWAY_IN_PROCESS, useValue: gatewayInProcess },
      { provide: ADMIN_TOKEN, useValue: parts.adminToken },
      { provide: Database, useValue: parts.database },
    ];
    const imports = [ConsoleModule.register()];
    return { module: ApiModule, global: true, imports, providers, exports: providers };
  }
}
