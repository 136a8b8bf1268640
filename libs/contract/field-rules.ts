/**
 * The rules of fields by their stable codes, with which programs and the console distinguish the errors of
 * fields. A text is the message of a rule that has the same one everywhere; null: its messages name what is
 * expected of the field.
 */
export const fieldRules = {
  /** Any rule without a code of its own: only the message says which. */
  invalid: null,
  required: null,
  not_null: null,
  wrong_type: null,
  not_a_choice: null,
  too_small: null,
  too_large: null,
  too_short: null,
  too_long: null,
  too_few: null,
  too_many: null,
  unknown_field: 'there is no such field',
  read_only: 'is read-only: leave it out, or send it as it was read',
  repeated: null,
  taken: null,
  not_found: null,
  not_granted: null,
  in_the_past: null,
  only_with_types: null,

  control_characters: 'control characters are not allowed',
  form_of_an_id: 'a name cannot have the form of an id',
  moment: 'expected a moment like "2026-11-22T14:00:00Z" or "2026-11-22T15:00:00+01:00" (RFC 3339)',
  token: 'expected a token',
  slug: 'expected lower-case letters, digits and inner hyphens, like "acme-eu"',
  label_name:
    'expected 1 to 63 lower-case letters, digits, and inner "-", "_", "." and "/", like "example.com/team"',
  route_reference: 'expected the id or the name of a route of the tenant',

  // Written again in host.ts; the tests of the API compare the codes.
  host: 'expected a host name without scheme, port or path, like "chat.example", "*.example" or "*"',
  host_ipv6: 'an IPv6 address cannot be matched by itself; use "*" to match requests to it',
  tenant_host: 'expected a host name or "*.suffix"; to allow any host, set the whole list to null',
  origin:
    'expected an origin like "https://app.example", "https://*.example", "capacitor://localhost" or "null"',
  server_name: 'expected a host name',

  url_required: 'a URL is required, like "ws://10.0.0.5:9000"',
  url_scheme: 'the URL must start with ws://, wss://, http:// or https://',
  url_malformed: 'this is not a URL like "ws://10.0.0.5:9000" or "ws://[fd00::5]:9000"',
  url_credentials: 'credentials in the URL are not allowed; set a request header instead',
  url_query: 'a query or fragment in the URL is not allowed',
  url_port: 'port 0 is not allowed',
  url_host: 'the URL has no host after "//"',
  url_backslash: 'a backslash in the URL is not allowed',
  url_not_ascii: 'the URL has white space or characters outside ASCII, which must be percent-encoded',
  jwks_url_scheme: 'the URL must start with https://',
  jwks_url_malformed: 'this is not a URL like "https://id.example/jwks.json"',
  upstream_repeated: 'this upstream is listed twice; use a weight to give it more connections',
  discovery_address: 'upstreams are discovered under a name, not an address',
  discovery_port: 'the port comes from the SRV records',

  header_name: 'expected a header field name',
  header_value: 'expected printable ASCII without line breaks',
  header_reserved: 'this header field belongs to the connection or to the gateway and cannot be changed',
  header_of_host: 'this header field applies to the whole host and cannot be set by a route',
  header_repeated: 'this header field is listed twice, in different letter cases',
  dollar_sign: 'a "$" does not start a variable; write "$$" for a dollar sign',
  cors_header: 'expected a header field name; allowedHeaders: null allows any',
  method: 'expected a method in upper case, like "GET"',
  cors_origins: 'requires allowedOrigins, since browsers send no credentials to any origin',
  cors_null_origin: 'is not possible with the origin "null", which any page can have',

  condition_without_value: 'must be "exact" without a value',
  template_encoded_slash: 'a template does not allow encoded slashes; expected "refuse"',
  only_without_strip_prefix: 'is allowed only with "stripPrefix": false',
  hash_key_name: 'is required with "header", "cookie" and "query", and allowed only with these',
  hash_key_segment: 'is required with "pathSegment", and allowed only with it',
  hash_key: 'is required with balancing "consistentHash", and allowed only with it',
  only_with_hash: 'is allowed only with balancing "consistentHash"',
  not_with_hash:
    'is not allowed with balancing "consistentHash": gateways would disagree while a share grows',
  only_with_secure: 'is allowed only with "secure": true',
  health_path: 'expected a path like "/health", with or without a query',

  certificates: 'expected certificates in PEM',
  private_key: 'expected a private key in PEM, without a passphrase',
  key_pair: 'must be set together with clientCertificate, and be its private key',
  jwt: 'is required with mode "jwt", and allowed only with it',
  jwt_keys: 'exactly one of jwksUrl and keys must be set; the other one must be null',
  claim_value: 'expected a string of at most 512 characters, a number, true or false',
  claim_too_large: 'a whole number above 2^53 loses precision; expected a smaller number, or a string',
} as const;

export type FieldCode = keyof typeof fieldRules;

const codes = new Map<string, FieldCode>(
  Object.entries(fieldRules).flatMap(([code, text]) => (text === null ? [] : [[text, code as FieldCode]])),
);

/** The code of a message. Checks of a format pass on nothing but their message. */
export function fieldCodeOf(message: string): FieldCode {
  return codes.get(message) ?? 'invalid';
}
