/** A secret, and the places that may contain it in plain text. */
export interface Secret {
  name: string;
  text: string;
  allowedIn?: readonly string[];
}

/** All output of Sluice, by place. */
export class Evidence {
  readonly #texts = new Map<string, string[]>();

  add(place: string, content: string | Buffer): void {
    const text = typeof content === 'string' ? content : content.toString('latin1');
    const texts = this.#texts.get(place);
    if (texts) texts.push(text);
    else this.#texts.set(place, [text]);
  }

  get places(): string[] {
    return [...this.#texts.keys()].sort();
  }

  /** The occurrences of the secret, in any encoding, as `place: …surrounding text…`. */
  findings({ text }: Pick<Secret, 'text'>): { place: string; around: string }[] {
    const forms = formsOf(text);
    return [...this.#texts].flatMap(([place, texts]) =>
      texts.flatMap((content) => {
        const at = forms.map((form) => content.indexOf(form)).find((index) => index !== -1);
        return at === undefined ? [] : [{ place, around: content.slice(Math.max(0, at - 150), at + 20) }];
      }),
    );
  }

  /** One line for each secret in a place that must not contain it. */
  leaks(secrets: readonly Secret[]): string[] {
    return secrets.flatMap((secret) =>
      this.findings(secret)
        .filter(({ place }) => !secret.allowedIn?.includes(place))
        .map(({ place, around }) => `${secret.name} in ${place}: …${around}`),
    );
  }
}

/**
 * The text unchanged, URL-encoded, in hexadecimal, and in Base64 of both alphabets at every offset in a
 * longer text.
 */
export function formsOf(text: string): string[] {
  const hexadecimal = Buffer.from(text).toString('hex');
  const encoded = [0, 1, 2].map((offset) => base64Within(text, offset));
  const base64url = encoded.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  const percent = encodeURIComponent(text);
  const forms = [text, percent, percent.toLowerCase(), hexadecimal, hexadecimal.toUpperCase()];
  return [...new Set([...forms, ...encoded, ...base64url])];
}

// Only the characters that do not depend on the surrounding text.
function base64Within(text: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  return whole.slice(offset === 0 ? 0 : 4);
}
