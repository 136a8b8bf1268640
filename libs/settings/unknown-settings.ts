import { closest, distance } from 'fastest-levenshtein';
import { settingGroups } from './definitions/groups.js';
import type { Environment } from './setting-readers.js';

const knownNames = settingGroups.flatMap(({ settings }) => settings.map(({ name }) => name));

// Variables that the command `sluice` and the tests read.
const settingsOfTools = /^SLUICE_(API_URL$|TEST_)/;
// Kubernetes sets variables for each service of a namespace: a service `sluice-api` makes SLUICE_API_PORT.
const kubernetesService = /_SERVICE_(HOST|PORT)$/;
const kubernetesPort = /_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;
const maxDistance = 5;

export interface UnknownSetting {
  name: string;
  /** The setting with the most similar name; null if none is similar. */
  nearest: string | null;
}

/** The environment variables that look like settings of Sluice but are unknown, in alphabetical order. */
export function unknownSettings(environment: Environment): UnknownSetting[] {
  const known = new Set(knownNames);
  return Object.keys(environment)
    .filter((name) => name.startsWith('SLUICE_') && !known.has(name))
    .filter((name) => !settingsOfTools.test(name) && !isOfKubernetes(name, environment[name] ?? ''))
    .sort()
    .map((name) => ({ name, nearest: nearestTo(name) }));
}

function isOfKubernetes(name: string, value: string): boolean {
  if (kubernetesService.test(name) || name.includes('_SERVICE_PORT_') || kubernetesPort.test(name))
    return true;
  // The value is a URL there; a mistyped SLUICE_API_PORT=3000 has a number.
  return name.endsWith('_PORT') && value.includes('://');
}

function nearestTo(name: string): string | null {
  const nearest = closest(name, knownNames);
  return distance(name, nearest) <= maxDistance ? nearest : null;
}
