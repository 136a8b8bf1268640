import type { Secret } from './evidence.js';

/** Every secret of a run, recorded at its creation. */
export class KeptSecrets {
  readonly all: Secret[] = [];

  keep(name: string, text: string, allowedIn: readonly string[] = []): string {
    this.all.push({ name, text, allowedIn });
    return text;
  }

  /**
   * A key, a ticket or an operator's token consists of a public prefix, which may be shown, and the secret.
   */
  keepKey(name: string, key: string): string {
    this.keep(name, key.slice(key.lastIndexOf('_') + 1));
    return key;
  }

  keepToken(name: string, token: string): string {
    this.keep(`the signature of ${name}`, token.slice(token.lastIndexOf('.') + 1));
    this.keep(`the claims of ${name}`, token.split('.')[1] ?? '');
    return token;
  }
}
