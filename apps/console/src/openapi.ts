import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { Request, Response } from 'express';

/** The API's own description, open to everybody: it tells forms, no data. */
export function serveOpenApi(app: NestExpressApplication): void {
  let document: OpenAPIObject | undefined;
  app.use('/api/openapi.json', (_request: Request, response: Response) => {
    document ??= describe(app);
    response.json(document);
  });
}

function describe(app: NestExpressApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Dualwrite console')
    .setDescription('Maps, their lifecycle and books, and the journal of rows.')
    .setVersion('1')
    .addBearerAuth()
    .build();
  return SwaggerModule.createDocument(app, config);
}
