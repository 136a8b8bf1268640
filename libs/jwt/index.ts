export { TokenVerifier, type AcceptedToken, type TokenResult } from './token-verifier.js';
