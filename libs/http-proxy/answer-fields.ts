import {
  answerHeaders,
  fieldName,
  type ChangeAnswerHeaders,
  type HeaderField,
  type UpstreamAnswer,
} from '#libs/handshake';

/**
 * The end-to-end fields of a final answer for the client, changed as the route says. A 204 must not have
 * Content-Length; in a 304 it is the length that a 200 would have had (RFC 9110 §8.6).
 */
export function answerFields(
  { statusCode, headers }: Pick<UpstreamAnswer, 'statusCode' | 'headers'>,
  change: ChangeAnswerHeaders | null,
): HeaderField[] {
  const fields = answerHeaders(headers, change);
  return statusCode === 204 ? fields.filter(([name]) => fieldName(name).lower !== 'content-length') : fields;
}
