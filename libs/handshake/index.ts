/**
 * Handshake: parses the client's upgrade request, composes the request to the upstream, verifies its 101, and
 * composes answers and refusals. The pipeline and the listeners use it. Read upgrade-request.ts first.
 */
export type { ChangeAnswerHeaders } from './answer-headers.js';
export { composeRefusal, type RefusalExtras } from './compose-refusal.js';
export { composeSwitchingProtocols } from './compose-switching-protocols.js';
export { cookieValues, hasCookies, withoutCookie } from './cookies.js';
export { parseExtensionList } from './extension-list.js';
export { forwardAnswer } from './forward-answer.js';
export { handshakeWithUpstream, type UpstreamHandshake } from './handshake-with-upstream.js';
export { fieldName } from './field-name.js';
export { headerFields, headerValues, onlyHeaderValue, type HeaderField } from './header-field.js';
export { composeFieldLines } from './message-head.js';
export { readRequestHead } from './request-head.js';
export { parseUpgradeRequest, type RequestHead, type UpgradeRequest } from './upgrade-request.js';
export type { UpstreamAnswer } from './upstream-answer.js';
export { composeUpstreamRequest } from './upstream-request.js';
export { upstreamTarget } from './upstream-target.js';
export { writeRefusal } from './write-refusal.js';
