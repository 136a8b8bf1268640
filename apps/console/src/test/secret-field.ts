import type { HeaderField } from '../parts/header-lines.js';

/** Whether a header field carries a secret, by its name. */
export function isSecretField({ name }: Pick<HeaderField, 'name'>): boolean {
  return /auth|cookie|key|token|secret/i.test(name);
}
