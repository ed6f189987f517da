import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { configureLog, DataRefused, SideUnavailable } from '@dualwrite/telemetry';
import { bootService, type RunningService } from './boot-service';
import { OpenRoute } from './bearer.guard';
import { Readiness } from './readiness';
import { checkSettings, commonSettings } from './settings';
import { internalClient } from './internal-client';
import { z } from 'zod';

@Controller('things')
class ThingsController {
  constructor(private readonly readiness: Readiness) {}

  @Get()
  list(): string[] {
    return [String(this.readiness.hasStarted)];
  }

  @Post()
  make(@Body() body: { name: string }): { name: string } {
    if (body.name === 'bad') throw new DataRefused('BadName', 'That name is taken.');
    if (body.name === 'away') throw new SideUnavailable('F&O is away', 1_500);
    if (body.name === 'bug') throw new TypeError('secret detail');
    return body;
  }

  @OpenRoute()
  @Get('open')
  open(): string {
    return 'open';
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const TOKEN = 'a-token-of-tests';
let service: RunningService;
let databaseState: true | string = true;
let printed = '';

beforeAll(async () => {
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  const settings = checkSettings(z.object(commonSettings), {
    KAFKA_BROKERS: '127.0.0.1:1',
    DATABASE_URL: 'postgres://x@127.0.0.1/x',
    API_TOKEN: TOKEN,
    LOG_LEVEL: 'silent',
    INSTANCE_ID: 'one',
  });
  service = await bootService({
    name: 'things',
    module: ThingsModule,
    settings,
    readiness: { database: () => databaseState },
  });
  configureLog({ level: 'silent' });
  write.mockRestore();
});
afterAll(() => service.stop());

describe('bootService', () => {
  it('given a start, then one line tells where it listens', () => {
    expect(JSON.parse(printed)).toMatchObject({
      event: 'service.listening',
      url: service.url,
      service: 'things',
      instance: 'one',
      pid: process.pid,
    });
  });

  it('given a check that fails, then readiness says which, and liveness does not mind', async () => {
    databaseState = 'no answer';
    const ready = await fetch(`${service.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'unavailable', checks: { database: 'no answer' } },
    ]);
    expect((await fetch(`${service.url}/livez`)).status).toBe(200);
    expect((await fetch(`${service.url}/startupz`)).status).toBe(200);
    databaseState = true;
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
  });

  it.each([
    ['no token', undefined],
    ['another token', 'Bearer nope'],
    ['another scheme', `Basic ${TOKEN}`],
  ])('given %s, then the answer is 401 as a problem', async (_, authorization) => {
    const answer = await fetch(`${service.url}/things`, { headers: authorization ? { authorization } : {} });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({ status: 401, instance: '/things' });
  });

  it('given an open route, then no token is asked for', async () => {
    expect(await (await fetch(`${service.url}/things/open`)).text()).toBe('open');
  });

  it('given the token, then the route answers', async () => {
    expect(await internalClient(service.url, TOKEN).request('/things')).toEqual(['true']);
    const made = internalClient(service.url, TOKEN).request('/things', {
      method: 'POST',
      body: { name: 'x' },
    });
    expect(await made).toEqual({ name: 'x' });
  });

  it.each([
    ['bad', 422, { code: 'BadName', detail: 'That name is taken.' }],
    ['away', 503, { code: 'side-unavailable' }],
    ['bug', 500, { title: 'Internal Server Error' }],
  ])('given a handler that fails with %s, then the problem has status %i', async (name, status, problem) => {
    const answer = await post(JSON.stringify({ name }));
    const body = await answer.text();
    expect(answer.status).toBe(status);
    expect(JSON.parse(body)).toMatchObject(problem);
    expect(body).not.toContain('secret');
    if (name === 'away') expect(answer.headers.get('retry-after')).toBe('2');
  });

  it('given a body that is not JSON, or too large, or an unknown path, then a problem says so', async () => {
    expect((await post('{')).status).toBe(400);
    expect((await post(JSON.stringify({ name: 'x'.repeat(1_100_000) }))).status).toBe(413);
    const unknown = await fetch(`${service.url}/nowhere`);
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([
      404,
      expect.stringContaining('application/problem+json'),
    ]);
  });
});

function post(body: string): Promise<Response> {
  return fetch(`${service.url}/things`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body,
  });
}
