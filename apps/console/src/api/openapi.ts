// Generated from the OpenAPI document by npm run console:types.
/* eslint-disable */

export interface paths {
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listOperators"];
        put?: never;
        post: operations["createOperator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators/{operator}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getOperator"];
        put?: never;
        post?: never;
        delete: operations["revokeOperator"];
        options?: never;
        head?: never;
        patch: operations["updateOperator"];
        trace?: never;
    };
    "/v1/operators/{operator}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["rotateOperator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listTenants"];
        put?: never;
        post: operations["createTenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTenant"];
        put: operations["replaceTenant"];
        post?: never;
        delete: operations["deleteTenant"];
        options?: never;
        head?: never;
        patch: operations["updateTenant"];
        trace?: never;
    };
    "/v1/tenants/{tenant}/sticky-key/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["rotateStickyKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/routes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listAllRoutes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/routes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listRoutes"];
        put?: never;
        post: operations["createRoute"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/routes/{route}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getRoute"];
        put: operations["replaceRoute"];
        post?: never;
        delete: operations["deleteRoute"];
        options?: never;
        head?: never;
        patch: operations["updateRoute"];
        trace?: never;
    };
    "/v1/tenants/{tenant}/routes/{route}/upstreams/rebalance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getRebalance"];
        put?: never;
        post: operations["rebalanceRoute"];
        delete: operations["stopRebalance"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listAllApiKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listApiKeys"];
        put?: never;
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/api-keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getApiKey"];
        put: operations["replaceApiKey"];
        post?: never;
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch: operations["updateApiKey"];
        trace?: never;
    };
    "/v1/tenants/{tenant}/api-keys/{key}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["rotateApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/api-keys/{key}/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["issueTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["verifyApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getConfiguration"];
        put: operations["replaceConfiguration"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/import/nginx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["importNginx"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/routes/{route}/upstreams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listRouteUpstreams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTenantUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/usage/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getTenantUsageHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/usage/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listUsageHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listWebhooks"];
        put?: never;
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/v1/webhooks/{webhook}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["rotateWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{webhook}/deliveries/{delivery}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["replayWebhookDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listConnections"];
        put?: never;
        post?: never;
        delete: operations["closeConnections"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["countConnections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/closed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listClosedConnections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{connection}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getConnection"];
        put?: never;
        post?: never;
        delete: operations["closeConnection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/connections/{connection}/tap": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["tapConnection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/test-connection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["openTestConnection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listGateways"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways/{gateway}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getGateway"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/gateways/{gateway}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post: operations["drainGateway"];
        delete: operations["undrainGateway"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["listenToEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getSession"];
        put?: never;
        post: operations["createSession"];
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["getIndex"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AuditPage: {
            items: components["schemas"]["AuditEntry"][];
            nextCursor: string | null;
        };
        AuditEntry: {
            id: string;
            revision: number;
            /** Format: date-time */
            at: string;
            actor: {
                /** @enum {string} */
                kind: "admin" | "operator" | "apiKey" | "system";
                id: string | null;
            };
            /** @example route.update */
            action: string;
            targetId: string;
            tenantId: string | null;
            clientAddress: string | null;
            requestId: string | null;
            details: {
                [key: string]: unknown;
            } | null;
            before: {
                [key: string]: unknown;
            } | null;
            after: {
                [key: string]: unknown;
            } | null;
        };
        OperatorCreate: {
            /** @example Ada */
            name: string;
            /** @enum {string} */
            role: "admin" | "viewer";
            /**
             * @default null
             * @example null
             */
            tenantIds?: string[] | null;
        };
        IssuedOperator: {
            id: string;
            /** @example Ada */
            name: string;
            /** @enum {string} */
            role: "admin" | "viewer";
            /**
             * @default null
             * @example null
             */
            tenantIds: string[] | null;
            /** @example slo_0123456789abcdef */
            prefix: string;
            revokedAt: string | null;
            /** Format: date-time */
            createdAt: string;
            token: string;
        };
        OperatorPage: {
            items: components["schemas"]["Operator"][];
            nextCursor: string | null;
        };
        Operator: {
            id: string;
            /** @example Ada */
            name: string;
            /** @enum {string} */
            role: "admin" | "viewer";
            /**
             * @default null
             * @example null
             */
            tenantIds: string[] | null;
            /** @example slo_0123456789abcdef */
            prefix: string;
            revokedAt: string | null;
            /** Format: date-time */
            createdAt: string;
        };
        OperatorPatch: {
            /** @example Ada */
            name?: string;
            /** @enum {string} */
            role?: "admin" | "viewer";
            tenantIds?: string[] | null;
            readonly id?: string;
            /** @example slo_0123456789abcdef */
            readonly prefix?: string;
            readonly revokedAt?: string | null;
            /** Format: date-time */
            readonly createdAt?: string;
        };
        /** @default {} */
        RotateRequest: {
            /** @default 0 */
            graceSeconds?: number;
        };
        TenantCreate: {
            /** @example acme */
            slug: string;
            /** @example Acme */
            name?: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @default active
             * @enum {string}
             */
            status?: "active" | "suspended";
            /** @default null */
            maintenance?: components["schemas"]["MaintenanceInput"] | null;
            /**
             * @default []
             * @example [
             *       "acme.example",
             *       "*.acme.example"
             *     ]
             */
            hosts?: string[] | null;
            /** @default {} */
            limits?: components["schemas"]["TenantLimitsInput"];
            /** @default {} */
            quota?: components["schemas"]["QuotaInput"];
        };
        MaintenanceInput: {
            /** @default 60 */
            retryAfterSeconds?: number;
            /**
             * @default keep
             * @enum {string}
             */
            connections?: "keep" | "drain";
        };
        TenantLimitsInput: {
            /** @default 1000 */
            maxConnections?: number | null;
            /** @default null */
            maxConnectionsPerKey?: number | null;
            /** @default null */
            maxConnectionsPerIp?: number | null;
            /** @default null */
            connectionsPerSecond?: number | null;
            /** @default null */
            requestsPerSecond?: number | null;
            /** @default null */
            messagesPerSecond?: number | null;
            /** @default null */
            bytesPerSecond?: number | null;
            /** @default null */
            maxMessageBytes?: number | null;
            /** @default null */
            maxRoutes?: number | null;
            /** @default null */
            maxApiKeys?: number | null;
        };
        QuotaInput: {
            /** @default null */
            connections?: number | null;
            /** @default null */
            connectionMinutes?: number | null;
            /** @default null */
            messages?: number | null;
            /** @default null */
            bytes?: number | null;
        };
        Tenant: {
            id: string;
            /** @example acme */
            slug: string;
            name: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels: {
                [key: string]: string;
            };
            /** @enum {string} */
            status: "active" | "suspended";
            /** @default null */
            maintenance: components["schemas"]["Maintenance"] | null;
            /**
             * @default []
             * @example [
             *       "acme.example",
             *       "*.acme.example"
             *     ]
             */
            hosts: string[] | null;
            limits: components["schemas"]["TenantLimits"];
            quota: components["schemas"]["Quota"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        Maintenance: {
            /** @default 60 */
            retryAfterSeconds: number;
            /**
             * @default keep
             * @enum {string}
             */
            connections: "keep" | "drain";
        };
        TenantLimits: {
            /** @default 1000 */
            maxConnections: number | null;
            /** @default null */
            maxConnectionsPerKey: number | null;
            /** @default null */
            maxConnectionsPerIp: number | null;
            /** @default null */
            connectionsPerSecond: number | null;
            /** @default null */
            requestsPerSecond: number | null;
            /** @default null */
            messagesPerSecond: number | null;
            /** @default null */
            bytesPerSecond: number | null;
            /** @default null */
            maxMessageBytes: number | null;
            /** @default null */
            maxRoutes: number | null;
            /** @default null */
            maxApiKeys: number | null;
        };
        Quota: {
            /** @default null */
            connections: number | null;
            /** @default null */
            connectionMinutes: number | null;
            /** @default null */
            messages: number | null;
            /** @default null */
            bytes: number | null;
        };
        TenantPage: {
            items: components["schemas"]["Tenant"][];
            /**
             * @example [
             *       "\"kN3bJ0f2mQx7Yw1sZt5Rv8LpAcE\""
             *     ]
             */
            etags: string[];
            nextCursor: string | null;
            /** @example 1 */
            total?: number;
        };
        TenantReplace: {
            /** @example acme */
            slug?: string;
            /** @example Acme */
            name?: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @default active
             * @enum {string}
             */
            status?: "active" | "suspended";
            /** @default null */
            maintenance?: components["schemas"]["MaintenanceInput"] | null;
            /**
             * @default []
             * @example [
             *       "acme.example",
             *       "*.acme.example"
             *     ]
             */
            hosts?: string[] | null;
            /** @default {} */
            limits?: components["schemas"]["TenantLimitsInput"];
            /** @default {} */
            quota?: components["schemas"]["QuotaInput"];
            readonly id?: string;
            /** Format: date-time */
            readonly createdAt?: string;
            /** Format: date-time */
            readonly updatedAt?: string;
        };
        TenantPatch: {
            /** @example acme */
            slug?: string;
            /** @example Acme */
            name?: string;
            labels?: {
                [key: string]: string | null;
            };
            /** @enum {string} */
            status?: "active" | "suspended";
            maintenance?: {
                retryAfterSeconds?: number;
                /** @enum {string} */
                connections?: "keep" | "drain";
            } | null;
            hosts?: string[] | null;
            limits?: {
                maxConnections?: number | null;
                maxConnectionsPerKey?: number | null;
                maxConnectionsPerIp?: number | null;
                connectionsPerSecond?: number | null;
                requestsPerSecond?: number | null;
                messagesPerSecond?: number | null;
                bytesPerSecond?: number | null;
                maxMessageBytes?: number | null;
                maxRoutes?: number | null;
                maxApiKeys?: number | null;
            };
            quota?: {
                connections?: number | null;
                connectionMinutes?: number | null;
                messages?: number | null;
                bytes?: number | null;
            };
            readonly id?: string;
            /** Format: date-time */
            readonly createdAt?: string;
            /** Format: date-time */
            readonly updatedAt?: string;
        };
        /** @default {} */
        RotateStickyKey: {
            /** @default true */
            keepPrevious?: boolean;
        };
        RotatedStickyKey: {
            id: string;
            tenantId: string;
            /** Format: date-time */
            rotatedAt: string;
        };
        RoutePage: {
            items: components["schemas"]["Route"][];
            /**
             * @example [
             *       "\"kN3bJ0f2mQx7Yw1sZt5Rv8LpAcE\""
             *     ]
             */
            etags: string[];
            nextCursor: string | null;
            /** @example 1 */
            total?: number;
        };
        Route: {
            id: string;
            tenantId: string;
            /** @default  */
            name: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels: {
                [key: string]: string;
            };
            /** @default true */
            enabled: boolean;
            /** @default null */
            maintenance: components["schemas"]["Maintenance"] | null;
            match: components["schemas"]["RouteMatch"];
            /**
             * @example [
             *       {
             *         "url": "ws://10.0.0.5:9000/base",
             *         "discovery": "none",
             *         "weight": 1,
             *         "state": "active",
             *         "backup": false,
             *         "maxConnections": null,
             *         "maxPending": null
             *       }
             *     ]
             */
            upstreams: components["schemas"]["Upstream"][];
            upstreamTls: components["schemas"]["RouteUpstreamTlsShown"];
            /**
             * @default roundRobin
             * @enum {string}
             */
            balancing: "roundRobin" | "leastConnections" | "powerOfTwo" | "consistentHash" | "sticky";
            /** @default null */
            hashKey: components["schemas"]["HashKey"] | null;
            /** @default null */
            balanceFactor: number | null;
            stickyCookie: components["schemas"]["StickyCookie"];
            /** @default null */
            slowStartMs: number | null;
            /** @default null */
            healthCheck: components["schemas"]["RouteHealthCheck"] | null;
            outlierEjection: components["schemas"]["RouteOutlierEjection"] | null;
            /**
             * @default keep
             * @enum {string}
             */
            onDown: "keep" | "move";
            retries: components["schemas"]["RouteRetries"];
            queue: components["schemas"]["RouteQueue"];
            rewrite: {
                /** @default false */
                stripPrefix: boolean;
                /**
                 * @default null
                 * @example /v2
                 */
                replacePrefix: string | null;
                /**
                 * @default pass
                 * @enum {string}
                 */
                redirects: "pass" | "map";
                /**
                 * @default pass
                 * @enum {string}
                 */
                cookies: "pass" | "map";
            };
            /**
             * @default upstream
             * @enum {string}
             */
            upstreamHost: "upstream" | "client";
            requestHeaders: components["schemas"]["RouteRequestHeaders"];
            responseHeaders: components["schemas"]["RouteResponseHeaders"];
            auth: components["schemas"]["RouteAuth"];
            /**
             * @default none
             * @enum {string}
             */
            clientCertificate: "none" | "required";
            /** @default null */
            allowedOrigins: string[] | null;
            /** @default null */
            maxConnections: number | null;
            /** @default null */
            messagesPerSecond: number | null;
            /** @default null */
            bytesPerSecond: number | null;
            /**
             * @default refuse
             * @enum {string}
             */
            http: "proxy" | "refuse";
            /** @default null */
            maxRequestBytes: number | null;
            /** @default null */
            cors: components["schemas"]["RouteCors"] | null;
            /** @default null */
            requestsPerSecond: number | null;
            quota: components["schemas"]["Quota"];
            /**
             * @default keep
             * @enum {string}
             */
            onChange: "keep" | "drain";
            /**
             * @default keep
             * @enum {string}
             */
            onAccessChange: "keep" | "close";
            /**
             * @default slow
             * @enum {string}
             */
            onMessageRate: "slow" | "close";
            timeouts: components["schemas"]["RouteTimeouts"];
            keepalive: components["schemas"]["RouteKeepalive"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /**
         * @example {
         *       "name": "X-Version",
         *       "value": "2",
         *       "valueType": "exact"
         *     }
         */
        HeaderCondition: {
            name: string;
            /** @default null */
            value: string | null;
            /**
             * @default exact
             * @enum {string}
             */
            valueType: "exact" | "prefix";
        };
        /**
         * @example {
         *       "name": "version",
         *       "value": "2"
         *     }
         */
        QueryCondition: {
            name: string;
            /** @default null */
            value: string | null;
        };
        /**
         * @example {
         *       "host": "chat.acme.example",
         *       "path": "/socket",
         *       "pathType": "prefix",
         *       "encodedSlash": "refuse",
         *       "headers": null,
         *       "query": null
         *     }
         */
        RouteMatch: {
            /**
             * @default *
             * @example chat.acme.example
             */
            host: string;
            /** @example /socket */
            path: string;
            /**
             * @default prefix
             * @enum {string}
             */
            pathType: "exact" | "prefix" | "template" | "regex";
            /**
             * @default refuse
             * @enum {string}
             */
            encodedSlash: "refuse" | "pass";
            /** @default null */
            headers: components["schemas"]["HeaderCondition"][] | null;
            /** @default null */
            query: components["schemas"]["QueryCondition"][] | null;
        };
        Upstream: {
            /**
             * Format: uri
             * @example ws://10.0.0.5:9000/base
             */
            url: string;
            /**
             * @default none
             * @enum {string}
             */
            discovery: "none" | "addresses" | "srv";
            /** @default 1 */
            weight: number;
            /**
             * @default active
             * @enum {string}
             */
            state: "active" | "drain" | "down";
            /** @default false */
            backup: boolean;
            /** @default null */
            maxConnections: number | null;
            /** @default null */
            maxPending: number | null;
        };
        RouteUpstreamTlsShown: {
            /** @default true */
            verify: boolean;
            /** @default null */
            serverName: string | null;
            /** @default null */
            ca: string | null;
            /** @default null */
            clientCertificate: string | null;
        };
        HashKey: {
            /** @enum {string} */
            from: "clientAddress" | "header" | "cookie" | "query" | "pathSegment";
            /** @default null */
            name: string | null;
            /** @default null */
            segment: number | null;
            /** @default 32 */
            ipv4PrefixLength: number;
            /** @default 64 */
            ipv6PrefixLength: number;
        };
        StickyCookie: {
            /** @default sluice_upstream */
            name: string;
            /**
             * @default lax
             * @enum {string}
             */
            sameSite: "lax" | "strict" | "none";
            /** @default false */
            secure: boolean;
            /** @default false */
            partitioned: boolean;
            /** @default null */
            maxAgeSeconds: number | null;
        };
        RouteHealthCheck: {
            /** @enum {string} */
            type: "tcp" | "http" | "websocket";
            /** @default null */
            path: string | null;
            /** @default null */
            subprotocol: string | null;
            /** @default 10000 */
            intervalMs: number;
            /** @default 2000 */
            timeoutMs: number;
            /** @default 3 */
            fall: number;
            /** @default 2 */
            rise: number;
            /** @default null */
            message: string | null;
            /** @default null */
            expect: string | null;
            /** @default null */
            expectedStatus: number[] | null;
        };
        RouteOutlierEjection: {
            /** @default 5 */
            consecutiveFailures: number;
            /** @default null */
            shortLivedMs: number | null;
            /** @default 30000 */
            baseMs: number;
            /** @default 300000 */
            maxMs: number;
        };
        RouteRetries: {
            /** @default 2 */
            attempts: number;
            /** @default 20 */
            budgetPercent: number;
            /** @default 10 */
            minPerSecond: number;
        };
        RouteQueue: {
            /** @default 100 */
            maxRequests: number;
            /** @default 1000 */
            maxWaitMs: number;
        };
        RouteRequestHeaders: {
            /** @default {} */
            set: {
                [key: string]: string;
            };
            /** @default [] */
            remove: string[];
        };
        RouteResponseHeaders: {
            /** @default {} */
            set: {
                [key: string]: string;
            };
            /** @default [] */
            remove: string[];
        };
        RouteAuth: {
            /**
             * @default apiKey
             * @enum {string}
             */
            mode: "apiKey" | "jwt" | "none";
            /**
             * @default [
             *       "header",
             *       "query",
             *       "subprotocol"
             *     ]
             */
            sources: ("header" | "query" | "subprotocol")[];
            /** @default null */
            jwt: components["schemas"]["RouteJwtAuth"] | null;
        };
        RouteJwtAuth: {
            /** @example https://id.acme.example */
            issuer: string;
            /**
             * @example [
             *       "chat"
             *     ]
             */
            audience: string[];
            /** @default null */
            jwksUrl: string | null;
            /** @default null */
            keys: components["schemas"]["PublicKey"][] | null;
            /** @default {} */
            requiredClaims: {
                [key: string]: string | number | boolean;
            };
            /**
             * @default [
             *       "RS256",
             *       "ES256",
             *       "EdDSA"
             *     ]
             */
            algorithms: ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519")[];
            /** @default 0 */
            clockToleranceSeconds: number;
        };
        PublicKey: {
            /** @enum {string} */
            kty: "RSA";
            kid?: string;
            /** @enum {string} */
            alg?: "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519";
            /** @enum {string} */
            use?: "sig";
            key_ops?: [
                "verify"
            ];
            n: string;
            e: string;
        } | {
            /** @enum {string} */
            kty: "EC";
            kid?: string;
            /** @enum {string} */
            alg?: "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519";
            /** @enum {string} */
            use?: "sig";
            key_ops?: [
                "verify"
            ];
            /** @enum {string} */
            crv: "P-256" | "P-384" | "P-521";
            x: string;
            y: string;
        } | {
            /** @enum {string} */
            kty: "OKP";
            kid?: string;
            /** @enum {string} */
            alg?: "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519";
            /** @enum {string} */
            use?: "sig";
            key_ops?: [
                "verify"
            ];
            /** @enum {string} */
            crv: "Ed25519";
            x: string;
        };
        RouteCors: {
            /**
             * @default [
             *       "GET",
             *       "HEAD",
             *       "POST",
             *       "PUT",
             *       "PATCH",
             *       "DELETE"
             *     ]
             */
            allowedMethods: string[];
            /** @default null */
            allowedHeaders: string[] | null;
            /** @default [] */
            exposedHeaders: string[];
            /** @default false */
            allowCredentials: boolean;
            /** @default null */
            maxAgeSeconds: number | null;
        };
        RouteTimeouts: {
            /** @default 5000 */
            connectMs: number;
            /** @default 10000 */
            handshakeMs: number;
            /** @default 60000 */
            responseMs: number;
            /** @default null */
            idleMs: number | null;
            /** @default null */
            maxLifetimeMs: number | null;
        };
        RouteKeepalive: {
            /** @default 25000 */
            pingIntervalMs: number | null;
        };
        RouteCreate: {
            /**
             * @default
             * @example chat
             */
            name?: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /** @default true */
            enabled?: boolean;
            /** @default null */
            maintenance?: components["schemas"]["MaintenanceInput"] | null;
            match: components["schemas"]["RouteMatchInput"];
            /**
             * @example [
             *       {
             *         "url": "ws://10.0.0.5:9000/base",
             *         "discovery": "none",
             *         "weight": 1,
             *         "state": "active",
             *         "backup": false,
             *         "maxConnections": null,
             *         "maxPending": null
             *       }
             *     ]
             */
            upstreams: components["schemas"]["UpstreamInput"][];
            /** @default {} */
            upstreamTls?: components["schemas"]["RouteUpstreamTlsInput"];
            /**
             * @default roundRobin
             * @enum {string}
             */
            balancing?: "roundRobin" | "leastConnections" | "powerOfTwo" | "consistentHash" | "sticky";
            /** @default null */
            hashKey?: components["schemas"]["HashKeyInput"] | null;
            /** @default null */
            balanceFactor?: number | null;
            /** @default {} */
            stickyCookie?: components["schemas"]["StickyCookieInput"];
            /** @default null */
            slowStartMs?: number | null;
            /** @default null */
            healthCheck?: components["schemas"]["RouteHealthCheckInput"] | null;
            /** @default {} */
            outlierEjection?: components["schemas"]["RouteOutlierEjectionInput"] | null;
            /**
             * @default keep
             * @enum {string}
             */
            onDown?: "keep" | "move";
            /** @default {} */
            retries?: components["schemas"]["RouteRetriesInput"];
            /** @default {} */
            queue?: components["schemas"]["RouteQueueInput"];
            /** @default {} */
            rewrite?: {
                /** @default false */
                stripPrefix?: boolean;
                /**
                 * @default null
                 * @example /v2
                 */
                replacePrefix?: string | null;
                /**
                 * @default pass
                 * @enum {string}
                 */
                redirects?: "pass" | "map";
                /**
                 * @default pass
                 * @enum {string}
                 */
                cookies?: "pass" | "map";
            };
            /**
             * @default upstream
             * @enum {string}
             */
            upstreamHost?: "upstream" | "client";
            /** @default {} */
            requestHeaders?: components["schemas"]["RouteRequestHeadersInput"];
            /** @default {} */
            responseHeaders?: components["schemas"]["RouteResponseHeadersInput"];
            /** @default {} */
            auth?: components["schemas"]["RouteAuthInput"];
            /**
             * @default none
             * @enum {string}
             */
            clientCertificate?: "none" | "required";
            /** @default null */
            allowedOrigins?: string[] | null;
            /** @default null */
            maxConnections?: number | null;
            /** @default null */
            messagesPerSecond?: number | null;
            /** @default null */
            bytesPerSecond?: number | null;
            /**
             * @default refuse
             * @enum {string}
             */
            http?: "proxy" | "refuse";
            /** @default null */
            maxRequestBytes?: number | null;
            /** @default null */
            cors?: components["schemas"]["RouteCorsInput"] | null;
            /** @default null */
            requestsPerSecond?: number | null;
            /** @default {} */
            quota?: components["schemas"]["QuotaInput"];
            /**
             * @default keep
             * @enum {string}
             */
            onChange?: "keep" | "drain";
            /**
             * @default keep
             * @enum {string}
             */
            onAccessChange?: "keep" | "close";
            /**
             * @default slow
             * @enum {string}
             */
            onMessageRate?: "slow" | "close";
            /** @default {} */
            timeouts?: components["schemas"]["RouteTimeoutsInput"];
            /** @default {} */
            keepalive?: components["schemas"]["RouteKeepaliveInput"];
        };
        /**
         * @example {
         *       "name": "X-Version",
         *       "value": "2",
         *       "valueType": "exact"
         *     }
         */
        HeaderConditionInput: {
            name: string;
            /** @default null */
            value?: string | null;
            /**
             * @default exact
             * @enum {string}
             */
            valueType?: "exact" | "prefix";
        };
        /**
         * @example {
         *       "name": "version",
         *       "value": "2"
         *     }
         */
        QueryConditionInput: {
            name: string;
            /** @default null */
            value?: string | null;
        };
        /**
         * @example {
         *       "host": "chat.acme.example",
         *       "path": "/socket",
         *       "pathType": "prefix",
         *       "encodedSlash": "refuse",
         *       "headers": null,
         *       "query": null
         *     }
         */
        RouteMatchInput: {
            /**
             * @default *
             * @example chat.acme.example
             */
            host?: string;
            /** @example /socket */
            path: string;
            /**
             * @default prefix
             * @enum {string}
             */
            pathType?: "exact" | "prefix" | "template" | "regex";
            /**
             * @default refuse
             * @enum {string}
             */
            encodedSlash?: "refuse" | "pass";
            /** @default null */
            headers?: components["schemas"]["HeaderConditionInput"][] | null;
            /** @default null */
            query?: components["schemas"]["QueryConditionInput"][] | null;
        };
        UpstreamInput: {
            /**
             * Format: uri
             * @example ws://10.0.0.5:9000/base
             */
            url: string;
            /**
             * @default none
             * @enum {string}
             */
            discovery?: "none" | "addresses" | "srv";
            /** @default 1 */
            weight?: number;
            /**
             * @default active
             * @enum {string}
             */
            state?: "active" | "drain" | "down";
            /** @default false */
            backup?: boolean;
            /** @default null */
            maxConnections?: number | null;
            /** @default null */
            maxPending?: number | null;
        };
        RouteUpstreamTlsInput: {
            /** @default true */
            verify?: boolean;
            /** @default null */
            serverName?: string | null;
            /** @default null */
            ca?: string | null;
            /** @default null */
            clientCertificate?: string | null;
            /** @default null */
            clientKey?: string | null;
        };
        HashKeyInput: {
            /** @enum {string} */
            from: "clientAddress" | "header" | "cookie" | "query" | "pathSegment";
            /** @default null */
            name?: string | null;
            /** @default null */
            segment?: number | null;
            /** @default 32 */
            ipv4PrefixLength?: number;
            /** @default 64 */
            ipv6PrefixLength?: number;
        };
        StickyCookieInput: {
            /** @default sluice_upstream */
            name?: string;
            /**
             * @default lax
             * @enum {string}
             */
            sameSite?: "lax" | "strict" | "none";
            /** @default false */
            secure?: boolean;
            /** @default false */
            partitioned?: boolean;
            /** @default null */
            maxAgeSeconds?: number | null;
        };
        RouteHealthCheckInput: {
            /** @enum {string} */
            type: "tcp" | "http" | "websocket";
            /** @default null */
            path?: string | null;
            /** @default null */
            subprotocol?: string | null;
            /** @default 10000 */
            intervalMs?: number;
            /** @default 2000 */
            timeoutMs?: number;
            /** @default 3 */
            fall?: number;
            /** @default 2 */
            rise?: number;
            /** @default null */
            message?: string | null;
            /** @default null */
            expect?: string | null;
            /** @default null */
            expectedStatus?: number[] | null;
        };
        RouteOutlierEjectionInput: {
            /** @default 5 */
            consecutiveFailures?: number;
            /** @default null */
            shortLivedMs?: number | null;
            /** @default 30000 */
            baseMs?: number;
            /** @default 300000 */
            maxMs?: number;
        };
        RouteRetriesInput: {
            /** @default 2 */
            attempts?: number;
            /** @default 20 */
            budgetPercent?: number;
            /** @default 10 */
            minPerSecond?: number;
        };
        RouteQueueInput: {
            /** @default 100 */
            maxRequests?: number;
            /** @default 1000 */
            maxWaitMs?: number;
        };
        RouteRequestHeadersInput: {
            /** @default {} */
            set?: {
                [key: string]: string;
            };
            /** @default [] */
            remove?: string[];
        };
        RouteResponseHeadersInput: {
            /** @default {} */
            set?: {
                [key: string]: string;
            };
            /** @default [] */
            remove?: string[];
        };
        RouteAuthInput: {
            /**
             * @default apiKey
             * @enum {string}
             */
            mode?: "apiKey" | "jwt" | "none";
            /**
             * @default [
             *       "header",
             *       "query",
             *       "subprotocol"
             *     ]
             */
            sources?: ("header" | "query" | "subprotocol")[];
            /** @default null */
            jwt?: components["schemas"]["RouteJwtAuthInput"] | null;
        };
        RouteJwtAuthInput: {
            /** @example https://id.acme.example */
            issuer: string;
            /**
             * @example [
             *       "chat"
             *     ]
             */
            audience: string[];
            /** @default null */
            jwksUrl?: string | null;
            /** @default null */
            keys?: components["schemas"]["PublicKeyInput"][] | null;
            /** @default {} */
            requiredClaims?: {
                [key: string]: string | number | boolean;
            };
            /**
             * @default [
             *       "RS256",
             *       "ES256",
             *       "EdDSA"
             *     ]
             */
            algorithms?: ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519")[];
            /** @default 0 */
            clockToleranceSeconds?: number;
        };
        PublicKeyInput: {
            /** @enum {string} */
            kty: "RSA";
            kid?: string;
            /** @enum {string} */
            alg?: "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519";
            /** @enum {string} */
            use?: "sig";
            key_ops?: [
                "verify"
            ];
            n: string;
            e: string;
        } | {
            /** @enum {string} */
            kty: "EC";
            kid?: string;
            /** @enum {string} */
            alg?: "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519";
            /** @enum {string} */
            use?: "sig";
            key_ops?: [
                "verify"
            ];
            /** @enum {string} */
            crv: "P-256" | "P-384" | "P-521";
            x: string;
            y: string;
        } | {
            /** @enum {string} */
            kty: "OKP";
            kid?: string;
            /** @enum {string} */
            alg?: "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519";
            /** @enum {string} */
            use?: "sig";
            key_ops?: [
                "verify"
            ];
            /** @enum {string} */
            crv: "Ed25519";
            x: string;
        };
        RouteCorsInput: {
            /**
             * @default [
             *       "GET",
             *       "HEAD",
             *       "POST",
             *       "PUT",
             *       "PATCH",
             *       "DELETE"
             *     ]
             */
            allowedMethods?: string[];
            /** @default null */
            allowedHeaders?: string[] | null;
            /** @default [] */
            exposedHeaders?: string[];
            /** @default false */
            allowCredentials?: boolean;
            /** @default null */
            maxAgeSeconds?: number | null;
        };
        RouteTimeoutsInput: {
            /** @default 5000 */
            connectMs?: number;
            /** @default 10000 */
            handshakeMs?: number;
            /** @default 60000 */
            responseMs?: number;
            /** @default null */
            idleMs?: number | null;
            /** @default null */
            maxLifetimeMs?: number | null;
        };
        RouteKeepaliveInput: {
            /** @default 25000 */
            pingIntervalMs?: number | null;
        };
        RouteReplace: {
            /**
             * @default
             * @example chat
             */
            name?: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /** @default true */
            enabled?: boolean;
            /** @default null */
            maintenance?: components["schemas"]["MaintenanceInput"] | null;
            match: components["schemas"]["RouteMatchInput"];
            /**
             * @example [
             *       {
             *         "url": "ws://10.0.0.5:9000/base",
             *         "discovery": "none",
             *         "weight": 1,
             *         "state": "active",
             *         "backup": false,
             *         "maxConnections": null,
             *         "maxPending": null
             *       }
             *     ]
             */
            upstreams: components["schemas"]["UpstreamInput"][];
            /** @default {} */
            upstreamTls?: components["schemas"]["RouteUpstreamTlsReplaceInput"];
            /**
             * @default roundRobin
             * @enum {string}
             */
            balancing?: "roundRobin" | "leastConnections" | "powerOfTwo" | "consistentHash" | "sticky";
            /** @default null */
            hashKey?: components["schemas"]["HashKeyInput"] | null;
            /** @default null */
            balanceFactor?: number | null;
            /** @default {} */
            stickyCookie?: components["schemas"]["StickyCookieInput"];
            /** @default null */
            slowStartMs?: number | null;
            /** @default null */
            healthCheck?: components["schemas"]["RouteHealthCheckInput"] | null;
            /** @default {} */
            outlierEjection?: components["schemas"]["RouteOutlierEjectionInput"] | null;
            /**
             * @default keep
             * @enum {string}
             */
            onDown?: "keep" | "move";
            /** @default {} */
            retries?: components["schemas"]["RouteRetriesInput"];
            /** @default {} */
            queue?: components["schemas"]["RouteQueueInput"];
            /** @default {} */
            rewrite?: {
                /** @default false */
                stripPrefix?: boolean;
                /**
                 * @default null
                 * @example /v2
                 */
                replacePrefix?: string | null;
                /**
                 * @default pass
                 * @enum {string}
                 */
                redirects?: "pass" | "map";
                /**
                 * @default pass
                 * @enum {string}
                 */
                cookies?: "pass" | "map";
            };
            /**
             * @default upstream
             * @enum {string}
             */
            upstreamHost?: "upstream" | "client";
            /** @default {} */
            requestHeaders?: components["schemas"]["RouteRequestHeadersInput"];
            /** @default {} */
            responseHeaders?: components["schemas"]["RouteResponseHeadersInput"];
            /** @default {} */
            auth?: components["schemas"]["RouteAuthInput"];
            /**
             * @default none
             * @enum {string}
             */
            clientCertificate?: "none" | "required";
            /** @default null */
            allowedOrigins?: string[] | null;
            /** @default null */
            maxConnections?: number | null;
            /** @default null */
            messagesPerSecond?: number | null;
            /** @default null */
            bytesPerSecond?: number | null;
            /**
             * @default refuse
             * @enum {string}
             */
            http?: "proxy" | "refuse";
            /** @default null */
            maxRequestBytes?: number | null;
            /** @default null */
            cors?: components["schemas"]["RouteCorsInput"] | null;
            /** @default null */
            requestsPerSecond?: number | null;
            /** @default {} */
            quota?: components["schemas"]["QuotaInput"];
            /**
             * @default keep
             * @enum {string}
             */
            onChange?: "keep" | "drain";
            /**
             * @default keep
             * @enum {string}
             */
            onAccessChange?: "keep" | "close";
            /**
             * @default slow
             * @enum {string}
             */
            onMessageRate?: "slow" | "close";
            /** @default {} */
            timeouts?: components["schemas"]["RouteTimeoutsInput"];
            /** @default {} */
            keepalive?: components["schemas"]["RouteKeepaliveInput"];
            readonly id?: string;
            readonly tenantId?: string;
            /** Format: date-time */
            readonly createdAt?: string;
            /** Format: date-time */
            readonly updatedAt?: string;
        };
        RouteUpstreamTlsReplaceInput: {
            /** @default true */
            verify?: boolean;
            /** @default null */
            serverName?: string | null;
            /** @default null */
            ca?: string | null;
            /** @default null */
            clientCertificate?: string | null;
            clientKey?: string | null;
        };
        RoutePatch: {
            name?: string;
            labels?: {
                [key: string]: string | null;
            };
            enabled?: boolean;
            maintenance?: {
                retryAfterSeconds?: number;
                /** @enum {string} */
                connections?: "keep" | "drain";
            } | null;
            match?: {
                /** @example chat.acme.example */
                host?: string;
                /** @example /socket */
                path?: string;
                /** @enum {string} */
                pathType?: "exact" | "prefix" | "template" | "regex";
                /** @enum {string} */
                encodedSlash?: "refuse" | "pass";
                headers?: components["schemas"]["HeaderConditionInput"][] | null;
                query?: components["schemas"]["QueryConditionInput"][] | null;
            };
            /**
             * @example [
             *       {
             *         "url": "ws://10.0.0.5:9000/base",
             *         "discovery": "none",
             *         "weight": 1,
             *         "state": "active",
             *         "backup": false,
             *         "maxConnections": null,
             *         "maxPending": null
             *       }
             *     ]
             */
            upstreams?: components["schemas"]["UpstreamInput"][];
            upstreamTls?: {
                verify?: boolean;
                serverName?: string | null;
                ca?: string | null;
                clientCertificate?: string | null;
                clientKey?: string | null;
            };
            /** @enum {string} */
            balancing?: "roundRobin" | "leastConnections" | "powerOfTwo" | "consistentHash" | "sticky";
            hashKey?: {
                /** @enum {string} */
                from?: "clientAddress" | "header" | "cookie" | "query" | "pathSegment";
                name?: string | null;
                segment?: number | null;
                ipv4PrefixLength?: number;
                ipv6PrefixLength?: number;
            } | null;
            balanceFactor?: number | null;
            stickyCookie?: {
                name?: string;
                /** @enum {string} */
                sameSite?: "lax" | "strict" | "none";
                secure?: boolean;
                partitioned?: boolean;
                maxAgeSeconds?: number | null;
            };
            slowStartMs?: number | null;
            healthCheck?: {
                /** @enum {string} */
                type?: "tcp" | "http" | "websocket";
                path?: string | null;
                subprotocol?: string | null;
                intervalMs?: number;
                timeoutMs?: number;
                fall?: number;
                rise?: number;
                message?: string | null;
                expect?: string | null;
                expectedStatus?: number[] | null;
            } | null;
            outlierEjection?: {
                consecutiveFailures?: number;
                shortLivedMs?: number | null;
                baseMs?: number;
                maxMs?: number;
            } | null;
            /** @enum {string} */
            onDown?: "keep" | "move";
            retries?: {
                attempts?: number;
                budgetPercent?: number;
                minPerSecond?: number;
            };
            queue?: {
                maxRequests?: number;
                maxWaitMs?: number;
            };
            rewrite?: {
                stripPrefix?: boolean;
                replacePrefix?: string | null;
                /** @enum {string} */
                redirects?: "pass" | "map";
                /** @enum {string} */
                cookies?: "pass" | "map";
            };
            /** @enum {string} */
            upstreamHost?: "upstream" | "client";
            requestHeaders?: {
                set?: {
                    [key: string]: string | null;
                };
                remove?: string[];
            };
            responseHeaders?: {
                set?: {
                    [key: string]: string | null;
                };
                remove?: string[];
            };
            auth?: {
                /** @enum {string} */
                mode?: "apiKey" | "jwt" | "none";
                sources?: ("header" | "query" | "subprotocol")[];
                jwt?: {
                    /** @example https://id.acme.example */
                    issuer?: string;
                    /**
                     * @example [
                     *       "chat"
                     *     ]
                     */
                    audience?: string[];
                    jwksUrl?: string | null;
                    keys?: components["schemas"]["PublicKeyInput"][] | null;
                    requiredClaims?: {
                        [key: string]: (string | number | boolean) | null;
                    };
                    algorithms?: ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519")[];
                    clockToleranceSeconds?: number;
                } | null;
            };
            /** @enum {string} */
            clientCertificate?: "none" | "required";
            allowedOrigins?: string[] | null;
            maxConnections?: number | null;
            messagesPerSecond?: number | null;
            bytesPerSecond?: number | null;
            /** @enum {string} */
            http?: "proxy" | "refuse";
            maxRequestBytes?: number | null;
            cors?: {
                allowedMethods?: string[];
                allowedHeaders?: string[] | null;
                exposedHeaders?: string[];
                allowCredentials?: boolean;
                maxAgeSeconds?: number | null;
            } | null;
            requestsPerSecond?: number | null;
            quota?: {
                connections?: number | null;
                connectionMinutes?: number | null;
                messages?: number | null;
                bytes?: number | null;
            };
            /** @enum {string} */
            onChange?: "keep" | "drain";
            /** @enum {string} */
            onAccessChange?: "keep" | "close";
            /** @enum {string} */
            onMessageRate?: "slow" | "close";
            timeouts?: {
                connectMs?: number;
                handshakeMs?: number;
                responseMs?: number;
                idleMs?: number | null;
                maxLifetimeMs?: number | null;
            };
            keepalive?: {
                pingIntervalMs?: number | null;
            };
            readonly id?: string;
            readonly tenantId?: string;
            /** Format: date-time */
            readonly createdAt?: string;
            /** Format: date-time */
            readonly updatedAt?: string;
        };
        /** @default {} */
        RebalanceRequest: {
            /** @default false */
            dryRun?: boolean;
            /** @default 1.1 */
            threshold?: number;
            /** @default 50 */
            closesPerSecond?: number;
        };
        RebalanceOutcome: {
            upstreams: {
                id: string;
                url: string;
                connections: number;
                fairShare: number;
                closes: number;
            }[];
            closes: number;
            periodMs: number;
            silentGateways: string[];
        };
        RebalanceState: {
            isRunning: boolean;
            startedAt: string | null;
            total: number;
            remaining: number;
            silentGateways: string[];
        };
        ApiKeyPage: {
            items: components["schemas"]["ApiKey"][];
            /**
             * @example [
             *       "\"kN3bJ0f2mQx7Yw1sZt5Rv8LpAcE\""
             *     ]
             */
            etags: string[];
            nextCursor: string | null;
            /** @example 1 */
            total?: number;
        };
        ApiKey: {
            id: string;
            tenantId: string;
            name: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels: {
                [key: string]: string;
            };
            /**
             * @default [
             *       "connect"
             *     ]
             */
            scopes: ("connect" | "read" | "manage")[];
            /** @default null */
            routeIds: string[] | null;
            /** @default null */
            maxConnections: number | null;
            /** @default null */
            messagesPerSecond: number | null;
            /** @default null */
            bytesPerSecond: number | null;
            quota: components["schemas"]["Quota"];
            /** @default null */
            expiresAt: string | null;
            /** @example slc_AbC123dEf456 */
            prefix: string;
            previous: {
                prefix: string;
                /** Format: date-time */
                expiresAt: string;
            } | null;
            revokedAt: string | null;
            lastUsedAt: string | null;
            /** Format: date-time */
            createdAt: string;
        };
        ApiKeyCreate: {
            /** @example web */
            name: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @default [
             *       "connect"
             *     ]
             */
            scopes?: ("connect" | "read" | "manage")[];
            /** @default null */
            routeIds?: (string)[] | null;
            /** @default null */
            maxConnections?: number | null;
            /** @default null */
            messagesPerSecond?: number | null;
            /** @default null */
            bytesPerSecond?: number | null;
            /** @default {} */
            quota?: components["schemas"]["QuotaInput"];
            /** @default null */
            expiresAt?: string | null;
        };
        IssuedApiKey: {
            id: string;
            tenantId: string;
            name: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels: {
                [key: string]: string;
            };
            /**
             * @default [
             *       "connect"
             *     ]
             */
            scopes: ("connect" | "read" | "manage")[];
            /** @default null */
            routeIds: string[] | null;
            /** @default null */
            maxConnections: number | null;
            /** @default null */
            messagesPerSecond: number | null;
            /** @default null */
            bytesPerSecond: number | null;
            quota: components["schemas"]["Quota"];
            /** @default null */
            expiresAt: string | null;
            /** @example slc_AbC123dEf456 */
            prefix: string;
            previous: {
                prefix: string;
                /** Format: date-time */
                expiresAt: string;
            } | null;
            revokedAt: string | null;
            lastUsedAt: string | null;
            /** Format: date-time */
            createdAt: string;
            key: string;
        };
        ApiKeyReplace: {
            /** @example web */
            name?: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @default [
             *       "connect"
             *     ]
             */
            scopes?: ("connect" | "read" | "manage")[];
            /** @default null */
            routeIds?: (string)[] | null;
            /** @default null */
            maxConnections?: number | null;
            /** @default null */
            messagesPerSecond?: number | null;
            /** @default null */
            bytesPerSecond?: number | null;
            /** @default {} */
            quota?: components["schemas"]["QuotaInput"];
            /** @default null */
            expiresAt?: string | null;
            readonly id?: string;
            readonly tenantId?: string;
            /** @example slc_AbC123dEf456 */
            readonly prefix?: string;
            readonly previous?: {
                prefix: string;
                /** Format: date-time */
                expiresAt: string;
            } | null;
            readonly revokedAt?: string | null;
            readonly lastUsedAt?: string | null;
            /** Format: date-time */
            readonly createdAt?: string;
        };
        ApiKeyPatch: {
            /** @example web */
            name?: string;
            labels?: {
                [key: string]: string | null;
            };
            scopes?: ("connect" | "read" | "manage")[];
            routeIds?: (string)[] | null;
            maxConnections?: number | null;
            messagesPerSecond?: number | null;
            bytesPerSecond?: number | null;
            quota?: {
                connections?: number | null;
                connectionMinutes?: number | null;
                messages?: number | null;
                bytes?: number | null;
            };
            expiresAt?: string | null;
            readonly id?: string;
            readonly tenantId?: string;
            /** @example slc_AbC123dEf456 */
            readonly prefix?: string;
            readonly previous?: {
                prefix: string;
                /** Format: date-time */
                expiresAt: string;
            } | null;
            readonly revokedAt?: string | null;
            readonly lastUsedAt?: string | null;
            /** Format: date-time */
            readonly createdAt?: string;
        };
        /** @default {} */
        TicketCreate: {
            /** @default 30 */
            ttlSeconds?: number;
            /** @default null */
            routeIds?: (string)[] | null;
        };
        IssuedTicket: {
            ticket: string;
            /** Format: date-time */
            expiresAt: string;
        };
        KeyVerify: {
            /** @example slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000 */
            key: string;
            /**
             * @default null
             * @example chat
             */
            route?: string | null;
            /**
             * @default null
             * @example https://acme.example
             */
            origin?: string | null;
        };
        KeyVerification: {
            valid: boolean;
            /** @example null */
            code: string | null;
            keyId: string | null;
            /** @example web */
            name: string | null;
            tenantId: string | null;
            scopes: ("connect" | "read" | "manage")[] | null;
            /** @example null */
            routeIds: string[] | null;
            /** @example null */
            expiresAt: string | null;
        };
        Configuration: {
            /** @enum {number} */
            version: 1;
            tenants: components["schemas"]["ConfigurationTenantSparse"][];
        };
        ConfigurationTenantSparse: {
            id?: string;
            /** @example acme */
            slug: string;
            /** @example Acme */
            name?: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @default active
             * @enum {string}
             */
            status?: "active" | "suspended";
            /** @default null */
            maintenance?: components["schemas"]["MaintenanceSparse"] | null;
            /**
             * @default []
             * @example [
             *       "acme.example",
             *       "*.acme.example"
             *     ]
             */
            hosts?: string[] | null;
            /** @default {} */
            limits?: components["schemas"]["TenantLimitsSparse"];
            /** @default {} */
            quota?: components["schemas"]["QuotaSparse"];
            /** @default [] */
            routes?: components["schemas"]["ConfigurationRouteSparse"][];
            /** @default [] */
            apiKeys?: components["schemas"]["ConfigurationApiKeySparse"][];
        };
        MaintenanceSparse: {
            /** @default 60 */
            retryAfterSeconds?: number;
            /**
             * @default keep
             * @enum {string}
             */
            connections?: "keep" | "drain";
        };
        TenantLimitsSparse: {
            /** @default 1000 */
            maxConnections?: number | null;
            /** @default null */
            maxConnectionsPerKey?: number | null;
            /** @default null */
            maxConnectionsPerIp?: number | null;
            /** @default null */
            connectionsPerSecond?: number | null;
            /** @default null */
            requestsPerSecond?: number | null;
            /** @default null */
            messagesPerSecond?: number | null;
            /** @default null */
            bytesPerSecond?: number | null;
            /** @default null */
            maxMessageBytes?: number | null;
            /** @default null */
            maxRoutes?: number | null;
            /** @default null */
            maxApiKeys?: number | null;
        };
        QuotaSparse: {
            /** @default null */
            connections?: number | null;
            /** @default null */
            connectionMinutes?: number | null;
            /** @default null */
            messages?: number | null;
            /** @default null */
            bytes?: number | null;
        };
        ConfigurationRouteSparse: {
            id?: string;
            /**
             * @default
             * @example chat
             */
            name?: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /** @default true */
            enabled?: boolean;
            /** @default null */
            maintenance?: components["schemas"]["MaintenanceSparse"] | null;
            match: components["schemas"]["RouteMatchSparse"];
            /**
             * @example [
             *       {
             *         "url": "ws://10.0.0.5:9000/base",
             *         "discovery": "none",
             *         "weight": 1,
             *         "state": "active",
             *         "backup": false,
             *         "maxConnections": null,
             *         "maxPending": null
             *       }
             *     ]
             */
            upstreams: components["schemas"]["UpstreamSparse"][];
            /** @default {} */
            upstreamTls?: components["schemas"]["ConfigurationUpstreamTlsSparse"];
            /**
             * @default roundRobin
             * @enum {string}
             */
            balancing?: "roundRobin" | "leastConnections" | "powerOfTwo" | "consistentHash" | "sticky";
            /** @default null */
            hashKey?: components["schemas"]["HashKeySparse"] | null;
            /** @default null */
            balanceFactor?: number | null;
            /** @default {} */
            stickyCookie?: components["schemas"]["StickyCookieSparse"];
            /** @default null */
            slowStartMs?: number | null;
            /** @default null */
            healthCheck?: components["schemas"]["RouteHealthCheckSparse"] | null;
            /** @default {} */
            outlierEjection?: components["schemas"]["RouteOutlierEjectionSparse"] | null;
            /**
             * @default keep
             * @enum {string}
             */
            onDown?: "keep" | "move";
            /** @default {} */
            retries?: components["schemas"]["RouteRetriesSparse"];
            /** @default {} */
            queue?: components["schemas"]["RouteQueueSparse"];
            /** @default {} */
            rewrite?: {
                /** @default false */
                stripPrefix?: boolean;
                /**
                 * @default null
                 * @example /v2
                 */
                replacePrefix?: string | null;
                /**
                 * @default pass
                 * @enum {string}
                 */
                redirects?: "pass" | "map";
                /**
                 * @default pass
                 * @enum {string}
                 */
                cookies?: "pass" | "map";
            };
            /**
             * @default upstream
             * @enum {string}
             */
            upstreamHost?: "upstream" | "client";
            /** @default {} */
            requestHeaders?: components["schemas"]["RouteRequestHeadersSparse"];
            /** @default {} */
            responseHeaders?: components["schemas"]["RouteResponseHeadersSparse"];
            /** @default {} */
            auth?: components["schemas"]["RouteAuthSparse"];
            /**
             * @default none
             * @enum {string}
             */
            clientCertificate?: "none" | "required";
            /** @default null */
            allowedOrigins?: string[] | null;
            /** @default null */
            maxConnections?: number | null;
            /** @default null */
            messagesPerSecond?: number | null;
            /** @default null */
            bytesPerSecond?: number | null;
            /**
             * @default refuse
             * @enum {string}
             */
            http?: "proxy" | "refuse";
            /** @default null */
            maxRequestBytes?: number | null;
            /** @default null */
            cors?: components["schemas"]["RouteCorsSparse"] | null;
            /** @default null */
            requestsPerSecond?: number | null;
            /** @default {} */
            quota?: components["schemas"]["QuotaSparse"];
            /**
             * @default keep
             * @enum {string}
             */
            onChange?: "keep" | "drain";
            /**
             * @default keep
             * @enum {string}
             */
            onAccessChange?: "keep" | "close";
            /**
             * @default slow
             * @enum {string}
             */
            onMessageRate?: "slow" | "close";
            /** @default {} */
            timeouts?: components["schemas"]["RouteTimeoutsSparse"];
            /** @default {} */
            keepalive?: components["schemas"]["RouteKeepaliveSparse"];
        };
        /**
         * @example {
         *       "name": "X-Version",
         *       "value": "2",
         *       "valueType": "exact"
         *     }
         */
        HeaderConditionSparse: {
            name: string;
            /** @default null */
            value?: string | null;
            /**
             * @default exact
             * @enum {string}
             */
            valueType?: "exact" | "prefix";
        };
        /**
         * @example {
         *       "name": "version",
         *       "value": "2"
         *     }
         */
        QueryConditionSparse: {
            name: string;
            /** @default null */
            value?: string | null;
        };
        /**
         * @example {
         *       "host": "chat.acme.example",
         *       "path": "/socket",
         *       "pathType": "prefix",
         *       "encodedSlash": "refuse",
         *       "headers": null,
         *       "query": null
         *     }
         */
        RouteMatchSparse: {
            /**
             * @default *
             * @example chat.acme.example
             */
            host?: string;
            /** @example /socket */
            path: string;
            /**
             * @default prefix
             * @enum {string}
             */
            pathType?: "exact" | "prefix" | "template" | "regex";
            /**
             * @default refuse
             * @enum {string}
             */
            encodedSlash?: "refuse" | "pass";
            /** @default null */
            headers?: components["schemas"]["HeaderConditionSparse"][] | null;
            /** @default null */
            query?: components["schemas"]["QueryConditionSparse"][] | null;
        };
        UpstreamSparse: {
            /**
             * Format: uri
             * @example ws://10.0.0.5:9000/base
             */
            url: string;
            /**
             * @default none
             * @enum {string}
             */
            discovery?: "none" | "addresses" | "srv";
            /** @default 1 */
            weight?: number;
            /**
             * @default active
             * @enum {string}
             */
            state?: "active" | "drain" | "down";
            /** @default false */
            backup?: boolean;
            /** @default null */
            maxConnections?: number | null;
            /** @default null */
            maxPending?: number | null;
        };
        ConfigurationUpstreamTlsSparse: {
            /** @default true */
            verify?: boolean;
            /** @default null */
            serverName?: string | null;
            /** @default null */
            ca?: string | null;
            /** @default null */
            clientCertificate?: string | null;
            /** @default null */
            clientKey?: "(withheld)" | (string | null);
        };
        HashKeySparse: {
            /** @enum {string} */
            from: "clientAddress" | "header" | "cookie" | "query" | "pathSegment";
            /** @default null */
            name?: string | null;
            /** @default null */
            segment?: number | null;
            /** @default 32 */
            ipv4PrefixLength?: number;
            /** @default 64 */
            ipv6PrefixLength?: number;
        };
        StickyCookieSparse: {
            /** @default sluice_upstream */
            name?: string;
            /**
             * @default lax
             * @enum {string}
             */
            sameSite?: "lax" | "strict" | "none";
            /** @default false */
            secure?: boolean;
            /** @default false */
            partitioned?: boolean;
            /** @default null */
            maxAgeSeconds?: number | null;
        };
        RouteHealthCheckSparse: {
            /** @enum {string} */
            type: "tcp" | "http" | "websocket";
            /** @default null */
            path?: string | null;
            /** @default null */
            subprotocol?: string | null;
            /** @default 10000 */
            intervalMs?: number;
            /** @default 2000 */
            timeoutMs?: number;
            /** @default 3 */
            fall?: number;
            /** @default 2 */
            rise?: number;
            /** @default null */
            message?: string | null;
            /** @default null */
            expect?: string | null;
            /** @default null */
            expectedStatus?: number[] | null;
        };
        RouteOutlierEjectionSparse: {
            /** @default 5 */
            consecutiveFailures?: number;
            /** @default null */
            shortLivedMs?: number | null;
            /** @default 30000 */
            baseMs?: number;
            /** @default 300000 */
            maxMs?: number;
        };
        RouteRetriesSparse: {
            /** @default 2 */
            attempts?: number;
            /** @default 20 */
            budgetPercent?: number;
            /** @default 10 */
            minPerSecond?: number;
        };
        RouteQueueSparse: {
            /** @default 100 */
            maxRequests?: number;
            /** @default 1000 */
            maxWaitMs?: number;
        };
        RouteRequestHeadersSparse: {
            /** @default {} */
            set?: {
                [key: string]: string;
            };
            /** @default [] */
            remove?: string[];
        };
        RouteResponseHeadersSparse: {
            /** @default {} */
            set?: {
                [key: string]: string;
            };
            /** @default [] */
            remove?: string[];
        };
        RouteAuthSparse: {
            /**
             * @default apiKey
             * @enum {string}
             */
            mode?: "apiKey" | "jwt" | "none";
            /**
             * @default [
             *       "header",
             *       "query",
             *       "subprotocol"
             *     ]
             */
            sources?: ("header" | "query" | "subprotocol")[];
            /** @default null */
            jwt?: components["schemas"]["RouteJwtAuthSparse"] | null;
        };
        RouteJwtAuthSparse: {
            /** @example https://id.acme.example */
            issuer: string;
            /**
             * @example [
             *       "chat"
             *     ]
             */
            audience: string[];
            /** @default null */
            jwksUrl?: string | null;
            /** @default null */
            keys?: components["schemas"]["PublicKeySparse"][] | null;
            /** @default {} */
            requiredClaims?: {
                [key: string]: string | number | boolean;
            };
            /**
             * @default [
             *       "RS256",
             *       "ES256",
             *       "EdDSA"
             *     ]
             */
            algorithms?: ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519")[];
            /** @default 0 */
            clockToleranceSeconds?: number;
        };
        PublicKeySparse: {
            /** @enum {string} */
            kty: "RSA";
            kid?: string;
            /** @enum {string} */
            alg?: "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519";
            /** @enum {string} */
            use?: "sig";
            key_ops?: [
                "verify"
            ];
            n: string;
            e: string;
        } | {
            /** @enum {string} */
            kty: "EC";
            kid?: string;
            /** @enum {string} */
            alg?: "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519";
            /** @enum {string} */
            use?: "sig";
            key_ops?: [
                "verify"
            ];
            /** @enum {string} */
            crv: "P-256" | "P-384" | "P-521";
            x: string;
            y: string;
        } | {
            /** @enum {string} */
            kty: "OKP";
            kid?: string;
            /** @enum {string} */
            alg?: "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA" | "Ed25519";
            /** @enum {string} */
            use?: "sig";
            key_ops?: [
                "verify"
            ];
            /** @enum {string} */
            crv: "Ed25519";
            x: string;
        };
        RouteCorsSparse: {
            /**
             * @default [
             *       "GET",
             *       "HEAD",
             *       "POST",
             *       "PUT",
             *       "PATCH",
             *       "DELETE"
             *     ]
             */
            allowedMethods?: string[];
            /** @default null */
            allowedHeaders?: string[] | null;
            /** @default [] */
            exposedHeaders?: string[];
            /** @default false */
            allowCredentials?: boolean;
            /** @default null */
            maxAgeSeconds?: number | null;
        };
        RouteTimeoutsSparse: {
            /** @default 5000 */
            connectMs?: number;
            /** @default 10000 */
            handshakeMs?: number;
            /** @default 60000 */
            responseMs?: number;
            /** @default null */
            idleMs?: number | null;
            /** @default null */
            maxLifetimeMs?: number | null;
        };
        RouteKeepaliveSparse: {
            /** @default 25000 */
            pingIntervalMs?: number | null;
        };
        ConfigurationApiKeySparse: {
            id?: string;
            /** @example web */
            name: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @default [
             *       "connect"
             *     ]
             */
            scopes?: ("connect" | "read" | "manage")[];
            /** @default null */
            routeIds?: string[] | null;
            /** @default null */
            maxConnections?: number | null;
            /** @default null */
            messagesPerSecond?: number | null;
            /** @default null */
            bytesPerSecond?: number | null;
            /** @default {} */
            quota?: components["schemas"]["QuotaSparse"];
            /** @default null */
            expiresAt?: string | null;
            /** @example slc_AbC123dEf456 */
            prefix: string;
            secretHash: string;
            /** @default null */
            previous?: {
                prefix: string;
                secretHash: string;
                /** Format: date-time */
                expiresAt: string;
            } | null;
            /** @default null */
            revokedAt?: string | null;
        };
        ConfigurationReplace: {
            /** @enum {number} */
            version: 1;
            tenants: components["schemas"]["ConfigurationTenantInput"][];
        };
        ConfigurationTenantInput: {
            id?: string;
            /** @example acme */
            slug: string;
            /** @example Acme */
            name?: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @default active
             * @enum {string}
             */
            status?: "active" | "suspended";
            /** @default null */
            maintenance?: components["schemas"]["MaintenanceInput"] | null;
            /**
             * @default []
             * @example [
             *       "acme.example",
             *       "*.acme.example"
             *     ]
             */
            hosts?: string[] | null;
            /** @default {} */
            limits?: components["schemas"]["TenantLimitsInput"];
            /** @default {} */
            quota?: components["schemas"]["QuotaInput"];
            /** @default [] */
            routes?: components["schemas"]["ConfigurationRouteInput"][];
            /** @default [] */
            apiKeys?: components["schemas"]["ConfigurationApiKeyInput"][];
        };
        ConfigurationRouteInput: {
            id?: string;
            /**
             * @default
             * @example chat
             */
            name?: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /** @default true */
            enabled?: boolean;
            /** @default null */
            maintenance?: components["schemas"]["MaintenanceInput"] | null;
            match: components["schemas"]["RouteMatchInput"];
            /**
             * @example [
             *       {
             *         "url": "ws://10.0.0.5:9000/base",
             *         "discovery": "none",
             *         "weight": 1,
             *         "state": "active",
             *         "backup": false,
             *         "maxConnections": null,
             *         "maxPending": null
             *       }
             *     ]
             */
            upstreams: components["schemas"]["UpstreamInput"][];
            /** @default {} */
            upstreamTls?: components["schemas"]["ConfigurationUpstreamTlsInput"];
            /**
             * @default roundRobin
             * @enum {string}
             */
            balancing?: "roundRobin" | "leastConnections" | "powerOfTwo" | "consistentHash" | "sticky";
            /** @default null */
            hashKey?: components["schemas"]["HashKeyInput"] | null;
            /** @default null */
            balanceFactor?: number | null;
            /** @default {} */
            stickyCookie?: components["schemas"]["StickyCookieInput"];
            /** @default null */
            slowStartMs?: number | null;
            /** @default null */
            healthCheck?: components["schemas"]["RouteHealthCheckInput"] | null;
            /** @default {} */
            outlierEjection?: components["schemas"]["RouteOutlierEjectionInput"] | null;
            /**
             * @default keep
             * @enum {string}
             */
            onDown?: "keep" | "move";
            /** @default {} */
            retries?: components["schemas"]["RouteRetriesInput"];
            /** @default {} */
            queue?: components["schemas"]["RouteQueueInput"];
            /** @default {} */
            rewrite?: {
                /** @default false */
                stripPrefix?: boolean;
                /**
                 * @default null
                 * @example /v2
                 */
                replacePrefix?: string | null;
                /**
                 * @default pass
                 * @enum {string}
                 */
                redirects?: "pass" | "map";
                /**
                 * @default pass
                 * @enum {string}
                 */
                cookies?: "pass" | "map";
            };
            /**
             * @default upstream
             * @enum {string}
             */
            upstreamHost?: "upstream" | "client";
            /** @default {} */
            requestHeaders?: components["schemas"]["RouteRequestHeadersInput"];
            /** @default {} */
            responseHeaders?: components["schemas"]["RouteResponseHeadersInput"];
            /** @default {} */
            auth?: components["schemas"]["RouteAuthInput"];
            /**
             * @default none
             * @enum {string}
             */
            clientCertificate?: "none" | "required";
            /** @default null */
            allowedOrigins?: string[] | null;
            /** @default null */
            maxConnections?: number | null;
            /** @default null */
            messagesPerSecond?: number | null;
            /** @default null */
            bytesPerSecond?: number | null;
            /**
             * @default refuse
             * @enum {string}
             */
            http?: "proxy" | "refuse";
            /** @default null */
            maxRequestBytes?: number | null;
            /** @default null */
            cors?: components["schemas"]["RouteCorsInput"] | null;
            /** @default null */
            requestsPerSecond?: number | null;
            /** @default {} */
            quota?: components["schemas"]["QuotaInput"];
            /**
             * @default keep
             * @enum {string}
             */
            onChange?: "keep" | "drain";
            /**
             * @default keep
             * @enum {string}
             */
            onAccessChange?: "keep" | "close";
            /**
             * @default slow
             * @enum {string}
             */
            onMessageRate?: "slow" | "close";
            /** @default {} */
            timeouts?: components["schemas"]["RouteTimeoutsInput"];
            /** @default {} */
            keepalive?: components["schemas"]["RouteKeepaliveInput"];
        };
        ConfigurationUpstreamTlsInput: {
            /** @default true */
            verify?: boolean;
            /** @default null */
            serverName?: string | null;
            /** @default null */
            ca?: string | null;
            /** @default null */
            clientCertificate?: string | null;
            /** @default null */
            clientKey?: "(withheld)" | (string | null);
        };
        ConfigurationApiKeyInput: {
            id?: string;
            /** @example web */
            name: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /**
             * @default [
             *       "connect"
             *     ]
             */
            scopes?: ("connect" | "read" | "manage")[];
            /** @default null */
            routeIds?: string[] | null;
            /** @default null */
            maxConnections?: number | null;
            /** @default null */
            messagesPerSecond?: number | null;
            /** @default null */
            bytesPerSecond?: number | null;
            /** @default {} */
            quota?: components["schemas"]["QuotaInput"];
            /** @default null */
            expiresAt?: string | null;
            /** @example slc_AbC123dEf456 */
            prefix: string;
            secretHash: string;
            /** @default null */
            previous?: {
                prefix: string;
                secretHash: string;
                /** Format: date-time */
                expiresAt: string;
            } | null;
            /** @default null */
            revokedAt?: string | null;
        };
        ConfigurationDifference: {
            dryRun: boolean;
            revision: number;
            created: {
                /** @enum {string} */
                kind: "tenant" | "route" | "apiKey";
                id: string;
                /** @example acme */
                tenant: string;
                /** @example chat.acme.example/socket */
                name: string;
            }[];
            updated: {
                /** @enum {string} */
                kind: "tenant" | "route" | "apiKey";
                id: string;
                /** @example acme */
                tenant: string;
                /** @example chat.acme.example/socket */
                name: string;
                changes: {
                    field: string;
                    before: unknown;
                    after: unknown;
                }[];
            }[];
            deleted: {
                /** @enum {string} */
                kind: "tenant" | "route" | "apiKey";
                id: string;
                /** @example acme */
                tenant: string;
                /** @example chat.acme.example/socket */
                name: string;
            }[];
        };
        NginxImport: {
            /**
             * @example {
             *       "nginx.conf": "server { listen 80; location / { proxy_pass http://10.0.0.5:9000; } }"
             *     }
             */
            files: {
                [key: string]: string;
            };
            /** @default null */
            main?: string | null;
            /** @default /etc/nginx */
            folder?: string;
            /**
             * @default null
             * @example acme
             */
            tenant?: (string) | null;
            /** @default true */
            anyHost?: boolean;
            /** @default false */
            skipMissingIncludes?: boolean;
            /**
             * @default {}
             * @example {
             *       "echo.websocket.org": "127.0.0.1:9000"
             *     }
             */
            upstreamHosts?: {
                [key: string]: string;
            };
        };
        NginxImportAnswer: {
            routes: {
                file: string;
                line: number;
                route: components["schemas"]["RouteCreateSparse"];
            }[];
            warnings: components["schemas"]["NginxImportFindingSparse"][];
            hints: components["schemas"]["NginxImportFindingSparse"][];
            difference: components["schemas"]["ConfigurationDifferenceSparse"] | null;
        };
        RouteUpstreamTlsSparse: {
            /** @default true */
            verify?: boolean;
            /** @default null */
            serverName?: string | null;
            /** @default null */
            ca?: string | null;
            /** @default null */
            clientCertificate?: string | null;
            /** @default null */
            clientKey?: string | null;
        };
        RouteCreateSparse: {
            /**
             * @default
             * @example chat
             */
            name?: string;
            /**
             * @default {}
             * @example {
             *       "env": "prod"
             *     }
             */
            labels?: {
                [key: string]: string;
            };
            /** @default true */
            enabled?: boolean;
            /** @default null */
            maintenance?: components["schemas"]["MaintenanceSparse"] | null;
            match: components["schemas"]["RouteMatchSparse"];
            /**
             * @example [
             *       {
             *         "url": "ws://10.0.0.5:9000/base",
             *         "discovery": "none",
             *         "weight": 1,
             *         "state": "active",
             *         "backup": false,
             *         "maxConnections": null,
             *         "maxPending": null
             *       }
             *     ]
             */
            upstreams: components["schemas"]["UpstreamSparse"][];
            /** @default {} */
            upstreamTls?: components["schemas"]["RouteUpstreamTlsSparse"];
            /**
             * @default roundRobin
             * @enum {string}
             */
            balancing?: "roundRobin" | "leastConnections" | "powerOfTwo" | "consistentHash" | "sticky";
            /** @default null */
            hashKey?: components["schemas"]["HashKeySparse"] | null;
            /** @default null */
            balanceFactor?: number | null;
            /** @default {} */
            stickyCookie?: components["schemas"]["StickyCookieSparse"];
            /** @default null */
            slowStartMs?: number | null;
            /** @default null */
            healthCheck?: components["schemas"]["RouteHealthCheckSparse"] | null;
            /** @default {} */
            outlierEjection?: components["schemas"]["RouteOutlierEjectionSparse"] | null;
            /**
             * @default keep
             * @enum {string}
             */
            onDown?: "keep" | "move";
            /** @default {} */
            retries?: components["schemas"]["RouteRetriesSparse"];
            /** @default {} */
            queue?: components["schemas"]["RouteQueueSparse"];
            /** @default {} */
            rewrite?: {
                /** @default false */
                stripPrefix?: boolean;
                /**
                 * @default null
                 * @example /v2
                 */
                replacePrefix?: string | null;
                /**
                 * @default pass
                 * @enum {string}
                 */
                redirects?: "pass" | "map";
                /**
                 * @default pass
                 * @enum {string}
                 */
                cookies?: "pass" | "map";
            };
            /**
             * @default upstream
             * @enum {string}
             */
            upstreamHost?: "upstream" | "client";
            /** @default {} */
            requestHeaders?: components["schemas"]["RouteRequestHeadersSparse"];
            /** @default {} */
            responseHeaders?: components["schemas"]["RouteResponseHeadersSparse"];
            /** @default {} */
            auth?: components["schemas"]["RouteAuthSparse"];
            /**
             * @default none
             * @enum {string}
             */
            clientCertificate?: "none" | "required";
            /** @default null */
            allowedOrigins?: string[] | null;
            /** @default null */
            maxConnections?: number | null;
            /** @default null */
            messagesPerSecond?: number | null;
            /** @default null */
            bytesPerSecond?: number | null;
            /**
             * @default refuse
             * @enum {string}
             */
            http?: "proxy" | "refuse";
            /** @default null */
            maxRequestBytes?: number | null;
            /** @default null */
            cors?: components["schemas"]["RouteCorsSparse"] | null;
            /** @default null */
            requestsPerSecond?: number | null;
            /** @default {} */
            quota?: components["schemas"]["QuotaSparse"];
            /**
             * @default keep
             * @enum {string}
             */
            onChange?: "keep" | "drain";
            /**
             * @default keep
             * @enum {string}
             */
            onAccessChange?: "keep" | "close";
            /**
             * @default slow
             * @enum {string}
             */
            onMessageRate?: "slow" | "close";
            /** @default {} */
            timeouts?: components["schemas"]["RouteTimeoutsSparse"];
            /** @default {} */
            keepalive?: components["schemas"]["RouteKeepaliveSparse"];
        };
        NginxImportFindingSparse: {
            file: string;
            line: number;
            column: number;
            directive: string;
            message: string;
        };
        ConfigurationDifferenceSparse: {
            dryRun: boolean;
            revision: number;
            created: {
                /** @enum {string} */
                kind: "tenant" | "route" | "apiKey";
                id: string;
                /** @example acme */
                tenant: string;
                /** @example chat.acme.example/socket */
                name: string;
            }[];
            updated: {
                /** @enum {string} */
                kind: "tenant" | "route" | "apiKey";
                id: string;
                /** @example acme */
                tenant: string;
                /** @example chat.acme.example/socket */
                name: string;
                changes: {
                    field: string;
                    before: unknown;
                    after: unknown;
                }[];
            }[];
            deleted: {
                /** @enum {string} */
                kind: "tenant" | "route" | "apiKey";
                id: string;
                /** @example acme */
                tenant: string;
                /** @example chat.acme.example/socket */
                name: string;
            }[];
        };
        RouteUpstreams: {
            upstreams: components["schemas"]["RouteUpstream"][];
            queues: components["schemas"]["UpstreamQueue"][];
            silentGateways: string[];
        };
        RouteUpstream: {
            id: string;
            /**
             * Format: uri
             * @example ws://10.0.0.5:9000/base
             */
            url: string;
            /**
             * @default none
             * @enum {string}
             */
            discovery: "none" | "addresses" | "srv";
            /** @default 1 */
            weight: number;
            /**
             * @default active
             * @enum {string}
             */
            state: "active" | "drain" | "down";
            /** @default false */
            backup: boolean;
            /** @default null */
            maxConnections: number | null;
            /** @default null */
            maxPending: number | null;
            health: components["schemas"]["UpstreamHealth"][];
        };
        UpstreamHealth: {
            /** @enum {string} */
            state: "unknown" | "healthy" | "unhealthy" | "ejected";
            /** Format: date-time */
            since: string;
            /** @example null */
            why: string | null;
            lastProbe: components["schemas"]["UpstreamProbe"] | null;
            connections: number;
            pending: number;
            gatewayId: string;
            /** @example null */
            discoveredUrl: string | null;
        };
        UpstreamProbe: {
            /** Format: date-time */
            at: string;
            ok: boolean;
            /** @example it answered the ping */
            detail: string;
            durationMs: number;
        };
        UpstreamQueue: {
            gatewayId: string;
            requests: number;
        };
        TenantUsage: {
            tenantId: string;
            limits: {
                /** @default 1000 */
                maxConnections: number | null;
                /** @default null */
                messagesPerSecond: number | null;
                /** @default null */
                bytesPerSecond: number | null;
            };
            total: {
                connections: number;
                fromClients: components["schemas"]["TenantTraffic"];
                fromUpstreams: components["schemas"]["TenantTraffic"];
            };
            gateways: {
                gatewayId: string;
                connections: number;
                fromClients: components["schemas"]["TenantTraffic"];
                fromUpstreams: components["schemas"]["TenantTraffic"];
            }[];
            ceilings: components["schemas"]["Ceiling"][];
            routes: {
                routeId: string;
                ceilings: components["schemas"]["Ceiling"][];
            }[];
            apiKeys: {
                apiKeyId: string;
                ceilings: components["schemas"]["Ceiling"][];
            }[];
            exhaustedUntil: string | null;
            silentGateways: string[];
        };
        TenantTraffic: {
            messages: number;
            bytes: number;
            messagesPerSecond: number;
            bytesPerSecond: number;
        };
        Ceiling: {
            /** @example limits.maxConnections */
            limit: string;
            ceiling: number | null;
            used: number | null;
        };
        UsageHistory: {
            items: components["schemas"]["UsagePeriod"][];
            nextCursor: string | null;
        };
        UsagePeriod: {
            /** Format: date-time */
            from: string;
            tenantId: string;
            routeId?: string;
            apiKeyId?: string | null;
            connections: number;
            connectionMs: number;
            fromClients: {
                messages: number;
                bytes: number;
            };
            fromUpstreams: {
                messages: number;
                bytes: number;
            };
        };
        ExplainRequest: {
            /** @example wss://chat.acme.example/socket?room=7 */
            url: string & (unknown & unknown);
            /**
             * @default null
             * @example null
             */
            method?: ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") | null;
            /** @default [] */
            headers?: {
                /** @example Origin */
                name: string;
                /** @example https://acme.example */
                value: string;
            }[];
            /** @default true */
            addHandshakeHeaders?: boolean;
            /**
             * @default null
             * @example 203.0.113.7
             */
            clientAddress?: (string) | null;
            /**
             * @default null
             * @example null
             */
            clientCertificate?: string | null;
            /**
             * @default null
             * @example null
             */
            gateway?: string | null;
        };
        ExplainAnswer: {
            gatewayId: string;
            verdict: components["schemas"]["ExplainedVerdict"];
            steps: {
                /** @enum {string} */
                step: "gateway" | "parse" | "configuration" | "loop" | "match" | "maintenance" | "clientCertificate" | "credentialPlaces" | "tenant" | "origin" | "credential" | "quota" | "waitingDials" | "limits" | "upstream" | "address";
                /** @enum {string} */
                outcome: "passed" | "refused" | "notReached";
            }[];
            request: components["schemas"]["ExplainedRequest"] | null;
            route: components["schemas"]["ExplainedRoute"] | null;
            tenant: components["schemas"]["ExplainedTenant"] | null;
            credential: components["schemas"]["ExplainedCredential"] | null;
            limits: components["schemas"]["ExplainedLimits"] | null;
            upstreams: components["schemas"]["ExplainedUpstream"][] | null;
            upstreamRequest: string | null;
        };
        ExplainedVerdict: {
            allowed: boolean;
            /** @example 403 */
            status: number;
            /** @example origin_forbidden */
            code: string | null;
            /** @example this origin is not in the list of the route */
            detail: string | null;
            /** @example null */
            cause: string | null;
            /** @example null */
            limit: string | null;
            /** @example null */
            retryAfterSeconds: number | null;
        };
        ExplainedRequest: {
            /** @example chat.acme.example */
            host: string;
            /** @example /socket */
            path: string;
            origins: string[];
            subprotocols: string[];
        };
        ExplainedRoute: {
            id: string;
            /** @example chat */
            name: string;
            /** @example chat.acme.example */
            host: string;
            /** @example /socket */
            path: string;
            /** @example prefix */
            pathType: string;
            /**
             * @example {
             *       "room": "7"
             *     }
             */
            parameters: {
                [key: string]: string;
            };
        };
        ExplainedTenant: {
            id: string;
            /** @example acme */
            slug: string;
            /** @enum {string} */
            status: "active" | "suspended";
        };
        ExplainedCredential: {
            /** @example apiKey */
            mode: string;
            kind: ("apiKey" | "ticket" | "jwt") | null;
            source: ("header" | "query" | "subprotocol") | null;
            keyId: string | null;
            /** @example web */
            keyName: string | null;
            scopes: ("connect" | "read" | "manage")[] | null;
            /** @example null */
            routeIds: string[] | null;
        };
        ExplainedLimits: {
            connectRate: {
                perSecond: number;
                waitMs: number | null;
            } | null;
            connections: {
                /** @enum {string} */
                limit: "tenant" | "route" | "key" | "address";
                count: number | null;
                ceiling: number | null;
            }[];
        };
        ExplainedUpstream: {
            id: string;
            /** @example ws://10.0.0.5:9000 */
            url: string;
            /** @example active */
            state: string;
            /** @example 1 */
            weight: number;
            backup: boolean;
            /** @enum {string} */
            health: "unknown" | "healthy" | "unhealthy" | "ejected";
            connections: number;
            isFull: boolean;
            turn: number | null;
            addresses: {
                /** @example 10.0.0.5 */
                address: string;
                allowed: boolean;
            }[] | null;
        };
        WebhookCreate: {
            /**
             * @default
             * @example billing
             */
            name?: string;
            /** @example https://hooks.acme.example/sluice */
            url: string;
            /**
             * @example [
             *       "key.revoked",
             *       "upstream.health"
             *     ]
             */
            events: ("key.created" | "key.updated" | "key.rotated" | "key.revoked" | "tenant.created" | "tenant.updated" | "tenant.deleted" | "gateway.started" | "gateway.draining" | "gateway.resumed" | "gateway.stopped" | "upstream.health" | "quota.near" | "quota.exceeded")[];
            /** @default true */
            enabled?: boolean;
            /**
             * @default null
             * @example null
             */
            tenant?: string | null;
        };
        IssuedWebhook: {
            id: string;
            /** @example null */
            tenantId: string | null;
            /**
             * @default
             * @example billing
             */
            name: string;
            /** @example https://hooks.acme.example/sluice */
            url: string;
            /**
             * @example [
             *       "key.revoked",
             *       "upstream.health"
             *     ]
             */
            events: ("key.created" | "key.updated" | "key.rotated" | "key.revoked" | "tenant.created" | "tenant.updated" | "tenant.deleted" | "gateway.started" | "gateway.draining" | "gateway.resumed" | "gateway.stopped" | "upstream.health" | "quota.near" | "quota.exceeded")[];
            /** @default true */
            enabled: boolean;
            droppedEvents: number;
            /** @example null */
            previousSecretExpiresAt: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** @example whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3 */
            secret: string;
        };
        WebhookPage: {
            items: components["schemas"]["Webhook"][];
            nextCursor: string | null;
        };
        Webhook: {
            id: string;
            /** @example null */
            tenantId: string | null;
            /**
             * @default
             * @example billing
             */
            name: string;
            /** @example https://hooks.acme.example/sluice */
            url: string;
            /**
             * @example [
             *       "key.revoked",
             *       "upstream.health"
             *     ]
             */
            events: ("key.created" | "key.updated" | "key.rotated" | "key.revoked" | "tenant.created" | "tenant.updated" | "tenant.deleted" | "gateway.started" | "gateway.draining" | "gateway.resumed" | "gateway.stopped" | "upstream.health" | "quota.near" | "quota.exceeded")[];
            /** @default true */
            enabled: boolean;
            droppedEvents: number;
            /** @example null */
            previousSecretExpiresAt: string | null;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        WebhookPatch: {
            name?: string;
            /** @example https://hooks.acme.example/sluice */
            url?: string;
            /**
             * @example [
             *       "key.revoked",
             *       "upstream.health"
             *     ]
             */
            events?: ("key.created" | "key.updated" | "key.rotated" | "key.revoked" | "tenant.created" | "tenant.updated" | "tenant.deleted" | "gateway.started" | "gateway.draining" | "gateway.resumed" | "gateway.stopped" | "upstream.health" | "quota.near" | "quota.exceeded")[];
            enabled?: boolean;
            readonly id?: string;
            /** @example null */
            readonly tenantId?: string | null;
            readonly droppedEvents?: number;
            /** @example null */
            readonly previousSecretExpiresAt?: string | null;
            /** Format: date-time */
            readonly createdAt?: string;
            /** Format: date-time */
            readonly updatedAt?: string;
        };
        /** @default {} */
        WebhookRotate: {
            /** @default 86400 */
            graceSeconds?: number;
        };
        WebhookDelivery: {
            id: string;
            webhookId: string;
            /** @example evt_1f2c */
            eventId: string;
            /** @example key.revoked */
            type: string;
            /** @enum {string} */
            state: "pending" | "delivered" | "dead";
            attempts: number;
            /** Format: date-time */
            nextAttemptAt: string;
            /** @example the answer has the status 500 */
            lastError: string | null;
            /** Format: date-time */
            createdAt: string;
        };
        WebhookDeliveryPage: {
            items: components["schemas"]["WebhookDelivery"][];
            nextCursor: string | null;
        };
        ConnectionPage: {
            items: components["schemas"]["Connection"][];
            nextCursor: string | null;
            silentGateways: string[];
        };
        Connection: {
            id: string;
            tenantId: string;
            routeId: string;
            apiKeyId: string | null;
            gatewayId: string;
            clientAddress: string;
            upstreamUrl: string;
            subprotocol: string | null;
            /** Format: date-time */
            since: string;
            /** @enum {string} */
            state: "open" | "closing";
            /** @default 0 */
            bufferedBytes: number;
            fromClient: components["schemas"]["Relayed"];
            fromUpstream: components["schemas"]["Relayed"];
        };
        Relayed: {
            messages: number;
            frames: number;
            controlFrames: number;
            bytes: number;
            lastActivityAt: string | null;
            roundTripMs: number | null;
        };
        ConnectionCounts: {
            /** @enum {string} */
            by: "tenant" | "route" | "key" | "upstream" | "clientIp";
            groups: {
                group: string | null;
                connections: number;
            }[];
            total: number;
            isExact: boolean;
            silentGateways: string[];
        };
        ClosedConnectionPage: {
            items: components["schemas"]["ClosedConnection"][];
            nextCursor: string | null;
            silentGateways: string[];
        };
        ClosedConnection: {
            id: string;
            tenantId: string;
            routeId: string;
            apiKeyId: string | null;
            gatewayId: string;
            clientAddress: string;
            upstreamUrl: string;
            subprotocol: string | null;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            closedAt: string;
            /** @enum {string} */
            endedBy: "client" | "upstream" | "gateway";
            closeCode: number;
            reason: string | null;
            durationMs: number;
            fromClient: {
                messages: number;
                bytes: number;
            };
            fromUpstream: {
                messages: number;
                bytes: number;
            };
        };
        CloseOutcome: {
            matched: number;
            closed: number;
            silentGateways: string[];
        };
        Overview: {
            /** @enum {string} */
            window: "1m" | "10m" | "1h";
            stepSeconds: number;
            lastStepSeconds: number;
            /** Format: date-time */
            until: string;
            series: components["schemas"]["OverviewSeries"];
            refusals: {
                /** @example key_invalid */
                code: string;
                count: number;
                values: (number | null)[];
            }[];
            total: components["schemas"]["OverviewTotal"];
            tenants: components["schemas"]["TenantOverview"][];
            isComplete: boolean;
            silentGateways: string[];
        };
        OverviewSeries: {
            connections: (number | null)[];
            handshakes: (number | null)[];
            messagesFromClients: (number | null)[];
            messagesFromUpstreams: (number | null)[];
            bytesFromClients: (number | null)[];
            bytesFromUpstreams: (number | null)[];
        };
        OverviewTotal: {
            connections: number;
            handshakes: number;
            refusals: number;
            messages: number;
            bytes: number;
        };
        TenantOverview: {
            tenantId: string;
            connections: number;
            handshakes: number;
            refusals: number;
            messages: number;
            bytes: number;
        };
        GatewayPage: {
            items: components["schemas"]["Gateway"][];
            nextCursor: string | null;
        };
        Gateway: {
            id: string;
            /** @default null */
            supervisorId: string | null;
            version: string;
            /** Format: date-time */
            startedAt: string;
            appliedRevision: number | null;
            connections: number;
            /** @enum {string} */
            state: "starting" | "ready" | "refusing" | "draining" | "stale";
            /** @default null */
            refusal: string | null;
            drain: components["schemas"]["DrainProgress"] | null;
            /** Format: date-time */
            lastSeenAt: string;
        };
        DrainProgress: {
            /** Format: date-time */
            startedAt: string;
            periodMs: number;
            total: number;
            remaining: number;
        };
        Liveness: {
            /** @enum {string} */
            status: "ok";
        };
        Readiness: {
            /** @enum {string} */
            status: "ready";
            /** @enum {string} */
            database: "writable";
            publisher: {
                /** @enum {string} */
                state: "inStep" | "behind";
                committedRevision: number;
                publishedRevision: number | null;
            };
        };
        SessionCreate: {
            /** @example slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000 */
            token: string;
        };
        Session: {
            /** @enum {string} */
            kind: "admin" | "operator" | "apiKey";
            /** @example web */
            name: string | null;
            canManage: boolean;
            isPlatform: boolean;
            tenant: {
                id: string;
                /** @example acme */
                slug: string;
                /** @example Acme */
                name: string;
            } | null;
            /** @example wss://ws.example */
            gatewayUrl: string | null;
            keyId: string | null;
            scopes: ("connect" | "read" | "manage")[] | null;
        };
        ApiIndex: {
            docs: string;
            openapi: string;
            paths: {
                [key: string]: {
                    [key: string]: string;
                };
            };
        };
        Problem: {
            /** Format: uri */
            type: string;
            title: string;
            status: number;
            /** @enum {string} */
            code: "bad_handshake" | "bad_path" | "key_required" | "key_invalid" | "key_expired" | "ticket_invalid" | "token_required" | "token_invalid" | "token_expired" | "tenant_suspended" | "origin_forbidden" | "client_certificate_required" | "key_forbidden" | "token_forbidden" | "no_route" | "body_forbidden" | "uri_too_long" | "version_unsupported" | "connection_limit" | "connect_rate" | "usage_quota" | "request_rate" | "headers_too_large" | "upstream_refused" | "upstream_bad_handshake" | "upstream_forbidden_address" | "draining" | "maintenance" | "limits_unavailable" | "tickets_unavailable" | "upstream_unavailable" | "upstream_busy" | "token_keys_unavailable" | "upstream_timeout" | "loop_detected" | "malformed_json" | "invalid_request" | "invalid_cursor" | "unauthorized" | "forbidden" | "host_forbidden" | "not_found" | "method_not_allowed" | "body_timeout" | "slug_taken" | "route_conflict" | "name_conflict" | "quota_exceeded" | "deletes_tenants" | "rebalance_not_possible" | "gateway_stopping" | "key_revoked" | "operator_revoked" | "key_shown_once" | "idempotency_conflict" | "revision_gone" | "precondition_failed" | "body_too_large" | "unsupported_media_type" | "validation_failed" | "idempotency_mismatch" | "too_many_failures" | "write_rate" | "tap_limit" | "test_connection_limit" | "internal_error" | "storage_unavailable" | "documents_busy" | "fleet_unavailable" | "fleet_incomplete";
            requestId?: string;
            detail?: string;
            limit?: string;
            silentGateways?: string[];
            errors?: {
                field: string;
                /** @enum {string} */
                code: "invalid" | "required" | "not_null" | "wrong_type" | "not_a_choice" | "too_small" | "too_large" | "too_short" | "too_long" | "too_few" | "too_many" | "unknown_field" | "read_only" | "repeated" | "taken" | "not_found" | "not_granted" | "in_the_past" | "only_with_types" | "control_characters" | "form_of_an_id" | "moment" | "token" | "slug" | "label_name" | "route_reference" | "host" | "host_ipv6" | "tenant_host" | "origin" | "server_name" | "url_required" | "url_scheme" | "url_malformed" | "url_credentials" | "url_query" | "url_port" | "url_host" | "url_backslash" | "url_not_ascii" | "jwks_url_scheme" | "jwks_url_malformed" | "upstream_repeated" | "discovery_address" | "discovery_port" | "header_name" | "header_value" | "header_reserved" | "header_of_host" | "header_repeated" | "dollar_sign" | "cors_header" | "method" | "cors_origins" | "cors_null_origin" | "condition_without_value" | "template_encoded_slash" | "only_without_strip_prefix" | "hash_key_name" | "hash_key_segment" | "hash_key" | "only_with_hash" | "not_with_hash" | "only_with_secure" | "health_path" | "certificates" | "private_key" | "key_pair" | "jwt" | "jwt_keys" | "claim_value" | "claim_too_large";
                message: string;
                values?: {
                    [key: string]: string | number;
                };
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAudit: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                tenant?: string;
                actor?: ("admin" | "system") | string;
                action?: string;
                since?: string;
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "aud_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "revision": 42,
                     *           "at": "2026-11-29T09:10:00.000Z",
                     *           "actor": {
                     *             "kind": "admin",
                     *             "id": null
                     *           },
                     *           "action": "tenant.update",
                     *           "targetId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "clientAddress": "127.0.0.1",
                     *           "requestId": "req_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "details": null,
                     *           "before": {
                     *             "status": "active"
                     *           },
                     *           "after": {
                     *             "status": "suspended"
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.0",
                     *       "info": {
                     *         "title": "Sluice",
                     *         "version": "1"
                     *       },
                     *       "paths": {}
                     *     }
                     */
                    "application/json": Record<string, never>;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /** @example sluice_build_info{version="0.1.0",node_version="20.20.2"} 1 */
                    "text/plain": string;
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listOperators: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "opr_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "name": "Ada",
                     *           "role": "viewer",
                     *           "tenantIds": null,
                     *           "prefix": "slo_0123456789abcdef",
                     *           "revokedAt": null,
                     *           "createdAt": "2026-11-29T09:10:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["OperatorPage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createOperator: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Ada",
                 *       "role": "viewer",
                 *       "tenantIds": null
                 *     }
                 */
                "application/json": components["schemas"]["OperatorCreate"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "opr_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "Ada",
                     *       "role": "viewer",
                     *       "tenantIds": null,
                     *       "prefix": "slo_0123456789abcdef",
                     *       "revokedAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "token": "slo_0123456789abcdef_0000000000000000000000000000000000000000000"
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedOperator"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOperator: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                operator: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "opr_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "Ada",
                     *       "role": "viewer",
                     *       "tenantIds": null,
                     *       "prefix": "slo_0123456789abcdef",
                     *       "revokedAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Operator"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeOperator: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path: {
                operator: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateOperator: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path: {
                operator: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "role": "admin"
                 *     }
                 */
                "application/json": components["schemas"]["OperatorPatch"];
                /**
                 * @example {
                 *       "role": "admin"
                 *     }
                 */
                "application/merge-patch+json": components["schemas"]["OperatorPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "opr_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "Ada",
                     *       "role": "viewer",
                     *       "tenantIds": null,
                     *       "prefix": "slo_0123456789abcdef",
                     *       "revokedAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Operator"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateOperator: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
            };
            path: {
                operator: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "graceSeconds": 3600
                 *     }
                 */
                "application/json": components["schemas"]["RotateRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "opr_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "Ada",
                     *       "role": "viewer",
                     *       "tenantIds": null,
                     *       "prefix": "slo_0123456789abcdef",
                     *       "revokedAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "token": "slo_0123456789abcdef_0000000000000000000000000000000000000000000"
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedOperator"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTenants: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                sort?: "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt" | "name" | "-name" | "slug" | "-slug";
                q?: string;
                label?: string[];
                total?: "true" | "false";
                status?: "active" | "suspended";
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "slug": "acme",
                     *           "name": "Acme",
                     *           "labels": {
                     *             "env": "prod"
                     *           },
                     *           "status": "active",
                     *           "maintenance": null,
                     *           "hosts": [],
                     *           "limits": {
                     *             "maxConnections": 1000,
                     *             "maxConnectionsPerKey": null,
                     *             "maxConnectionsPerIp": null,
                     *             "connectionsPerSecond": null,
                     *             "requestsPerSecond": null,
                     *             "messagesPerSecond": null,
                     *             "bytesPerSecond": null,
                     *             "maxMessageBytes": null,
                     *             "maxRoutes": null,
                     *             "maxApiKeys": null
                     *           },
                     *           "quota": {
                     *             "connections": null,
                     *             "connectionMinutes": null,
                     *             "messages": null,
                     *             "bytes": null
                     *           },
                     *           "createdAt": "2026-11-29T09:10:00.000Z",
                     *           "updatedAt": "2026-11-29T09:10:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null,
                     *       "etags": [
                     *         "\"ZdPhZo7cuLrGjpIEk-T8EvSJHBW\""
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["TenantPage"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTenant: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "slug": "acme",
                 *       "name": "Acme",
                 *       "limits": {
                 *         "maxConnections": 1000
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TenantCreate"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "slug": "acme",
                     *       "name": "Acme",
                     *       "labels": {
                     *         "env": "prod"
                     *       },
                     *       "status": "active",
                     *       "maintenance": null,
                     *       "hosts": [],
                     *       "limits": {
                     *         "maxConnections": 1000,
                     *         "maxConnectionsPerKey": null,
                     *         "maxConnectionsPerIp": null,
                     *         "connectionsPerSecond": null,
                     *         "requestsPerSecond": null,
                     *         "messagesPerSecond": null,
                     *         "bytesPerSecond": null,
                     *         "maxMessageBytes": null,
                     *         "maxRoutes": null,
                     *         "maxApiKeys": null
                     *       },
                     *       "quota": {
                     *         "connections": null,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenant: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "slug": "acme",
                     *       "name": "Acme",
                     *       "labels": {
                     *         "env": "prod"
                     *       },
                     *       "status": "active",
                     *       "maintenance": null,
                     *       "hosts": [],
                     *       "limits": {
                     *         "maxConnections": 1000,
                     *         "maxConnectionsPerKey": null,
                     *         "maxConnectionsPerIp": null,
                     *         "connectionsPerSecond": null,
                     *         "requestsPerSecond": null,
                     *         "messagesPerSecond": null,
                     *         "bytesPerSecond": null,
                     *         "maxMessageBytes": null,
                     *         "maxRoutes": null,
                     *         "maxApiKeys": null
                     *       },
                     *       "quota": {
                     *         "connections": null,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceTenant: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                Prefer?: string;
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Acme",
                 *       "labels": {
                 *         "env": "prod"
                 *       },
                 *       "limits": {
                 *         "maxConnections": 1000
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["TenantReplace"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "slug": "acme",
                     *       "name": "Acme",
                     *       "labels": {
                     *         "env": "prod"
                     *       },
                     *       "status": "active",
                     *       "maintenance": null,
                     *       "hosts": [],
                     *       "limits": {
                     *         "maxConnections": 1000,
                     *         "maxConnectionsPerKey": null,
                     *         "maxConnectionsPerIp": null,
                     *         "connectionsPerSecond": null,
                     *         "requestsPerSecond": null,
                     *         "messagesPerSecond": null,
                     *         "bytesPerSecond": null,
                     *         "maxMessageBytes": null,
                     *         "maxRoutes": null,
                     *         "maxApiKeys": null
                     *       },
                     *       "quota": {
                     *         "connections": null,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "slug": "acme",
                     *       "name": "Acme",
                     *       "labels": {
                     *         "env": "prod"
                     *       },
                     *       "status": "active",
                     *       "maintenance": null,
                     *       "hosts": [],
                     *       "limits": {
                     *         "maxConnections": 1000,
                     *         "maxConnectionsPerKey": null,
                     *         "maxConnectionsPerIp": null,
                     *         "connectionsPerSecond": null,
                     *         "requestsPerSecond": null,
                     *         "messagesPerSecond": null,
                     *         "bytesPerSecond": null,
                     *         "maxMessageBytes": null,
                     *         "maxRoutes": null,
                     *         "maxApiKeys": null
                     *       },
                     *       "quota": {
                     *         "connections": null,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteTenant: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                Prefer?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateTenant: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                Prefer?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "suspended"
                 *     }
                 */
                "application/json": components["schemas"]["TenantPatch"];
                /**
                 * @example {
                 *       "status": "suspended"
                 *     }
                 */
                "application/merge-patch+json": components["schemas"]["TenantPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "slug": "acme",
                     *       "name": "Acme",
                     *       "labels": {
                     *         "env": "prod"
                     *       },
                     *       "status": "suspended",
                     *       "maintenance": null,
                     *       "hosts": [],
                     *       "limits": {
                     *         "maxConnections": 1000,
                     *         "maxConnectionsPerKey": null,
                     *         "maxConnectionsPerIp": null,
                     *         "connectionsPerSecond": null,
                     *         "requestsPerSecond": null,
                     *         "messagesPerSecond": null,
                     *         "bytesPerSecond": null,
                     *         "maxMessageBytes": null,
                     *         "maxRoutes": null,
                     *         "maxApiKeys": null
                     *       },
                     *       "quota": {
                     *         "connections": null,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T10:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateStickyKey: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                Prefer?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "keepPrevious": false
                 *     }
                 */
                "application/json": components["schemas"]["RotateStickyKey"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "stk_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "rotatedAt": "2026-11-29T10:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["RotatedStickyKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAllRoutes: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                sort?: "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt" | "name" | "-name" | "host" | "-host";
                q?: string;
                label?: string[];
                total?: "true" | "false";
                host?: string;
                enabled?: "true" | "false";
                pathType?: "exact" | "prefix" | "template" | "regex";
                upstream?: string;
                tenant?: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "name": "chat",
                     *           "labels": {},
                     *           "enabled": true,
                     *           "maintenance": null,
                     *           "match": {
                     *             "host": "*",
                     *             "path": "/chat",
                     *             "pathType": "prefix",
                     *             "encodedSlash": "refuse",
                     *             "headers": null,
                     *             "query": null
                     *           },
                     *           "upstreams": [
                     *             {
                     *               "url": "ws://127.0.0.1:9000",
                     *               "discovery": "none",
                     *               "weight": 1,
                     *               "state": "active",
                     *               "backup": false,
                     *               "maxConnections": null,
                     *               "maxPending": null
                     *             }
                     *           ],
                     *           "upstreamTls": {
                     *             "verify": true,
                     *             "serverName": null,
                     *             "ca": null,
                     *             "clientCertificate": null
                     *           },
                     *           "balancing": "roundRobin",
                     *           "hashKey": null,
                     *           "balanceFactor": null,
                     *           "stickyCookie": {
                     *             "name": "sluice_upstream",
                     *             "sameSite": "lax",
                     *             "secure": false,
                     *             "partitioned": false,
                     *             "maxAgeSeconds": null
                     *           },
                     *           "slowStartMs": null,
                     *           "healthCheck": null,
                     *           "outlierEjection": {
                     *             "consecutiveFailures": 5,
                     *             "shortLivedMs": null,
                     *             "baseMs": 30000,
                     *             "maxMs": 300000
                     *           },
                     *           "onDown": "keep",
                     *           "retries": {
                     *             "attempts": 2,
                     *             "budgetPercent": 20,
                     *             "minPerSecond": 10
                     *           },
                     *           "queue": {
                     *             "maxRequests": 100,
                     *             "maxWaitMs": 1000
                     *           },
                     *           "rewrite": {
                     *             "stripPrefix": false,
                     *             "replacePrefix": null,
                     *             "redirects": "pass",
                     *             "cookies": "pass"
                     *           },
                     *           "upstreamHost": "upstream",
                     *           "requestHeaders": {
                     *             "set": {},
                     *             "remove": []
                     *           },
                     *           "responseHeaders": {
                     *             "set": {},
                     *             "remove": []
                     *           },
                     *           "auth": {
                     *             "mode": "apiKey",
                     *             "sources": [
                     *               "header",
                     *               "query",
                     *               "subprotocol"
                     *             ],
                     *             "jwt": null
                     *           },
                     *           "clientCertificate": "none",
                     *           "allowedOrigins": null,
                     *           "maxConnections": null,
                     *           "messagesPerSecond": null,
                     *           "bytesPerSecond": null,
                     *           "http": "refuse",
                     *           "maxRequestBytes": null,
                     *           "cors": null,
                     *           "requestsPerSecond": null,
                     *           "quota": {
                     *             "connections": null,
                     *             "connectionMinutes": null,
                     *             "messages": null,
                     *             "bytes": null
                     *           },
                     *           "onChange": "keep",
                     *           "onAccessChange": "keep",
                     *           "onMessageRate": "slow",
                     *           "timeouts": {
                     *             "connectMs": 5000,
                     *             "handshakeMs": 10000,
                     *             "responseMs": 60000,
                     *             "idleMs": null,
                     *             "maxLifetimeMs": null
                     *           },
                     *           "keepalive": {
                     *             "pingIntervalMs": 25000
                     *           },
                     *           "createdAt": "2026-11-29T09:10:00.000Z",
                     *           "updatedAt": "2026-11-29T09:10:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null,
                     *       "etags": [
                     *         "\"3yBnNJBqhHzCkENfmurD9jE7T3L\""
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RoutePage"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRoutes: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                sort?: "createdAt" | "-createdAt" | "updatedAt" | "-updatedAt" | "name" | "-name" | "host" | "-host";
                q?: string;
                label?: string[];
                total?: "true" | "false";
                host?: string;
                enabled?: "true" | "false";
                pathType?: "exact" | "prefix" | "template" | "regex";
                upstream?: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "name": "chat",
                     *           "labels": {},
                     *           "enabled": true,
                     *           "maintenance": null,
                     *           "match": {
                     *             "host": "*",
                     *             "path": "/chat",
                     *             "pathType": "prefix",
                     *             "encodedSlash": "refuse",
                     *             "headers": null,
                     *             "query": null
                     *           },
                     *           "upstreams": [
                     *             {
                     *               "url": "ws://127.0.0.1:9000",
                     *               "discovery": "none",
                     *               "weight": 1,
                     *               "state": "active",
                     *               "backup": false,
                     *               "maxConnections": null,
                     *               "maxPending": null
                     *             }
                     *           ],
                     *           "upstreamTls": {
                     *             "verify": true,
                     *             "serverName": null,
                     *             "ca": null,
                     *             "clientCertificate": null
                     *           },
                     *           "balancing": "roundRobin",
                     *           "hashKey": null,
                     *           "balanceFactor": null,
                     *           "stickyCookie": {
                     *             "name": "sluice_upstream",
                     *             "sameSite": "lax",
                     *             "secure": false,
                     *             "partitioned": false,
                     *             "maxAgeSeconds": null
                     *           },
                     *           "slowStartMs": null,
                     *           "healthCheck": null,
                     *           "outlierEjection": {
                     *             "consecutiveFailures": 5,
                     *             "shortLivedMs": null,
                     *             "baseMs": 30000,
                     *             "maxMs": 300000
                     *           },
                     *           "onDown": "keep",
                     *           "retries": {
                     *             "attempts": 2,
                     *             "budgetPercent": 20,
                     *             "minPerSecond": 10
                     *           },
                     *           "queue": {
                     *             "maxRequests": 100,
                     *             "maxWaitMs": 1000
                     *           },
                     *           "rewrite": {
                     *             "stripPrefix": false,
                     *             "replacePrefix": null,
                     *             "redirects": "pass",
                     *             "cookies": "pass"
                     *           },
                     *           "upstreamHost": "upstream",
                     *           "requestHeaders": {
                     *             "set": {},
                     *             "remove": []
                     *           },
                     *           "responseHeaders": {
                     *             "set": {},
                     *             "remove": []
                     *           },
                     *           "auth": {
                     *             "mode": "apiKey",
                     *             "sources": [
                     *               "header",
                     *               "query",
                     *               "subprotocol"
                     *             ],
                     *             "jwt": null
                     *           },
                     *           "clientCertificate": "none",
                     *           "allowedOrigins": null,
                     *           "maxConnections": null,
                     *           "messagesPerSecond": null,
                     *           "bytesPerSecond": null,
                     *           "http": "refuse",
                     *           "maxRequestBytes": null,
                     *           "cors": null,
                     *           "requestsPerSecond": null,
                     *           "quota": {
                     *             "connections": null,
                     *             "connectionMinutes": null,
                     *             "messages": null,
                     *             "bytes": null
                     *           },
                     *           "onChange": "keep",
                     *           "onAccessChange": "keep",
                     *           "onMessageRate": "slow",
                     *           "timeouts": {
                     *             "connectMs": 5000,
                     *             "handshakeMs": 10000,
                     *             "responseMs": 60000,
                     *             "idleMs": null,
                     *             "maxLifetimeMs": null
                     *           },
                     *           "keepalive": {
                     *             "pingIntervalMs": 25000
                     *           },
                     *           "createdAt": "2026-11-29T09:10:00.000Z",
                     *           "updatedAt": "2026-11-29T09:10:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null,
                     *       "etags": [
                     *         "\"3yBnNJBqhHzCkENfmurD9jE7T3L\""
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["RoutePage"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createRoute: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                Prefer?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "chat",
                 *       "match": {
                 *         "path": "/chat"
                 *       },
                 *       "upstreams": [
                 *         {
                 *           "url": "ws://127.0.0.1:9000"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["RouteCreate"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "chat",
                     *       "labels": {},
                     *       "enabled": true,
                     *       "maintenance": null,
                     *       "match": {
                     *         "host": "*",
                     *         "path": "/chat",
                     *         "pathType": "prefix",
                     *         "encodedSlash": "refuse",
                     *         "headers": null,
                     *         "query": null
                     *       },
                     *       "upstreams": [
                     *         {
                     *           "url": "ws://127.0.0.1:9000",
                     *           "discovery": "none",
                     *           "weight": 1,
                     *           "state": "active",
                     *           "backup": false,
                     *           "maxConnections": null,
                     *           "maxPending": null
                     *         }
                     *       ],
                     *       "upstreamTls": {
                     *         "verify": true,
                     *         "serverName": null,
                     *         "ca": null,
                     *         "clientCertificate": null
                     *       },
                     *       "balancing": "roundRobin",
                     *       "hashKey": null,
                     *       "balanceFactor": null,
                     *       "stickyCookie": {
                     *         "name": "sluice_upstream",
                     *         "sameSite": "lax",
                     *         "secure": false,
                     *         "partitioned": false,
                     *         "maxAgeSeconds": null
                     *       },
                     *       "slowStartMs": null,
                     *       "healthCheck": null,
                     *       "outlierEjection": {
                     *         "consecutiveFailures": 5,
                     *         "shortLivedMs": null,
                     *         "baseMs": 30000,
                     *         "maxMs": 300000
                     *       },
                     *       "onDown": "keep",
                     *       "retries": {
                     *         "attempts": 2,
                     *         "budgetPercent": 20,
                     *         "minPerSecond": 10
                     *       },
                     *       "queue": {
                     *         "maxRequests": 100,
                     *         "maxWaitMs": 1000
                     *       },
                     *       "rewrite": {
                     *         "stripPrefix": false,
                     *         "replacePrefix": null,
                     *         "redirects": "pass",
                     *         "cookies": "pass"
                     *       },
                     *       "upstreamHost": "upstream",
                     *       "requestHeaders": {
                     *         "set": {},
                     *         "remove": []
                     *       },
                     *       "responseHeaders": {
                     *         "set": {},
                     *         "remove": []
                     *       },
                     *       "auth": {
                     *         "mode": "apiKey",
                     *         "sources": [
                     *           "header",
                     *           "query",
                     *           "subprotocol"
                     *         ],
                     *         "jwt": null
                     *       },
                     *       "clientCertificate": "none",
                     *       "allowedOrigins": null,
                     *       "maxConnections": null,
                     *       "messagesPerSecond": null,
                     *       "bytesPerSecond": null,
                     *       "http": "refuse",
                     *       "maxRequestBytes": null,
                     *       "cors": null,
                     *       "requestsPerSecond": null,
                     *       "quota": {
                     *         "connections": null,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "onChange": "keep",
                     *       "onAccessChange": "keep",
                     *       "onMessageRate": "slow",
                     *       "timeouts": {
                     *         "connectMs": 5000,
                     *         "handshakeMs": 10000,
                     *         "responseMs": 60000,
                     *         "idleMs": null,
                     *         "maxLifetimeMs": null
                     *       },
                     *       "keepalive": {
                     *         "pingIntervalMs": 25000
                     *       },
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Route"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRoute: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
                route: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "chat",
                     *       "labels": {},
                     *       "enabled": true,
                     *       "maintenance": null,
                     *       "match": {
                     *         "host": "*",
                     *         "path": "/chat",
                     *         "pathType": "prefix",
                     *         "encodedSlash": "refuse",
                     *         "headers": null,
                     *         "query": null
                     *       },
                     *       "upstreams": [
                     *         {
                     *           "url": "ws://127.0.0.1:9000",
                     *           "discovery": "none",
                     *           "weight": 1,
                     *           "state": "active",
                     *           "backup": false,
                     *           "maxConnections": null,
                     *           "maxPending": null
                     *         }
                     *       ],
                     *       "upstreamTls": {
                     *         "verify": true,
                     *         "serverName": null,
                     *         "ca": null,
                     *         "clientCertificate": null
                     *       },
                     *       "balancing": "roundRobin",
                     *       "hashKey": null,
                     *       "balanceFactor": null,
                     *       "stickyCookie": {
                     *         "name": "sluice_upstream",
                     *         "sameSite": "lax",
                     *         "secure": false,
                     *         "partitioned": false,
                     *         "maxAgeSeconds": null
                     *       },
                     *       "slowStartMs": null,
                     *       "healthCheck": null,
                     *       "outlierEjection": {
                     *         "consecutiveFailures": 5,
                     *         "shortLivedMs": null,
                     *         "baseMs": 30000,
                     *         "maxMs": 300000
                     *       },
                     *       "onDown": "keep",
                     *       "retries": {
                     *         "attempts": 2,
                     *         "budgetPercent": 20,
                     *         "minPerSecond": 10
                     *       },
                     *       "queue": {
                     *         "maxRequests": 100,
                     *         "maxWaitMs": 1000
                     *       },
                     *       "rewrite": {
                     *         "stripPrefix": false,
                     *         "replacePrefix": null,
                     *         "redirects": "pass",
                     *         "cookies": "pass"
                     *       },
                     *       "upstreamHost": "upstream",
                     *       "requestHeaders": {
                     *         "set": {},
                     *         "remove": []
                     *       },
                     *       "responseHeaders": {
                     *         "set": {},
                     *         "remove": []
                     *       },
                     *       "auth": {
                     *         "mode": "apiKey",
                     *         "sources": [
                     *           "header",
                     *           "query",
                     *           "subprotocol"
                     *         ],
                     *         "jwt": null
                     *       },
                     *       "clientCertificate": "none",
                     *       "allowedOrigins": null,
                     *       "maxConnections": null,
                     *       "messagesPerSecond": null,
                     *       "bytesPerSecond": null,
                     *       "http": "refuse",
                     *       "maxRequestBytes": null,
                     *       "cors": null,
                     *       "requestsPerSecond": null,
                     *       "quota": {
                     *         "connections": null,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "onChange": "keep",
                     *       "onAccessChange": "keep",
                     *       "onMessageRate": "slow",
                     *       "timeouts": {
                     *         "connectMs": 5000,
                     *         "handshakeMs": 10000,
                     *         "responseMs": 60000,
                     *         "idleMs": null,
                     *         "maxLifetimeMs": null
                     *       },
                     *       "keepalive": {
                     *         "pingIntervalMs": 25000
                     *       },
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Route"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceRoute: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                Prefer?: string;
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
                route: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "chat",
                 *       "match": {
                 *         "path": "/chat",
                 *         "pathType": "exact"
                 *       },
                 *       "upstreams": [
                 *         {
                 *           "url": "ws://127.0.0.1:9000/a",
                 *           "weight": 3
                 *         },
                 *         {
                 *           "url": "ws://127.0.0.1:9000/b",
                 *           "weight": 1
                 *         }
                 *       ],
                 *       "auth": {
                 *         "mode": "none"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["RouteReplace"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "chat",
                     *       "labels": {},
                     *       "enabled": true,
                     *       "maintenance": null,
                     *       "match": {
                     *         "host": "*",
                     *         "path": "/chat",
                     *         "pathType": "prefix",
                     *         "encodedSlash": "refuse",
                     *         "headers": null,
                     *         "query": null
                     *       },
                     *       "upstreams": [
                     *         {
                     *           "url": "ws://127.0.0.1:9000",
                     *           "discovery": "none",
                     *           "weight": 1,
                     *           "state": "active",
                     *           "backup": false,
                     *           "maxConnections": null,
                     *           "maxPending": null
                     *         }
                     *       ],
                     *       "upstreamTls": {
                     *         "verify": true,
                     *         "serverName": null,
                     *         "ca": null,
                     *         "clientCertificate": null
                     *       },
                     *       "balancing": "roundRobin",
                     *       "hashKey": null,
                     *       "balanceFactor": null,
                     *       "stickyCookie": {
                     *         "name": "sluice_upstream",
                     *         "sameSite": "lax",
                     *         "secure": false,
                     *         "partitioned": false,
                     *         "maxAgeSeconds": null
                     *       },
                     *       "slowStartMs": null,
                     *       "healthCheck": null,
                     *       "outlierEjection": {
                     *         "consecutiveFailures": 5,
                     *         "shortLivedMs": null,
                     *         "baseMs": 30000,
                     *         "maxMs": 300000
                     *       },
                     *       "onDown": "keep",
                     *       "retries": {
                     *         "attempts": 2,
                     *         "budgetPercent": 20,
                     *         "minPerSecond": 10
                     *       },
                     *       "queue": {
                     *         "maxRequests": 100,
                     *         "maxWaitMs": 1000
                     *       },
                     *       "rewrite": {
                     *         "stripPrefix": false,
                     *         "replacePrefix": null,
                     *         "redirects": "pass",
                     *         "cookies": "pass"
                     *       },
                     *       "upstreamHost": "upstream",
                     *       "requestHeaders": {
                     *         "set": {},
                     *         "remove": []
                     *       },
                     *       "responseHeaders": {
                     *         "set": {},
                     *         "remove": []
                     *       },
                     *       "auth": {
                     *         "mode": "apiKey",
                     *         "sources": [
                     *           "header",
                     *           "query",
                     *           "subprotocol"
                     *         ],
                     *         "jwt": null
                     *       },
                     *       "clientCertificate": "none",
                     *       "allowedOrigins": null,
                     *       "maxConnections": null,
                     *       "messagesPerSecond": null,
                     *       "bytesPerSecond": null,
                     *       "http": "refuse",
                     *       "maxRequestBytes": null,
                     *       "cors": null,
                     *       "requestsPerSecond": null,
                     *       "quota": {
                     *         "connections": null,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "onChange": "keep",
                     *       "onAccessChange": "keep",
                     *       "onMessageRate": "slow",
                     *       "timeouts": {
                     *         "connectMs": 5000,
                     *         "handshakeMs": 10000,
                     *         "responseMs": 60000,
                     *         "idleMs": null,
                     *         "maxLifetimeMs": null
                     *       },
                     *       "keepalive": {
                     *         "pingIntervalMs": 25000
                     *       },
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T10:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Route"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "chat",
                     *       "labels": {},
                     *       "enabled": true,
                     *       "maintenance": null,
                     *       "match": {
                     *         "host": "*",
                     *         "path": "/chat",
                     *         "pathType": "prefix",
                     *         "encodedSlash": "refuse",
                     *         "headers": null,
                     *         "query": null
                     *       },
                     *       "upstreams": [
                     *         {
                     *           "url": "ws://127.0.0.1:9000",
                     *           "discovery": "none",
                     *           "weight": 1,
                     *           "state": "active",
                     *           "backup": false,
                     *           "maxConnections": null,
                     *           "maxPending": null
                     *         }
                     *       ],
                     *       "upstreamTls": {
                     *         "verify": true,
                     *         "serverName": null,
                     *         "ca": null,
                     *         "clientCertificate": null
                     *       },
                     *       "balancing": "roundRobin",
                     *       "hashKey": null,
                     *       "balanceFactor": null,
                     *       "stickyCookie": {
                     *         "name": "sluice_upstream",
                     *         "sameSite": "lax",
                     *         "secure": false,
                     *         "partitioned": false,
                     *         "maxAgeSeconds": null
                     *       },
                     *       "slowStartMs": null,
                     *       "healthCheck": null,
                     *       "outlierEjection": {
                     *         "consecutiveFailures": 5,
                     *         "shortLivedMs": null,
                     *         "baseMs": 30000,
                     *         "maxMs": 300000
                     *       },
                     *       "onDown": "keep",
                     *       "retries": {
                     *         "attempts": 2,
                     *         "budgetPercent": 20,
                     *         "minPerSecond": 10
                     *       },
                     *       "queue": {
                     *         "maxRequests": 100,
                     *         "maxWaitMs": 1000
                     *       },
                     *       "rewrite": {
                     *         "stripPrefix": false,
                     *         "replacePrefix": null,
                     *         "redirects": "pass",
                     *         "cookies": "pass"
                     *       },
                     *       "upstreamHost": "upstream",
                     *       "requestHeaders": {
                     *         "set": {},
                     *         "remove": []
                     *       },
                     *       "responseHeaders": {
                     *         "set": {},
                     *         "remove": []
                     *       },
                     *       "auth": {
                     *         "mode": "apiKey",
                     *         "sources": [
                     *           "header",
                     *           "query",
                     *           "subprotocol"
                     *         ],
                     *         "jwt": null
                     *       },
                     *       "clientCertificate": "none",
                     *       "allowedOrigins": null,
                     *       "maxConnections": null,
                     *       "messagesPerSecond": null,
                     *       "bytesPerSecond": null,
                     *       "http": "refuse",
                     *       "maxRequestBytes": null,
                     *       "cors": null,
                     *       "requestsPerSecond": null,
                     *       "quota": {
                     *         "connections": null,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "onChange": "keep",
                     *       "onAccessChange": "keep",
                     *       "onMessageRate": "slow",
                     *       "timeouts": {
                     *         "connectMs": 5000,
                     *         "handshakeMs": 10000,
                     *         "responseMs": 60000,
                     *         "idleMs": null,
                     *         "maxLifetimeMs": null
                     *       },
                     *       "keepalive": {
                     *         "pingIntervalMs": 25000
                     *       },
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T10:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Route"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRoute: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                Prefer?: string;
            };
            path: {
                tenant: string;
                route: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateRoute: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                Prefer?: string;
            };
            path: {
                tenant: string;
                route: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "enabled": false
                 *     }
                 */
                "application/json": components["schemas"]["RoutePatch"];
                /**
                 * @example {
                 *       "enabled": false
                 *     }
                 */
                "application/merge-patch+json": components["schemas"]["RoutePatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "chat",
                     *       "labels": {},
                     *       "enabled": false,
                     *       "maintenance": null,
                     *       "match": {
                     *         "host": "*",
                     *         "path": "/chat",
                     *         "pathType": "prefix",
                     *         "encodedSlash": "refuse",
                     *         "headers": null,
                     *         "query": null
                     *       },
                     *       "upstreams": [
                     *         {
                     *           "url": "ws://127.0.0.1:9000",
                     *           "discovery": "none",
                     *           "weight": 1,
                     *           "state": "active",
                     *           "backup": false,
                     *           "maxConnections": null,
                     *           "maxPending": null
                     *         }
                     *       ],
                     *       "upstreamTls": {
                     *         "verify": true,
                     *         "serverName": null,
                     *         "ca": null,
                     *         "clientCertificate": null
                     *       },
                     *       "balancing": "roundRobin",
                     *       "hashKey": null,
                     *       "balanceFactor": null,
                     *       "stickyCookie": {
                     *         "name": "sluice_upstream",
                     *         "sameSite": "lax",
                     *         "secure": false,
                     *         "partitioned": false,
                     *         "maxAgeSeconds": null
                     *       },
                     *       "slowStartMs": null,
                     *       "healthCheck": null,
                     *       "outlierEjection": {
                     *         "consecutiveFailures": 5,
                     *         "shortLivedMs": null,
                     *         "baseMs": 30000,
                     *         "maxMs": 300000
                     *       },
                     *       "onDown": "keep",
                     *       "retries": {
                     *         "attempts": 2,
                     *         "budgetPercent": 20,
                     *         "minPerSecond": 10
                     *       },
                     *       "queue": {
                     *         "maxRequests": 100,
                     *         "maxWaitMs": 1000
                     *       },
                     *       "rewrite": {
                     *         "stripPrefix": false,
                     *         "replacePrefix": null,
                     *         "redirects": "pass",
                     *         "cookies": "pass"
                     *       },
                     *       "upstreamHost": "upstream",
                     *       "requestHeaders": {
                     *         "set": {},
                     *         "remove": []
                     *       },
                     *       "responseHeaders": {
                     *         "set": {},
                     *         "remove": []
                     *       },
                     *       "auth": {
                     *         "mode": "apiKey",
                     *         "sources": [
                     *           "header",
                     *           "query",
                     *           "subprotocol"
                     *         ],
                     *         "jwt": null
                     *       },
                     *       "clientCertificate": "none",
                     *       "allowedOrigins": null,
                     *       "maxConnections": null,
                     *       "messagesPerSecond": null,
                     *       "bytesPerSecond": null,
                     *       "http": "refuse",
                     *       "maxRequestBytes": null,
                     *       "cors": null,
                     *       "requestsPerSecond": null,
                     *       "quota": {
                     *         "connections": null,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "onChange": "keep",
                     *       "onAccessChange": "keep",
                     *       "onMessageRate": "slow",
                     *       "timeouts": {
                     *         "connectMs": 5000,
                     *         "handshakeMs": 10000,
                     *         "responseMs": 60000,
                     *         "idleMs": null,
                     *         "maxLifetimeMs": null
                     *       },
                     *       "keepalive": {
                     *         "pingIntervalMs": 25000
                     *       },
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T10:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Route"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRebalance: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                route: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "isRunning": true,
                     *       "startedAt": "2026-11-29T10:10:00.000Z",
                     *       "total": 200,
                     *       "remaining": 120,
                     *       "silentGateways": []
                     *     }
                     */
                    "application/json": components["schemas"]["RebalanceState"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rebalanceRoute: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
                route: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "dryRun": true,
                 *       "threshold": 1.1,
                 *       "closesPerSecond": 50
                 *     }
                 */
                "application/json": components["schemas"]["RebalanceRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "upstreams": [
                     *         {
                     *           "id": "ups_w29rj4kkan05qh8q",
                     *           "url": "ws://10.0.0.5:9000/base",
                     *           "connections": 600,
                     *           "fairShare": 400,
                     *           "closes": 200
                     *         }
                     *       ],
                     *       "closes": 200,
                     *       "periodMs": 4000,
                     *       "silentGateways": []
                     *     }
                     */
                    "application/json": components["schemas"]["RebalanceOutcome"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stopRebalance: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                route: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "isRunning": false,
                     *       "startedAt": "2026-11-29T10:10:00.000Z",
                     *       "total": 80,
                     *       "remaining": 0,
                     *       "silentGateways": []
                     *     }
                     */
                    "application/json": components["schemas"]["RebalanceState"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAllApiKeys: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                sort?: "createdAt" | "-createdAt" | "name" | "-name" | "lastUsedAt" | "-lastUsedAt" | "expiresAt" | "-expiresAt";
                q?: string;
                label?: string[];
                total?: "true" | "false";
                scope?: "connect" | "read" | "manage";
                revoked?: "true" | "false";
                expiresBefore?: string;
                route?: string;
                tenant?: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "name": "web",
                     *           "labels": {
                     *             "env": "prod"
                     *           },
                     *           "scopes": [
                     *             "connect"
                     *           ],
                     *           "routeIds": null,
                     *           "maxConnections": null,
                     *           "messagesPerSecond": 50,
                     *           "bytesPerSecond": null,
                     *           "quota": {
                     *             "connections": 100000,
                     *             "connectionMinutes": null,
                     *             "messages": null,
                     *             "bytes": null
                     *           },
                     *           "expiresAt": null,
                     *           "prefix": "slc_AbC123dEf456",
                     *           "previous": null,
                     *           "revokedAt": null,
                     *           "lastUsedAt": null,
                     *           "createdAt": "2026-11-29T09:10:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null,
                     *       "etags": [
                     *         "\"OEWJiiKXrsqTbnU9mYLzmM7DT3y\""
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                sort?: "createdAt" | "-createdAt" | "name" | "-name" | "lastUsedAt" | "-lastUsedAt" | "expiresAt" | "-expiresAt";
                q?: string;
                label?: string[];
                total?: "true" | "false";
                scope?: "connect" | "read" | "manage";
                revoked?: "true" | "false";
                expiresBefore?: string;
                route?: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "name": "web",
                     *           "labels": {
                     *             "env": "prod"
                     *           },
                     *           "scopes": [
                     *             "connect"
                     *           ],
                     *           "routeIds": null,
                     *           "maxConnections": null,
                     *           "messagesPerSecond": 50,
                     *           "bytesPerSecond": null,
                     *           "quota": {
                     *             "connections": 100000,
                     *             "connectionMinutes": null,
                     *             "messages": null,
                     *             "bytes": null
                     *           },
                     *           "expiresAt": null,
                     *           "prefix": "slc_AbC123dEf456",
                     *           "previous": null,
                     *           "revokedAt": null,
                     *           "lastUsedAt": null,
                     *           "createdAt": "2026-11-29T09:10:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null,
                     *       "etags": [
                     *         "\"OEWJiiKXrsqTbnU9mYLzmM7DT3y\""
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
                Prefer?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "web",
                 *       "scopes": [
                 *         "connect"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ApiKeyCreate"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "web",
                     *       "labels": {
                     *         "env": "prod"
                     *       },
                     *       "scopes": [
                     *         "connect"
                     *       ],
                     *       "routeIds": null,
                     *       "maxConnections": null,
                     *       "messagesPerSecond": 50,
                     *       "bytesPerSecond": null,
                     *       "quota": {
                     *         "connections": 100000,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "expiresAt": null,
                     *       "prefix": "slc_AbC123dEf456",
                     *       "previous": null,
                     *       "revokedAt": null,
                     *       "lastUsedAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "key": "slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000"
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getApiKey: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "web",
                     *       "labels": {
                     *         "env": "prod"
                     *       },
                     *       "scopes": [
                     *         "connect"
                     *       ],
                     *       "routeIds": null,
                     *       "maxConnections": null,
                     *       "messagesPerSecond": 50,
                     *       "bytesPerSecond": null,
                     *       "quota": {
                     *         "connections": 100000,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "expiresAt": null,
                     *       "prefix": "slc_AbC123dEf456",
                     *       "previous": null,
                     *       "revokedAt": null,
                     *       "lastUsedAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceApiKey: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                Prefer?: string;
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "scopes": [
                 *         "connect"
                 *       ],
                 *       "maxConnections": 100
                 *     }
                 */
                "application/json": components["schemas"]["ApiKeyReplace"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "web",
                     *       "labels": {
                     *         "env": "prod"
                     *       },
                     *       "scopes": [
                     *         "connect"
                     *       ],
                     *       "routeIds": null,
                     *       "maxConnections": 100,
                     *       "messagesPerSecond": 50,
                     *       "bytesPerSecond": null,
                     *       "quota": {
                     *         "connections": 100000,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "expiresAt": null,
                     *       "prefix": "slc_AbC123dEf456",
                     *       "previous": null,
                     *       "revokedAt": null,
                     *       "lastUsedAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "web",
                     *       "labels": {
                     *         "env": "prod"
                     *       },
                     *       "scopes": [
                     *         "connect"
                     *       ],
                     *       "routeIds": null,
                     *       "maxConnections": null,
                     *       "messagesPerSecond": 50,
                     *       "bytesPerSecond": null,
                     *       "quota": {
                     *         "connections": 100000,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "expiresAt": null,
                     *       "prefix": "slc_AbC123dEf456",
                     *       "previous": null,
                     *       "revokedAt": null,
                     *       "lastUsedAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "key": "slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000"
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                Prefer?: string;
            };
            path: {
                tenant: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateApiKey: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                Prefer?: string;
            };
            path: {
                tenant: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "maxConnections": 100
                 *     }
                 */
                "application/json": components["schemas"]["ApiKeyPatch"];
                /**
                 * @example {
                 *       "maxConnections": 100
                 *     }
                 */
                "application/merge-patch+json": components["schemas"]["ApiKeyPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "web",
                     *       "labels": {
                     *         "env": "prod"
                     *       },
                     *       "scopes": [
                     *         "connect"
                     *       ],
                     *       "routeIds": null,
                     *       "maxConnections": 100,
                     *       "messagesPerSecond": 50,
                     *       "bytesPerSecond": null,
                     *       "quota": {
                     *         "connections": 100000,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "expiresAt": null,
                     *       "prefix": "slc_AbC123dEf456",
                     *       "previous": null,
                     *       "revokedAt": null,
                     *       "lastUsedAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateApiKey: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
                "Idempotency-Key"?: string;
                Prefer?: string;
            };
            path: {
                tenant: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "graceSeconds": 3600
                 *     }
                 */
                "application/json": components["schemas"]["RotateRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "web",
                     *       "labels": {
                     *         "env": "prod"
                     *       },
                     *       "scopes": [
                     *         "connect"
                     *       ],
                     *       "routeIds": null,
                     *       "maxConnections": null,
                     *       "messagesPerSecond": 50,
                     *       "bytesPerSecond": null,
                     *       "quota": {
                     *         "connections": 100000,
                     *         "connectionMinutes": null,
                     *         "messages": null,
                     *         "bytes": null
                     *       },
                     *       "expiresAt": null,
                     *       "prefix": "slc_AbC123dEf456",
                     *       "previous": {
                     *         "prefix": "slc_000000000000",
                     *         "expiresAt": "2026-11-29T10:10:00.000Z"
                     *       },
                     *       "revokedAt": null,
                     *       "lastUsedAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "key": "slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000"
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedApiKey"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issueTicket: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "ttlSeconds": 30
                 *     }
                 */
                "application/json": components["schemas"]["TicketCreate"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ticket": "slt_0000000000000000000000000000000000000000000_000000",
                     *       "expiresAt": "2026-11-29T10:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedTicket"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "key": "slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000",
                 *       "route": "chat",
                 *       "origin": "https://acme.example"
                 *     }
                 */
                "application/json": components["schemas"]["KeyVerify"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "valid": true,
                     *       "code": null,
                     *       "keyId": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "web",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "scopes": [
                     *         "connect"
                     *       ],
                     *       "routeIds": null,
                     *       "expiresAt": null
                     *     }
                     */
                    "application/json": components["schemas"]["KeyVerification"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConfiguration: {
        parameters: {
            query?: {
                tenant?: string;
                label?: string[];
                full?: "true" | "false";
            };
            header?: {
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": 1,
                     *       "tenants": []
                     *     }
                     */
                    "application/json": components["schemas"]["Configuration"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceConfiguration: {
        parameters: {
            query?: {
                tenant?: string;
                label?: string[];
                dryRun?: "true" | "false";
                deleteTenants?: "true" | "false";
            };
            header?: {
                "If-Match"?: string;
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": 1,
                 *       "tenants": [
                 *         {
                 *           "slug": "acme",
                 *           "routes": [
                 *             {
                 *               "name": "chat",
                 *               "match": {
                 *                 "path": "/chat"
                 *               },
                 *               "upstreams": [
                 *                 {
                 *                   "url": "ws://127.0.0.1:9000"
                 *                 }
                 *               ]
                 *             }
                 *           ],
                 *           "apiKeys": [
                 *             {
                 *               "name": "web",
                 *               "prefix": "slc_AbC123dEf456",
                 *               "secretHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                 *             }
                 *           ]
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ConfigurationReplace"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dryRun": false,
                     *       "revision": 43,
                     *       "created": [
                     *         {
                     *           "kind": "route",
                     *           "id": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "tenant": "acme",
                     *           "name": "*\/chat"
                     *         }
                     *       ],
                     *       "updated": [],
                     *       "deleted": []
                     *     }
                     */
                    "application/json": components["schemas"]["ConfigurationDifference"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    importNginx: {
        parameters: {
            query?: {
                apply?: "true" | "false";
            };
            header?: {
                Prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "files": {
                 *         "nginx.conf": "server { listen 80; server_name chat.example; location /chat { proxy_pass http://127.0.0.1:9000; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\"; } }"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["NginxImport"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "routes": [
                     *         {
                     *           "file": "nginx.conf",
                     *           "line": 12,
                     *           "route": {
                     *             "name": "nginx.conf:12",
                     *             "match": {
                     *               "host": "chat.example",
                     *               "path": "/chat",
                     *               "pathType": "prefix"
                     *             },
                     *             "upstreams": [
                     *               {
                     *                 "url": "http://10.0.0.5:9000"
                     *               }
                     *             ],
                     *             "auth": {
                     *               "mode": "none"
                     *             }
                     *           }
                     *         }
                     *       ],
                     *       "warnings": [
                     *         {
                     *           "file": "nginx.conf",
                     *           "line": 3,
                     *           "column": 5,
                     *           "directive": "gzip",
                     *           "message": "\"gzip\" is not carried over: messages are compressed by client and upstream, which agree on it"
                     *         }
                     *       ],
                     *       "hints": [],
                     *       "difference": null
                     *     }
                     */
                    "application/json": components["schemas"]["NginxImportAnswer"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listRouteUpstreams: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                route: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "upstreams": [
                     *         {
                     *           "id": "ups_0123456789abcdef",
                     *           "url": "ws://127.0.0.1:9000",
                     *           "discovery": "none",
                     *           "weight": 1,
                     *           "state": "active",
                     *           "backup": false,
                     *           "maxConnections": null,
                     *           "maxPending": null,
                     *           "health": [
                     *             {
                     *               "gatewayId": "gtw_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *               "discoveredUrl": null,
                     *               "state": "healthy",
                     *               "since": "2026-11-29T09:10:00.000Z",
                     *               "why": null,
                     *               "lastProbe": {
                     *                 "at": "2026-11-29T10:10:00.000Z",
                     *                 "ok": true,
                     *                 "detail": "it answered the ping",
                     *                 "durationMs": 2
                     *               },
                     *               "connections": 250,
                     *               "pending": 0
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "queues": [
                     *         {
                     *           "gatewayId": "gtw_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "requests": 0
                     *         }
                     *       ],
                     *       "silentGateways": []
                     *     }
                     */
                    "application/json": components["schemas"]["RouteUpstreams"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenantUsage: {
        parameters: {
            query?: {
                routesAfter?: string;
                apiKeysAfter?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "limits": {
                     *         "maxConnections": 1000,
                     *         "messagesPerSecond": null,
                     *         "bytesPerSecond": null
                     *       },
                     *       "total": {
                     *         "connections": 250,
                     *         "fromClients": {
                     *           "messages": 1200,
                     *           "bytes": 148000,
                     *           "messagesPerSecond": 20,
                     *           "bytesPerSecond": 2480
                     *         },
                     *         "fromUpstreams": {
                     *           "messages": 1200,
                     *           "bytes": 148000,
                     *           "messagesPerSecond": 20,
                     *           "bytesPerSecond": 2480
                     *         }
                     *       },
                     *       "gateways": [
                     *         {
                     *           "gatewayId": "gtw_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "connections": 250,
                     *           "fromClients": {
                     *             "messages": 1200,
                     *             "bytes": 148000,
                     *             "messagesPerSecond": 20,
                     *             "bytesPerSecond": 2480
                     *           },
                     *           "fromUpstreams": {
                     *             "messages": 1200,
                     *             "bytes": 148000,
                     *             "messagesPerSecond": 20,
                     *             "bytesPerSecond": 2480
                     *           }
                     *         }
                     *       ],
                     *       "ceilings": [
                     *         {
                     *           "limit": "limits.maxConnections",
                     *           "ceiling": 1000,
                     *           "used": 250
                     *         }
                     *       ],
                     *       "routes": [
                     *         {
                     *           "routeId": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "ceilings": [
                     *             {
                     *               "limit": "maxConnections",
                     *               "ceiling": 200,
                     *               "used": 120
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "apiKeys": [
                     *         {
                     *           "apiKeyId": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "ceilings": [
                     *             {
                     *               "limit": "messagesPerSecond",
                     *               "ceiling": 50,
                     *               "used": 12
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "exhaustedUntil": null,
                     *       "silentGateways": []
                     *     }
                     */
                    "application/json": components["schemas"]["TenantUsage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTenantUsageHistory: {
        parameters: {
            query: {
                limit?: number;
                cursor?: string;
                from: string;
                to: string;
                by?: "hour" | "day";
                groupBy?: "route" | "key";
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "from": "2026-11-29T00:00:00.000Z",
                     *           "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "connections": 310,
                     *           "connectionMs": 7200000,
                     *           "fromClients": {
                     *             "messages": 1200,
                     *             "bytes": 148000
                     *           },
                     *           "fromUpstreams": {
                     *             "messages": 1200,
                     *             "bytes": 142000
                     *           },
                     *           "routeId": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["UsageHistory"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUsageHistory: {
        parameters: {
            query: {
                limit?: number;
                cursor?: string;
                from: string;
                to: string;
                by?: "hour" | "day";
                groupBy?: "route" | "key";
                tenant?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "from": "2026-11-29T00:00:00.000Z",
                     *           "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "connections": 310,
                     *           "connectionMs": 7200000,
                     *           "fromClients": {
                     *             "messages": 1200,
                     *             "bytes": 148000
                     *           },
                     *           "fromUpstreams": {
                     *             "messages": 1200,
                     *             "bytes": 142000
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["UsageHistory"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "wss://chat.acme.example/socket?room=7",
                 *       "headers": [
                 *         {
                 *           "name": "Origin",
                 *           "value": "https://evil.example"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ExplainRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "gatewayId": "gtw_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "verdict": {
                     *         "allowed": false,
                     *         "status": 403,
                     *         "code": "origin_forbidden",
                     *         "detail": "this origin is not in the list of the route",
                     *         "cause": null,
                     *         "limit": null,
                     *         "retryAfterSeconds": null
                     *       },
                     *       "steps": [
                     *         {
                     *           "step": "gateway",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "step": "parse",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "step": "configuration",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "step": "loop",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "step": "match",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "step": "maintenance",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "step": "clientCertificate",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "step": "credentialPlaces",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "step": "tenant",
                     *           "outcome": "passed"
                     *         },
                     *         {
                     *           "step": "origin",
                     *           "outcome": "refused"
                     *         },
                     *         {
                     *           "step": "credential",
                     *           "outcome": "notReached"
                     *         },
                     *         {
                     *           "step": "quota",
                     *           "outcome": "notReached"
                     *         },
                     *         {
                     *           "step": "waitingDials",
                     *           "outcome": "notReached"
                     *         },
                     *         {
                     *           "step": "limits",
                     *           "outcome": "notReached"
                     *         },
                     *         {
                     *           "step": "upstream",
                     *           "outcome": "notReached"
                     *         },
                     *         {
                     *           "step": "address",
                     *           "outcome": "notReached"
                     *         }
                     *       ],
                     *       "request": {
                     *         "host": "chat.acme.example",
                     *         "path": "/socket",
                     *         "origins": [
                     *           "https://evil.example"
                     *         ],
                     *         "subprotocols": []
                     *       },
                     *       "route": {
                     *         "id": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *         "name": "chat",
                     *         "host": "chat.acme.example",
                     *         "path": "/socket",
                     *         "pathType": "prefix",
                     *         "parameters": {}
                     *       },
                     *       "tenant": {
                     *         "id": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *         "slug": "acme",
                     *         "status": "active"
                     *       },
                     *       "credential": {
                     *         "mode": "apiKey",
                     *         "kind": null,
                     *         "source": null,
                     *         "keyId": null,
                     *         "keyName": null,
                     *         "scopes": null,
                     *         "routeIds": null
                     *       },
                     *       "limits": null,
                     *       "upstreams": null,
                     *       "upstreamRequest": null
                     *     }
                     */
                    "application/json": components["schemas"]["ExplainAnswer"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "whk_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "name": "billing",
                     *           "url": "https://hooks.acme.example/sluice",
                     *           "events": [
                     *             "key.revoked",
                     *             "upstream.health"
                     *           ],
                     *           "enabled": true,
                     *           "droppedEvents": 0,
                     *           "previousSecretExpiresAt": null,
                     *           "createdAt": "2026-11-29T09:10:00.000Z",
                     *           "updatedAt": "2026-11-29T09:10:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "billing",
                 *       "url": "https://hooks.acme.example/sluice",
                 *       "events": [
                 *         "key.revoked",
                 *         "upstream.health"
                 *       ],
                 *       "tenant": "acme"
                 *     }
                 */
                "application/json": components["schemas"]["WebhookCreate"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whk_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "billing",
                     *       "url": "https://hooks.acme.example/sluice",
                     *       "events": [
                     *         "key.revoked",
                     *         "upstream.health"
                     *       ],
                     *       "enabled": true,
                     *       "droppedEvents": 0,
                     *       "previousSecretExpiresAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T09:10:00.000Z",
                     *       "secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedWebhook"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whk_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "billing",
                     *       "url": "https://hooks.acme.example/sluice",
                     *       "events": [
                     *         "key.revoked",
                     *         "upstream.health"
                     *       ],
                     *       "enabled": true,
                     *       "droppedEvents": 0,
                     *       "previousSecretExpiresAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: {
                "If-Match"?: string;
            };
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "enabled": false
                 *     }
                 */
                "application/json": components["schemas"]["WebhookPatch"];
                /**
                 * @example {
                 *       "enabled": false
                 *     }
                 */
                "application/merge-patch+json": components["schemas"]["WebhookPatch"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whk_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "billing",
                     *       "url": "https://hooks.acme.example/sluice",
                     *       "events": [
                     *         "key.revoked",
                     *         "upstream.health"
                     *       ],
                     *       "enabled": false,
                     *       "droppedEvents": 0,
                     *       "previousSecretExpiresAt": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-30T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateWebhook: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "graceSeconds": 86400
                 *     }
                 */
                "application/json": components["schemas"]["WebhookRotate"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whk_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "name": "billing",
                     *       "url": "https://hooks.acme.example/sluice",
                     *       "events": [
                     *         "key.revoked",
                     *         "upstream.health"
                     *       ],
                     *       "enabled": true,
                     *       "droppedEvents": 0,
                     *       "previousSecretExpiresAt": "2026-11-30T09:10:00.000Z",
                     *       "createdAt": "2026-11-29T09:10:00.000Z",
                     *       "updatedAt": "2026-11-29T09:10:00.000Z",
                     *       "secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
                     *     }
                     */
                    "application/json": components["schemas"]["IssuedWebhook"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whd_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "webhookId": "whk_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "eventId": "evt_0123456789abcdef0123456789abcdef",
                     *       "type": "webhook.test",
                     *       "state": "pending",
                     *       "attempts": 0,
                     *       "nextAttemptAt": "2026-11-29T09:10:00.000Z",
                     *       "lastError": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                state?: "pending" | "delivered" | "dead";
            };
            header?: never;
            path: {
                webhook: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "whd_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "webhookId": "whk_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "eventId": "evt_0123456789abcdef0123456789abcdef",
                     *           "type": "key.revoked",
                     *           "state": "dead",
                     *           "attempts": 12,
                     *           "nextAttemptAt": "2026-11-30T09:10:00.000Z",
                     *           "lastError": "the answer has the status 500",
                     *           "createdAt": "2026-11-29T09:10:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayWebhookDelivery: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                webhook: string;
                delivery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "whd_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "webhookId": "whk_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "eventId": "evt_0123456789abcdef0123456789abcdef",
                     *       "type": "key.revoked",
                     *       "state": "pending",
                     *       "attempts": 0,
                     *       "nextAttemptAt": "2026-11-30T09:10:00.000Z",
                     *       "lastError": null,
                     *       "createdAt": "2026-11-29T09:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listConnections: {
        parameters: {
            query?: {
                tenant?: string;
                route?: string;
                key?: string;
                gateway?: string;
                clientIp?: string;
                upstream?: string;
                minIdleSeconds?: number;
                maxIdleSeconds?: number;
                openedAfter?: string;
                openedBefore?: string;
                sort?: "openedAt" | "-openedAt" | "bytes" | "-bytes" | "messages" | "-messages" | "idle" | "-idle" | "roundTrip" | "-roundTrip" | "buffered" | "-buffered";
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "con_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "routeId": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "apiKeyId": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "gatewayId": "gtw_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "clientAddress": "203.0.113.7",
                     *           "upstreamUrl": "ws://127.0.0.1:9000",
                     *           "subprotocol": null,
                     *           "bufferedBytes": 0,
                     *           "since": "2026-11-29T09:10:00.000Z",
                     *           "state": "open",
                     *           "fromClient": {
                     *             "messages": 12,
                     *             "frames": 14,
                     *             "controlFrames": 2,
                     *             "bytes": 1480,
                     *             "lastActivityAt": "2026-11-29T10:10:00.000Z",
                     *             "roundTripMs": 0.8
                     *           },
                     *           "fromUpstream": {
                     *             "messages": 12,
                     *             "frames": 14,
                     *             "controlFrames": 2,
                     *             "bytes": 1480,
                     *             "lastActivityAt": "2026-11-29T10:10:00.000Z",
                     *             "roundTripMs": 0.8
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": null,
                     *       "silentGateways": []
                     *     }
                     */
                    "application/json": components["schemas"]["ConnectionPage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    closeConnections: {
        parameters: {
            query?: {
                tenant?: string;
                route?: string;
                key?: string;
                gateway?: string;
                clientIp?: string;
                upstream?: string;
                minIdleSeconds?: number;
                maxIdleSeconds?: number;
                openedAfter?: string;
                openedBefore?: string;
                all?: "true" | "false";
                code?: number;
                reason?: string;
                dryRun?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "matched": 1,
                     *       "closed": 1,
                     *       "silentGateways": []
                     *     }
                     */
                    "application/json": components["schemas"]["CloseOutcome"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    countConnections: {
        parameters: {
            query: {
                tenant?: string;
                route?: string;
                key?: string;
                gateway?: string;
                clientIp?: string;
                upstream?: string;
                minIdleSeconds?: number;
                maxIdleSeconds?: number;
                openedAfter?: string;
                openedBefore?: string;
                by: "tenant" | "route" | "key" | "upstream" | "clientIp";
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "by": "tenant",
                     *       "groups": [
                     *         {
                     *           "group": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "connections": 250
                     *         }
                     *       ],
                     *       "total": 250,
                     *       "isExact": true,
                     *       "silentGateways": []
                     *     }
                     */
                    "application/json": components["schemas"]["ConnectionCounts"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listClosedConnections: {
        parameters: {
            query?: {
                tenant?: string;
                route?: string;
                key?: string;
                gateway?: string;
                clientIp?: string;
                upstream?: string;
                endedBy?: "client" | "upstream" | "gateway";
                code?: number;
                since?: string;
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "con_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "routeId": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "apiKeyId": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "gatewayId": "gtw_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "clientAddress": "203.0.113.7",
                     *           "upstreamUrl": "ws://10.0.0.5:9000/",
                     *           "subprotocol": null,
                     *           "since": "2026-11-29T09:10:00.000Z",
                     *           "closedAt": "2026-11-29T10:10:00.000Z",
                     *           "endedBy": "gateway",
                     *           "closeCode": 1008,
                     *           "reason": "key revoked",
                     *           "durationMs": 60000,
                     *           "fromClient": {
                     *             "messages": 12,
                     *             "bytes": 3400
                     *           },
                     *           "fromUpstream": {
                     *             "messages": 40,
                     *             "bytes": 98000
                     *           }
                     *         }
                     *       ],
                     *       "nextCursor": null,
                     *       "silentGateways": []
                     *     }
                     */
                    "application/json": components["schemas"]["ClosedConnectionPage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                connection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "con_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "routeId": "rte_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "apiKeyId": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "gatewayId": "gtw_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "clientAddress": "203.0.113.7",
                     *       "upstreamUrl": "ws://127.0.0.1:9000",
                     *       "subprotocol": null,
                     *       "bufferedBytes": 0,
                     *       "since": "2026-11-29T09:10:00.000Z",
                     *       "state": "open",
                     *       "fromClient": {
                     *         "messages": 12,
                     *         "frames": 14,
                     *         "controlFrames": 2,
                     *         "bytes": 1480,
                     *         "lastActivityAt": "2026-11-29T10:10:00.000Z",
                     *         "roundTripMs": 0.8
                     *       },
                     *       "fromUpstream": {
                     *         "messages": 12,
                     *         "frames": 14,
                     *         "controlFrames": 2,
                     *         "bytes": 1480,
                     *         "lastActivityAt": "2026-11-29T10:10:00.000Z",
                     *         "roundTripMs": 0.8
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Connection"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    closeConnection: {
        parameters: {
            query?: {
                code?: number;
                reason?: string;
                dryRun?: "true" | "false";
            };
            header?: never;
            path: {
                connection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "matched": 1,
                     *       "closed": 1,
                     *       "silentGateways": []
                     *     }
                     */
                    "application/json": components["schemas"]["CloseOutcome"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOverview: {
        parameters: {
            query?: {
                window?: "1m" | "10m" | "1h";
                tenant?: string;
                sort?: "connections" | "handshakes" | "refusals" | "messages" | "bytes";
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "window": "10m",
                     *       "stepSeconds": 20,
                     *       "lastStepSeconds": 14,
                     *       "until": "2026-11-29T10:10:00.000Z",
                     *       "series": {
                     *         "connections": [
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250,
                     *           250
                     *         ],
                     *         "handshakes": [
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10,
                     *           10
                     *         ],
                     *         "messagesFromClients": [
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400,
                     *           400
                     *         ],
                     *         "messagesFromUpstreams": [
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600,
                     *           600
                     *         ],
                     *         "bytesFromClients": [
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000,
                     *           48000
                     *         ],
                     *         "bytesFromUpstreams": [
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000,
                     *           91000
                     *         ]
                     *       },
                     *       "refusals": [
                     *         {
                     *           "code": "key_invalid",
                     *           "count": 30,
                     *           "values": [
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1,
                     *             1
                     *           ]
                     *         }
                     *       ],
                     *       "total": {
                     *         "connections": 250,
                     *         "handshakes": 300,
                     *         "refusals": 30,
                     *         "messages": 30000,
                     *         "bytes": 4170000
                     *       },
                     *       "tenants": [
                     *         {
                     *           "tenantId": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "connections": 250,
                     *           "handshakes": 300,
                     *           "refusals": 30,
                     *           "messages": 30000,
                     *           "bytes": 4170000
                     *         }
                     *       ],
                     *       "isComplete": true,
                     *       "silentGateways": []
                     *     }
                     */
                    "application/json": components["schemas"]["Overview"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    tapConnection: {
        parameters: {
            query?: {
                payloadBytes?: number;
            };
            header?: never;
            path: {
                connection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openTestConnection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listGateways: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "gtw_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *           "supervisorId": null,
                     *           "version": "0.1.0",
                     *           "startedAt": "2026-11-29T09:10:00.000Z",
                     *           "appliedRevision": 42,
                     *           "connections": 250,
                     *           "state": "ready",
                     *           "refusal": null,
                     *           "drain": null,
                     *           "lastSeenAt": "2026-11-29T10:10:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayPage"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGateway: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gateway: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "gtw_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "supervisorId": null,
                     *       "version": "0.1.0",
                     *       "startedAt": "2026-11-29T09:10:00.000Z",
                     *       "appliedRevision": 42,
                     *       "connections": 250,
                     *       "state": "ready",
                     *       "refusal": null,
                     *       "drain": null,
                     *       "lastSeenAt": "2026-11-29T10:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Gateway"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    drainGateway: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                gateway: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "periodSeconds": 60
                 *     }
                 */
                "application/json": {
                    periodSeconds?: number;
                };
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "gtw_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "supervisorId": null,
                     *       "version": "0.1.0",
                     *       "startedAt": "2026-11-29T09:10:00.000Z",
                     *       "appliedRevision": 42,
                     *       "connections": 250,
                     *       "state": "draining",
                     *       "refusal": null,
                     *       "drain": {
                     *         "startedAt": "2026-11-29T10:10:00.000Z",
                     *         "periodMs": 60000,
                     *         "total": 250,
                     *         "remaining": 250
                     *       },
                     *       "lastSeenAt": "2026-11-29T10:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Gateway"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    undrainGateway: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gateway: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "gtw_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "supervisorId": null,
                     *       "version": "0.1.0",
                     *       "startedAt": "2026-11-29T09:10:00.000Z",
                     *       "appliedRevision": 42,
                     *       "connections": 250,
                     *       "state": "ready",
                     *       "refusal": null,
                     *       "drain": null,
                     *       "lastSeenAt": "2026-11-29T10:10:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Gateway"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listenToEvents: {
        parameters: {
            query?: {
                since?: number;
                epoch?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready",
                     *       "database": "writable",
                     *       "publisher": {
                     *         "state": "inStep",
                     *         "committedRevision": 42,
                     *         "publishedRevision": 42
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "apiKey",
                     *       "name": "web",
                     *       "canManage": true,
                     *       "isPlatform": false,
                     *       "gatewayUrl": "wss://ws.example",
                     *       "tenant": {
                     *         "id": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *         "slug": "acme",
                     *         "name": "Acme"
                     *       },
                     *       "keyId": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "scopes": [
                     *         "manage"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "slc_AbC123dEf456_0000000000000000000000000000000000000000000_000000"
                 *     }
                 */
                "application/json": components["schemas"]["SessionCreate"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "apiKey",
                     *       "name": "web",
                     *       "canManage": true,
                     *       "isPlatform": false,
                     *       "gatewayUrl": "wss://ws.example",
                     *       "tenant": {
                     *         "id": "ten_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *         "slug": "acme",
                     *         "name": "Acme"
                     *       },
                     *       "keyId": "key_01jd3x4m5n6p7q8r9s0t1v2w3x",
                     *       "scopes": [
                     *         "manage"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getIndex: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "docs": "/docs/",
                     *       "openapi": "/openapi.json",
                     *       "paths": {
                     *         "/v1/tenants": {
                     *           "POST": "Create a tenant",
                     *           "GET": "List tenants, with filters, text search and order"
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["ApiIndex"];
                };
            };
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
