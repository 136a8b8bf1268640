/**
 * Where something stands in a configuration. Lines and columns count from 1, and columns count characters.
 */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/**
 * The configuration is wrong, as nginx would say at its start. It is thrown inside this
 * lib, and reported by its door.
 */
export class ConfigFault extends Error {
  constructor(
    readonly place: Place,
    message: string,
  ) {
    super(message);
  }
}
