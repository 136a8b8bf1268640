/**
 * Handshake: parses the client's upgrade request, composes the request to the upstream, verifies its 101, and
 * composes answers and refusals. The pipeline and the listeners use it. Read upgrade-request.ts first.
 */
export { AnsweringStream } from './answering-stream.js';
export { answerHeaders, type ChangeAnswerHeaders } from './answer-headers.js';
export { composeNoUpgrade } from './compose-no-upgrade.js';
export { composeProblem, composeRefusal, type RefusalExtras } from './compose-refusal.js';
export { composeSwitchingProtocols, switchedFields } from './compose-switching-protocols.js';
export { cookieValues, hasCookies, withoutCookie } from './cookies.js';
export { parseExtensionList } from './extension-list.js';
export { endAndLinger } from './end-and-linger.js';
export { handshakeWithUpstream, type UpstreamHandshake } from './handshake-with-upstream.js';
export { readFieldLine } from './field-line.js';
export { fieldName } from './field-name.js';
export { headerFields, headerValues, onlyHeaderValue, type HeaderField } from './header-field.js';
export { otherForwardingHeaders } from './forwarding-names.js';
export { composeFieldLines, composeHead, unbroken } from './message-head.js';
export { hasToken } from './token-list.js';
export { OrdinaryUpgrade, upgradeRanges } from './ordinary-upgrade.js';
export { refuseClient } from './refuse-client.js';
export { readRequestBody, type ReadRequestBody, type RequestBody } from './request-body.js';
export { readRequestHead, type ReceivedHead } from './request-head.js';
export { parseRequestMessage, type RequestHead, type RequestMessage } from './request-message.js';
export { parseUpgradeRequest, type UpgradeRequest } from './upgrade-request.js';
export { UpstreamAnswerReader, type InterimAnswer, type UpstreamAnswer } from './upstream-answer.js';
export {
  composeOrdinaryRequest,
  composeUpstreamRequest,
  ordinaryRequestFields,
  type UpstreamRequestOptions,
} from './upstream-request.js';
export { upstreamTarget } from './upstream-target.js';
