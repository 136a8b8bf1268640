/**
 * The pipeline: the steps of a connection from a parsed request to its end record (match, admit, dial, join,
 * relay, end), and the review of live connections after a change of the configuration. The gateway creates
 * one for each process and gives it each upgrade request. Read pipeline.ts first, then admission.ts; the
 * rules that admission applies are in checks/.
 */
export * from './admission.js';
export { ConnectionRates } from './connection-rates.js';
export * from './connection-record.js';
export * from './connection-reviewer.js';
export { Explainer, type ExplainedUpgrade } from './explanation/explainer.js';
export * from './pipeline.js';
export { HttpPipeline } from './http/http-pipeline.js';
export type { HttpRecord } from './http/http-record.js';
export { RequestReviewer } from './http/request-reviewer.js';
export type { IncomingRequest, MatchedRequest } from './http/incoming-request.js';
