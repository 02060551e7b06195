import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

/** Installs the OpenAPI document, made from the contracts, and its readable page; must come before the routes. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Greenlight',
        version: '0.1.0',
        description:
          'Lists are paged by cursor; every error is {error: {code, message, details?, requestId?}} with a stable code.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'greenlight.session_token' },
          token: { type: 'http', scheme: 'bearer', description: 'A token from POST /api/tokens.' },
          workerToken: { type: 'http', scheme: 'bearer', description: 'The machine token of a worker.' },
          inferenceToken: { type: 'http', scheme: 'bearer', description: 'The token of the inference service.' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, { routePrefix: '/api/docs' });
  // Written once: it is large, and anybody may ask for it.
  let document: Buffer | undefined;
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    document ??= Buffer.from(JSON.stringify(app.swagger()));
    return reply.type('application/json; charset=utf-8').send(document);
  });
}
