export interface HeaderField {
  name: string;
  value: string;
}

/** The header fields in a text with one `Name: value` in each line; null if a line is not one. */
export function headerFieldsIn(text: string): HeaderField[] | null {
  const fields: HeaderField[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    if (colon < 1) return null;
    fields.push({ name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() });
  }
  return fields;
}
