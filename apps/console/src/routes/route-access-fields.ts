import type { FieldSpec } from '../form/field-spec.js';
import { valueAt } from '../form/form-value.js';

/** Who may connect. */
export const accessFields: readonly FieldSpec[] = [
  {
    kind: 'choice',
    path: 'auth.mode',
    label: 'route.auth.mode',
    options: { apiKey: 'route.auth.apiKey', jwt: 'route.auth.jwt', none: 'route.auth.none' },
  },
  {
    kind: 'several',
    path: 'auth.sources',
    label: 'route.auth.sources',
    options: {
      header: 'route.auth.header',
      query: 'route.auth.query',
      subprotocol: 'route.auth.subprotocol',
    },
  },
  {
    kind: 'choice',
    path: 'clientCertificate',
    label: 'route.clientCertificate',
    options: { none: 'route.clientCertificate.none', required: 'route.clientCertificate.required' },
  },
  {
    kind: 'lines',
    path: 'allowedOrigins',
    label: 'route.allowedOrigins',
    hint: 'route.allowedOrigins.hint',
    isNullable: true,
    isWide: true,
    placeholder: 'https://app.acme.example',
  },
];

/** How tokens are verified. */
export const jwtSection: FieldSpec = {
  kind: 'group',
  path: 'auth.jwt',
  label: 'route.jwt',
  isFor: (value) => valueAt(value, 'auth.mode') === 'jwt' || valueAt(value, 'auth.jwt') !== null,
  initial: {
    issuer: '',
    audience: [],
    jwksUrl: null,
    keys: null,
    requiredClaims: {},
    algorithms: ['RS256', 'ES256', 'EdDSA'],
    clockToleranceSeconds: 0,
  },
  fields: [
    { kind: 'text', path: 'issuer', label: 'route.jwt.issuer', isCode: true },
    { kind: 'text', path: 'jwksUrl', label: 'route.jwt.jwksUrl', isCode: true, isNullable: true },
    { kind: 'number', path: 'clockToleranceSeconds', label: 'route.jwt.clockToleranceSeconds' },
    { kind: 'lines', path: 'audience', label: 'route.jwt.audience' },
    { kind: 'lines', path: 'algorithms', label: 'route.jwt.algorithms' },
    {
      kind: 'json',
      path: 'requiredClaims',
      label: 'route.jwt.requiredClaims',
      placeholder: '{ "scope": "chat" }',
    },
    { kind: 'json', path: 'keys', label: 'route.jwt.keys', placeholder: '[{ "kty": "EC", … }]' },
  ],
};
