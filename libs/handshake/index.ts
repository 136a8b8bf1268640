export { acceptKey } from './accept-key.js';
export { composeRefusal, type RefusalExtras } from './compose-refusal.js';
export { composeSwitchingProtocols } from './compose-switching-protocols.js';
export { forwardAnswer, type ForwardAnswerOptions, type ForwardedAnswer } from './forward-answer.js';
export {
  handshakeWithUpstream,
  type UpstreamHandshake,
  type UpstreamHandshakeOptions,
} from './handshake-with-upstream.js';
export { headerValues, type HeaderField } from './header-field.js';
export {
  parseUpgradeRequest,
  type ParsedUpgradeRequest,
  type RequestHead,
  type UpgradeRequest,
} from './upgrade-request.js';
export { UpstreamAnswerReader, type AnswerProgress, type UpstreamAnswer } from './upstream-answer.js';
export { composeUpstreamRequest, type UpstreamRequestOptions } from './upstream-request.js';
export { upstreamTarget, type UpstreamTargetOptions } from './upstream-target.js';
export {
  verifySwitchingProtocols,
  type SwitchingOffer,
  type SwitchingVerdict,
} from './verify-switching-protocols.js';
export { writeRefusal } from './write-refusal.js';
