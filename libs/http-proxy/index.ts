/**
 * HTTP proxy: sends an ordinary request over a connection to an upstream, and streams body and
 * answer; forward-answer.ts does the latter for an answer other than 101 to an upgrade. It knows no
 * routes: the pipeline decides who may ask which upstream, and gives the head for it. Read
 * http-exchange.ts first; kept-connections.ts keeps connections open between requests.
 */
export { answerEmpty } from './answer-empty.js';
export { answerProblem } from './answer-problem.js';
export type { AnswerStream, RequestStream } from './client-streams.js';
export type { ExchangeEnd } from './exchange-end.js';
export { forwardAnswer } from './forward-answer.js';
export { bodyTooLong, HttpExchange } from './http-exchange.js';
export { KeptConnections, type ConnectionTarget } from './kept-connections.js';
export { mayTrail } from './trailers.js';
