import type { AttackFamily } from '../attack-case.js';
import { admitted, withLines } from '../case-builders.js';

export const spoofedFields: AttackFamily = {
  name: 'spoofed forwarding fields',
  cases: [
    ...[
      'X-Forwarded-For',
      'X_Forwarded_For',
      'x-forwarded_for',
      'X-FORWARDED-FOR',
      'Forwarded',
      'X-Real-IP',
      'X_Real_Ip',
      'X-Forwarded-Host',
      'X_Forwarded_Host',
      'X-Forwarded-Proto',
      'X-Forwarded-Port',
      'X-Forwarded-Server',
      'Client-Cert',
      'Client_Cert',
      'Client-Cert-Chain',
      'X.Forwarded.For',
      'X-Client-IP',
      'True-Client-IP',
      'X-Original-URL',
      'X_Original_Url',
      'X-Original-Host',
      'X-Rewrite-URL',
      'x_rewrite_url',
      'Sec_WebSocket_Protocol',
      'Content_Length',
      'Transfer_Encoding',
    ].map((name) =>
      admitted(`a spoofed ${name}`, withLines(`${name}: for=203.0.113.9`), {
        has: ['\r\nX-Forwarded-For: 127.0.0.1\r\n'],
        hasNot: ['203.0.113.9', /\n[^:\r]*_[^:\r]*: /],
      }),
    ),
    ...['X-Tenant', 'x-tenant', 'X_Tenant', 'x_TENANT'].map((name) =>
      admitted(
        `a spoofed ${name}, which the route sets`,
        withLines(`${name}: evil`),
        { has: ['\r\nX-Tenant: acme\r\n'], hasNot: ['evil'] },
        { requestHeaders: { set: { 'X-Tenant': 'acme' } } },
      ),
    ),
    ...['X-Internal', 'x_internal'].map((name) =>
      admitted(
        `a spoofed ${name}, which the route removes`,
        withLines(`${name}: evil`),
        { hasNot: ['evil'] },
        { requestHeaders: { remove: ['X-Internal'] } },
      ),
    ),
  ],
};
