import type { ServerResponse } from 'node:http';
import { SchemaError } from '../edm/schema-file';
import { faultProblem, type Fault } from '../faults/fault-plan';
import type { SideHost } from '../http/side-host';
import { isObject, parseExact, type Json, type JsonObject } from '../json/exact-json';
import { BadQuery, Refusal } from '../odata/exchange';
import { LIMIT_NAMES, type LimitSettings } from './limits';
import type { SideAdmin } from './side-admin';

/** A control call that makes no sense; the caller gets the text. */
class BadCall extends Error {}

/** `/_sandbox`: no authentication, loopback only. */
export class ControlRouter {
  constructor(
    private readonly host: SideHost,
    private readonly admin: SideAdmin,
  ) {}

  handle(method: string, path: string, rawQuery: string, body: string, response: ServerResponse): void {
    try {
      const parts = path
        .split('/')
        .filter((part) => part !== '')
        .map(decodeURIComponent);
      this.route(method, parts, new URLSearchParams(rawQuery), body, response);
    } catch (error) {
      const isExpected =
        error instanceof BadCall ||
        error instanceof SchemaError ||
        error instanceof SyntaxError ||
        error instanceof BadQuery;
      if (error instanceof Refusal) send(response, 400, error.answer.body ?? '{}');
      else if (isExpected) send(response, 400, JSON.stringify({ error: (error as Error).message }));
      else {
        process.stderr.write(
          `${JSON.stringify({ event: 'sandbox.failed', error: String((error as Error).stack) })}\n`,
        );
        send(response, 500, JSON.stringify({ error: String(error) }));
      }
    }
  }

  private route(
    method: string,
    parts: readonly string[],
    query: URLSearchParams,
    body: string,
    response: ServerResponse,
  ): void {
    const { host, admin } = this;
    const ok = (value: unknown): void => send(response, 200, JSON.stringify(value));
    if (parts[0] === 'tables' && parts[2] === 'rows' && parts[1] !== undefined)
      return this.rows(method, parts[1], query, body, response);
    switch (`${method} ${parts.join('/')}`) {
      case 'PUT schema': {
        const tables = objectOf(body)['tables'];
        if (!Array.isArray(tables)) throw new BadCall('the body is {"tables": [...]}');
        return ok({ tables: admin.putSchema(toPlain(tables) as unknown[]) });
      }
      case 'GET schema':
        return ok({ tables: admin.schema() });
      case 'GET counters':
        return ok(host.counters.report());
      case 'GET log':
        return ok(host.log.since(Number(query.get('since') ?? '0')));
      case 'GET commits':
        return ok(host.commits.since(Number(query.get('since') ?? '0')));
      case 'POST faults': {
        const faults: unknown = JSON.parse(body);
        const list = (Array.isArray(faults) ? faults : [faults]) as Fault[];
        const problem = list.map(faultProblem).find((text) => text !== undefined);
        if (problem !== undefined) throw new BadCall(problem);
        const seed = query.get('seed');
        host.faults.add(list, seed === null ? undefined : Number(seed));
        return ok({ faults: host.faults.list() });
      }
      case 'GET faults':
        return ok({ faults: host.faults.list() });
      case 'DELETE faults':
        host.faults.clear();
        return ok({ faults: [] });
      case 'PUT limits':
        host.limits.settings = limitsOf(body);
        return ok(host.limits.settings);
      case 'GET limits':
        return ok(host.limits.settings);
      case 'GET usage':
        return ok(host.limits.report());
      case 'PUT options': {
        const problem = admin.setOptions(JSON.parse(body) as Record<string, unknown>);
        if (problem !== undefined) throw new BadCall(problem);
        return ok(admin.options());
      }
      case 'GET options':
        return ok(admin.options());
      case 'POST clock':
        this.setClock(objectOf(body));
        return ok({ now: new Date(host.clock.nowMs()).toISOString() });
      case 'GET clock':
        return ok({ now: new Date(host.clock.nowMs()).toISOString() });
      case 'POST reset':
        host.faults.clear();
        host.limits.reset();
        host.counters.reset();
        host.log.reset();
        host.commits.reset();
        host.clock.reset();
        admin.reset();
        return ok({});
      case 'GET status':
        return ok(admin.status());
      default: {
        const own = admin.call?.(method, parts.join('/'), body);
        if (own !== undefined) return ok(own);
        return send(
          response,
          404,
          JSON.stringify({ error: `no such control call: ${method} ${parts.join('/')}` }),
        );
      }
    }
  }

  private rows(
    method: string,
    table: string,
    query: URLSearchParams,
    body: string,
    response: ServerResponse,
  ): void {
    if (method === 'GET') {
      const rows = this.admin.rows(table);
      if (!rows) return this.unknownTable(table, response);
      response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' });
      let pending = '[';
      let isFirst = true;
      for (const row of rows) {
        pending += isFirst ? row : `,\n${row}`;
        isFirst = false;
        if (pending.length > 1 << 18) {
          response.write(pending);
          pending = '';
        }
      }
      response.end(`${pending}]`);
      return;
    }
    const count =
      method === 'DELETE'
        ? this.admin.deleteRows(table)
        : method === 'PUT' || method === 'POST'
          ? this.admin.loadRows(table, rowList(body), { asUser: query.get('events') === 'true' })
          : undefined;
    if (count === undefined) return this.unknownTable(table, response);
    send(response, 200, JSON.stringify(method === 'DELETE' ? { deleted: count } : { loaded: count }));
  }

  private unknownTable(table: string, response: ServerResponse): void {
    send(response, 404, JSON.stringify({ error: `no such table: ${table}` }));
  }

  private setClock(body: JsonObject): void {
    const { now, advanceSeconds } = toPlain(body) as { now?: string; advanceSeconds?: number };
    if (typeof advanceSeconds === 'number') this.host.clock.advance(advanceSeconds);
    else if (typeof now === 'string' && !Number.isNaN(Date.parse(now))) this.host.clock.set(Date.parse(now));
    else throw new BadCall('the body is {"now": "..."} or {"advanceSeconds": n}');
  }
}

/** A budget of null or left out is no limit. */
function limitsOf(body: string): LimitSettings {
  const settings: LimitSettings = {};
  for (const [name, value] of Object.entries(toPlain(objectOf(body)) as Record<string, unknown>)) {
    const known = LIMIT_NAMES.find((one) => one === name);
    if (!known || (value !== null && typeof value !== 'number'))
      throw new BadCall(`limits are numbers named ${LIMIT_NAMES.join(', ')}; not ${name}`);
    if (typeof value === 'number') settings[known] = value;
  }
  return settings;
}

/** A JSON array, or one object per line. */
function rowList(body: string): JsonObject[] {
  const text = body.trim();
  const values: Json[] = text.startsWith('[')
    ? (parseExact(text) as Json[])
    : text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => parseExact(line));
  return values.map((value) => {
    if (!isObject(value)) throw new BadCall('a row is a JSON object');
    return value;
  });
}

function objectOf(body: string): JsonObject {
  const value = parseExact(body);
  if (!isObject(value)) throw new BadCall('the body is a JSON object');
  return value;
}

/** Numbers as JS numbers, for settings where exactness does not matter. */
function toPlain(value: Json): unknown {
  return JSON.parse(JSON.stringify(value));
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}
