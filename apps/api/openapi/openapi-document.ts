import { Injectable } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { requestIdHeader } from '#libs/contract';
import { jsonText } from '#libs/problem-details';
import { answerExamples } from './answer-examples.js';
import { bodyExamples } from './examples.js';
import { problemComponent } from './problem-responses.js';
import { responseHeader } from './response-header.js';
import { convertZodSchema, optionalMark } from './schema-converter.js';

/**
 * The OpenAPI document of the application. It is generated when it is first read: it takes a quarter of the
 * time that the API needs to start.
 */
@Injectable()
export class OpenApiDocument {
  #app: NestExpressApplication | null = null;
  #generated: OpenAPIObject | null = null;
  #text: string | null = null;

  get json(): string {
    this.#text ??= jsonText(this.#document);
    return this.#text;
  }

  /** Sets the application to describe, after its composition. */
  describe(app: NestExpressApplication): void {
    this.#app = app;
  }

  /** The summaries of operations whose path has this prefix, by path and method. */
  summariesUnder(start: string): Record<string, Readonly<Record<string, string>>> {
    const found = Object.entries(this.#document.paths).filter(([template]) => template.startsWith(start));
    return Object.fromEntries(found.map(([template, operations]) => [template, summariesOf(operations)]));
  }

  get #document(): OpenAPIObject {
    if (this.#app === null) throw new Error('the document is read before the application is composed');
    this.#generated ??= generate(this.#app);
    return this.#generated;
  }
}

// All operations, as OpenAPI 3.1.
function generate(app: NestExpressApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, documentHead(), {
    standardSchemaConverter: convertZodSchema,
    autoTagControllers: false,
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: problemComponent },
  };
  markOptionalBodies(document);
  addExamples(document);
  addRequestIds(document);
  return document;
}

function documentHead(): Omit<OpenAPIObject, 'paths'> {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Sluice')
    .setDescription(
      'Declares what the gateways relay. Authorize with the admin token (the first start writes it to the file ' +
        '`admin-token` beside the database), with the token of an operator, or with an API key of the scope `manage`, or `read` for GET only.',
    )
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'Admin token, token of an operator, or API key of scope `manage` or `read`',
    })
    .addTag('tenants', 'Isolated customers, their limits and their status')
    .addTag('routes', 'What to match, and where and how to proxy it')
    .addTag('api-keys', 'Credentials of tenants; a key is shown once and never stored')
    .addTag('config', 'The whole configuration as one document')
    .addTag('operators', 'People and programs that run the platform, each with a separate token')
    .addTag('audit', 'Who changed what; entries are never modified')
    .addTag('connections', 'Live connections: list, close and tap them')
    .addTag('gateways', 'The processes that relay')
    .addTag('events', 'A live stream of changes and events')
    .addTag('explain', 'Why a URL is refused')
    .addTag('webhooks', 'Events that are sent to a URL')
    .addTag('session', 'Sign in to the console')
    .addTag('health', 'For orchestrators and monitoring')
    .build();
}

function summariesOf(operations: object): Record<string, string> {
  const described = Object.entries(operations as Record<string, { summary?: string }>);
  return Object.fromEntries(described.map(([method, { summary = '' }]) => [method.toUpperCase(), summary]));
}

// The framework marks every body as required.
function markOptionalBodies(document: OpenAPIObject): void {
  for (const { post, put, patch } of Object.values(document.paths)) {
    for (const operation of [post, put, patch]) {
      const body = operation?.requestBody;
      if (body === undefined || !('content' in body)) continue;
      for (const { schema = {} } of Object.values(body.content)) {
        if (!(optionalMark in schema)) continue;
        Reflect.deleteProperty(schema, optionalMark);
        body.required = false;
      }
    }
  }
}

function addExamples(document: OpenAPIObject): void {
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.post, path.put, path.patch, path.delete]) {
      const id = operation?.operationId ?? '';
      putExample(operation?.requestBody, bodyExamples[id]);
      for (const [status, answer] of Object.entries(operation?.responses ?? {})) {
        if (status.startsWith('2'))
          putExample(answer, answerExamples[`${id} ${status}`] ?? answerExamples[id]);
      }
    }
  }
}

function addRequestIds(document: OpenAPIObject): void {
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.post, path.put, path.patch, path.delete]) {
      for (const response of Object.values(operation?.responses ?? {})) {
        if (response === undefined || '$ref' in response) continue;
        response.headers = { ...response.headers, [requestIdHeader]: requestIdField };
      }
    }
  }
}

const requestIdField = responseHeader(
  'Id of the request: that of the client if it sent a valid one (1 to 64 of `A-Z a-z 0-9 . _ -`), or else a new one',
);

function putExample(message: object | undefined, example: object | undefined): void {
  if (message === undefined || example === undefined || !('content' in message)) return;
  for (const content of Object.values(message.content as Record<string, object>)) {
    Object.assign(content, { example });
  }
}
