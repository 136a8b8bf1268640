import { AppendOnlyAudit1764330000000 } from './append-only-audit.js';
import { AuditPruning1764440200000 } from './audit-pruning.js';
import { BalancingOfRoutes1764510000000 } from './balancing-of-routes.js';
import { ConditionsOfRoutes1764531000000 } from './conditions-of-routes.js';
import { EncodedSlash1764410000000 } from './encoded-slash.js';
import { FleetId1764421000000 } from './fleet-id.js';
import { HeaderVariables1764501000000 } from './header-variables.js';
import { HostGrants1764440000000 } from './host-grants.js';
import { HttpOfRoutes1764574000000 } from './http-of-routes.js';
import { IdleTimeoutOfRoutes1764430000000 } from './idle-timeout-of-routes.js';
import { InitialSchema1764000000000 } from './initial-schema.js';
import { LabelsSortedByBytes1764572000000 } from './labels-sorted-by-bytes.js';
import { Labels1764532000000 } from './labels.js';
import { LimitedResources1764575000000 } from './limited-resources.js';
import { ListedResources1764551000000 } from './listed-resources.js';
import { Maintenance1764521000000 } from './maintenance.js';
import { MappedAnswers1764502000000 } from './mapped-answers.js';
import { MessageRateAndAuditOfActs1764100000000 } from './message-rate-and-audit-of-acts.js';
import { NotifyChanges1764350000000 } from './notify-changes.js';
import { OnAccessChange1764460000000 } from './on-access-change.js';
import { OperatorRotation1764561000000 } from './operator-rotation.js';
import { RevisionOfStoredAnswers1764570000000 } from './revision-of-stored-answers.js';
import { Operators1764320000000 } from './operators.js';
import { OperatorTenants1764573000000 } from './operator-tenants.js';
import { OutboxBytes1764440100000 } from './outbox-bytes.js';
import { Quotas1764541000000 } from './quotas.js';
import { RatesOfRoutesAndKeys1764571000000 } from './rates-of-routes-and-keys.js';
import { ReplacePrefix1764471000000 } from './replace-prefix.js';
import { RequestIdsInAudit1764540000000 } from './request-ids-in-audit.js';
import { RotationGrace1764340000000 } from './rotation-grace.js';
import { RouteRetries1764520000000 } from './route-retries.js';
import { RouteJwt1764200000000 } from './route-jwt.js';
import { StatesOfUpstreams1764500000000 } from './states-of-upstreams.js';
import { StickyBalancing1764530000000 } from './sticky-balancing.js';
import { TenantHostsAndCeilings1764310000000 } from './tenant-hosts-and-ceilings.js';
import { TlsOfRoutes1764320000000 } from './tls-of-routes.js';
import { UniqueNames1764550000000 } from './unique-names.js';
import { UpstreamHealth1764511000000 } from './upstream-health.js';
import { UpstreamHost1764420000000 } from './upstream-host.js';
import { UsageHistory1764540000000 } from './usage-history.js';
import { Webhooks1764560000000 } from './webhooks.js';

/** Every migration, in the order in which they run. */
export const migrations = [
  InitialSchema1764000000000,
  MessageRateAndAuditOfActs1764100000000,
  RouteJwt1764200000000,
  TenantHostsAndCeilings1764310000000,
  TlsOfRoutes1764320000000,
  Operators1764320000000,
  AppendOnlyAudit1764330000000,
  RotationGrace1764340000000,
  NotifyChanges1764350000000,
  EncodedSlash1764410000000,
  UpstreamHost1764420000000,
  FleetId1764421000000,
  IdleTimeoutOfRoutes1764430000000,
  HostGrants1764440000000,
  OutboxBytes1764440100000,
  AuditPruning1764440200000,
  OnAccessChange1764460000000,
  ReplacePrefix1764471000000,
  StatesOfUpstreams1764500000000,
  HeaderVariables1764501000000,
  MappedAnswers1764502000000,
  BalancingOfRoutes1764510000000,
  UpstreamHealth1764511000000,
  RouteRetries1764520000000,
  Maintenance1764521000000,
  StickyBalancing1764530000000,
  ConditionsOfRoutes1764531000000,
  Labels1764532000000,
  UsageHistory1764540000000,
  RequestIdsInAudit1764540000000,
  Quotas1764541000000,
  UniqueNames1764550000000,
  ListedResources1764551000000,
  Webhooks1764560000000,
  OperatorRotation1764561000000,
  RevisionOfStoredAnswers1764570000000,
  RatesOfRoutesAndKeys1764571000000,
  LabelsSortedByBytes1764572000000,
  OperatorTenants1764573000000,
  HttpOfRoutes1764574000000,
  LimitedResources1764575000000,
];
