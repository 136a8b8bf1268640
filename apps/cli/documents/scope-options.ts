/** The options that narrow a document to a scope. */
export const scopeOptions = {
  tenant: { type: 'string', value: 'TENANT', description: 'only this tenant, with its routes and API keys' },
  label: {
    type: 'string',
    multiple: true,
    value: 'LABEL',
    description: 'only resources with this label, like env=prod; may be repeated',
  },
} as const;

export type QueryParameter = [name: string, value: string];

/** The query parameters of a scope. */
export function scopeQuery({
  tenant,
  label = [],
}: {
  tenant?: string | undefined;
  label?: readonly string[] | undefined;
}): QueryParameter[] {
  const labels = label.map((text): QueryParameter => ['label', text]);
  return tenant === undefined ? labels : [['tenant', tenant], ...labels];
}
