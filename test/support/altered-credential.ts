/** The credential with its last character replaced by another one of the same alphabet: never the same credential. */
export function alteredCredential(credential: string): string {
  return `${credential.slice(0, -1)}${credential.endsWith('0') ? '1' : '0'}`;
}
