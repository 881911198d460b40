import { z } from 'zod';
import type { Route } from '../http/context.ts';
import { API_PREFIX, type Endpoint, type Operation } from './endpoint.ts';
import { components } from './schemas.ts';

type Json = Readonly<Record<string, unknown>>;

const PROBLEM = { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } };
const COMMON_ERRORS: Readonly<Record<number, string>> = {
  401: '`unauthorized`: no key, or one that is unknown, revoked or of a disabled agent',
  404: '`not_found`: no such thing, or not for this agent',
  422: '`invalid`: `fields` says which parts of the query or body are wrong',
  500: '`internal`: a fault of ours; `reference` finds it in the log',
};

const BODY_ERRORS: Readonly<Record<number, string>> = {
  400: '`bad_request`: the body is not a JSON object',
  413: '`too_large`',
  415: '`media_type`: not JSON',
};

/** The OpenAPI 3.1 document of these operations, made from the schemas that parse and answer. */
export function openApiDocument(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const { operation } of endpoints) {
    const path = API_PREFIX + operation.path.replace(':id', '{id}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: operationObject(operation) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Centrala', version, description: 'docs/api.md tells the rules that hold for every operation.' },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'Made by `centrala api-key create`.' } },
    },
  };
}

/** `GET /api/v1/openapi.json`: says nothing secret, so it needs no key. Made when somebody first asks. */
export function openApiRoute(endpoints: readonly Endpoint[], version: string): Route {
  let text: string | null = null;
  return {
    method: 'GET',
    path: `${API_PREFIX}/openapi.json`,
    may: 'public',
    handle: (ctx) => {
      text ??= JSON.stringify(openApiDocument(endpoints, version));
      ctx.type = 'json';
      ctx.body = text;
    },
  };
}

function operationObject(operation: Operation): Json {
  const { summary, description, query, body, errors } = operation;
  return {
    operationId: operationId(operation),
    tags: [operation.path.split('/')[1]],
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: [...(operation.path.includes(':id') ? [ID_PARAMETER] : []), ...(query ? queryParameters(query) : [])],
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: inputSchema(body) } } } } : {}),
    responses: {
      [operation.status]: { description: 'Done', content: answerContent(operation) },
      ...errorResponses({ ...COMMON_ERRORS, ...(body ? BODY_ERRORS : {}), ...errors }),
    },
  };
}

const ID_PARAMETER = { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } };

/** "GET /conversations/:id/messages" is `getConversationsMessages`, "GET /conversations/:id" is `getConversationsById`. */
function operationId({ method, path }: Operation): string {
  const words = path.split(/[/-]/).filter((word) => word !== '' && word !== ':id');
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return `${method.toLowerCase()}${name}${path.endsWith('/:id') ? 'ById' : ''}`;
}

function queryParameters(query: z.ZodObject): readonly Json[] {
  const { properties = {}, required = [] } = inputSchema(query) as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function answerContent({ response }: Operation): Json {
  if (!response) return { '*/*': { schema: { type: 'string', contentMediaType: 'application/octet-stream' } } };
  const name = components.get(response)?.id;
  if (name === undefined) throw new Error('every answer schema needs a name: use named()');
  return { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
}

const errorResponses = (errors: Readonly<Record<number, string>>): Json =>
  Object.fromEntries(Object.entries(errors).map(([status, description]) => [status, { description, content: PROBLEM }]));

function componentSchemas(): Json {
  const { schemas } = z.toJSONSchema(components, { uri: (id) => `#/components/schemas/${id}`, override: loosen });
  return Object.fromEntries(Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [name, schema]));
}

function inputSchema(schema: z.ZodType): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', metadata: z.registry() as never, override: plainDates });
  return rest;
}

type Override = NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override'];

const plainDates: NonNullable<Override> = ({ jsonSchema }) => {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
};

/** Answers may gain fields in a later version, so their schemas do not forbid what they do not name. */
const loosen: NonNullable<Override> = (found) => {
  plainDates(found);
  if (found.jsonSchema.additionalProperties === false) delete found.jsonSchema.additionalProperties;
};
