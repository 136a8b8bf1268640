export const configurationViews = ['export', 'history', 'import', 'nginx'] as const;
export type ConfigurationView = (typeof configurationViews)[number];

export interface ConfigurationSearch {
  view?: ConfigurationView;
  /** Only this tenant. */
  tenant?: string;
}

export function readConfigurationSearch(search: Record<string, unknown>): ConfigurationSearch {
  const { tenant } = search;
  return {
    view: configurationViews.find((view) => view === search['view']),
    tenant: typeof tenant === 'string' && tenant !== '' ? tenant : undefined,
  };
}
