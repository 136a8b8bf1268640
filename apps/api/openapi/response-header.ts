/** A header field of a response in the OpenAPI document. */
export interface ResponseHeader {
  description: string;
  schema: { type: 'string' };
}

/** A header field with a string value. */
export function responseHeader(description: string): ResponseHeader {
  return { description, schema: { type: 'string' } };
}
