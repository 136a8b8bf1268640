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

interface DescribedPath {
  template: string;
  pattern: RegExp;
  /** The summary of each operation, by its method. */
  summaries: Readonly<Record<string, string>>;
}

/** The OpenAPI document of the application, generated after its composition, with an index of its paths. */
@Injectable()
export class OpenApiDocument {
  #paths: DescribedPath[] = [];
  #text = '{}';

  get json(): string {
    return this.#text;
  }

  /** Generates the document of all operations, as OpenAPI 3.1. */
  describe(app: NestExpressApplication): void {
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
    this.#paths = Object.entries(document.paths).map(([template, operations]) => ({
      template,
      pattern: new RegExp(`^${template.replaceAll(/\{[^{}]+\}/g, '[^/]+')}/?$`),
      summaries: summariesOf(operations),
    }));
    this.#text = jsonText(document);
  }

  /** The methods of a path; none for an unknown path. */
  methodsOf(path: string): readonly string[] {
    const methods = Object.keys(this.#paths.find(({ pattern }) => pattern.test(path))?.summaries ?? {});
    return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
  }

  /** The summaries of operations whose path has this prefix, by path and method. */
  summariesUnder(start: string): Record<string, Readonly<Record<string, string>>> {
    const found = this.#paths.filter(({ template }) => template.startsWith(start));
    return Object.fromEntries(found.map(({ template, summaries }) => [template, summaries]));
  }
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
