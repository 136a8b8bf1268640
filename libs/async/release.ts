/** Releases what was acquired; safe to call twice. */
export type Release = () => void;
