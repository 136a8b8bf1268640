/** The fields of a JSON object; null if the value is something else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return isObject(value) && !Array.isArray(value) ? value : null;
}

/** The fields of the JSON object in a text; null if it is none. */
export function parsedFields(text: unknown): Readonly<Record<string, unknown>> | null {
  try {
    return typeof text === 'string' ? fieldsOf(JSON.parse(text)) : null;
  } catch {
    return null;
  }
}

export function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

export function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
