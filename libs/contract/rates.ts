import { limitSchema } from './fields.js';

type RateSchema = ReturnType<ReturnType<typeof limitSchema>['default']>;

/** The rates of the connections of a route or an API key. */
export function rateFieldsOf(
  owner: 'route' | 'key',
): Record<'messagesPerSecond' | 'bytesPerSecond', RateSchema> {
  const scope = `of the connections of the ${owner}, in each gateway and each direction; null means no limit`;
  return {
    messagesPerSecond: limitSchema(1)
      .default(null)
      .meta({ description: `Maximum number of messages per second ${scope}` }),
    bytesPerSecond: limitSchema(1)
      .default(null)
      .meta({ description: `Maximum number of bytes per second ${scope}` }),
  };
}
