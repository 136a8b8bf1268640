/** Releases an acquired resource; safe to call twice. */
export type Release = () => void;
