import { textIn, wordIn } from '../parts/search-text.js';

const configurationViews = ['export', 'history', 'import', 'nginx'] as const;
export type ConfigurationView = (typeof configurationViews)[number];

export interface ConfigurationSearch {
  view?: ConfigurationView;
  /** Only this tenant. */
  tenant?: string;
}

export function readConfigurationSearch(search: Record<string, unknown>): ConfigurationSearch {
  return { view: wordIn(search, 'view', configurationViews), tenant: textIn(search, 'tenant') };
}
