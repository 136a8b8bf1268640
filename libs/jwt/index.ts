export { TokenVerifier, type AcceptedToken } from './token-verifier.js';
