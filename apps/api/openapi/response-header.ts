/** A header field of an answer in the OpenAPI document. */
export interface ResponseHeader {
  description: string;
  schema: { type: 'string' };
}

/** A header field whose value is a text. */
export function responseHeader(description: string): ResponseHeader {
  return { description, schema: { type: 'string' } };
}
