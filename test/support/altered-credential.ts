/** The credential with its last character replaced by a different one of the same alphabet. */
export function alteredCredential(credential: string): string {
  return `${credential.slice(0, -1)}${credential.endsWith('0') ? '1' : '0'}`;
}
