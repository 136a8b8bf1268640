/**
 * JWT: verifying the tokens of clients against the key set of their issuer, which is fetched, kept and
 * refreshed within bounds per tenant. The pipeline's identification uses it. Read token-verifier.ts first.
 */
export { TokenVerifier, type AcceptedToken } from './token-verifier.js';
