/** Injection tokens of the parts created outside the NestJS modules. */
export const API_SETTINGS = Symbol('ApiSettings');
export const CONFIG_SINK = Symbol('ConfigSink');
export const FLEET = Symbol('Fleet');
export const TICKETS = Symbol('Tickets');
export const DIAL_GATEWAY = Symbol('DialGateway');
export const SEND_WEBHOOK = Symbol('SendWebhook');
export const LOGGER = Symbol('Logger');
export const GATEWAY_IN_PROCESS = Symbol('GatewayInProcess');
export const ADMIN_TOKEN = Symbol('AdminToken');
