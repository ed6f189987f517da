import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { MapStore } from '../map-store';
import { problem } from '../problems';
import { readBody } from '../read-body';
import { unknownMaps } from '../unknown-maps';
import { GuardStore } from './guard-store';
import { RuleDocument, RulesAnswer, WindowDocument, WindowsAnswer } from './guard-documents';
import { nextOpening, scheduleProblem } from './maintenance-window';
import { WITHIN_SECONDS_MAX } from './pause-rule';

const MINUTES_MAX = 10_080;
const maps = z.array(z.string().min(1)).min(1).max(1_000).nullable().default(null);
const windowBody = z.strictObject({
  maps,
  cron: z.string().min(1).max(100),
  timezone: z.string().min(1).max(100).default('UTC'),
  minutes: z.number().int().min(1).max(MINUTES_MAX),
  mode: z.enum(['catch-up', 'hold']).default('catch-up'),
  reason: z.string().max(1_000).nullable().default(null),
});
const ruleBody = z.strictObject({
  maps,
  parkedCount: z.number().int().min(1).max(1_000_000),
  withinSeconds: z.number().int().min(1).max(WITHIN_SECONDS_MAX),
});
const guardName = z.string().regex(/^[\w.-]{1,100}$/, 'must be letters, digits, _, . and -');

/** What pauses maps without a person. */
@ApiTags('guards')
@ApiBearerAuth()
@Controller('api/v1')
export class GuardsController {
  constructor(
    private readonly guards: GuardStore,
    private readonly maps: MapStore,
  ) {}

  @Get('windows')
  @ApiOperation({ summary: 'Maintenance windows, and when each opens next' })
  @ApiOkResponse({ type: WindowsAnswer })
  async windows(): Promise<WindowsAnswer> {
    const nowMs = Date.now();
    const windows = await this.guards.windows();
    return {
      windows: windows.map(({ openSinceMs, paused, maps: named, ...window }) => ({
        ...window,
        maps: named === null ? null : [...named],
        opensAt: nextOpening({ ...window, maps: named }, nowMs),
        openSince: openSinceMs === null ? null : new Date(openSinceMs).toISOString(),
        paused: [...paused],
      })),
    };
  }

  @Put('windows/:name')
  @ApiOperation({
    summary: 'Sets a maintenance window: its maps are paused when it opens, and go on when it ends',
  })
  @ApiBody({ type: WindowDocument })
  @ApiOkResponse({ type: WindowsAnswer })
  async setWindow(@Param('name') given: string, @Body() body: unknown): Promise<WindowsAnswer> {
    const name = readName(given);
    const window = readBody(windowBody, body);
    const wrong = scheduleProblem(window.cron, window.timezone);
    if (wrong !== null) {
      throw problem(400, 'schedule-invalid', 'The schedule cannot be kept', {
        detail: `"${window.cron}" in ${window.timezone}: ${wrong}. Give five fields as in crontab, and a zone like Europe/Rome.`,
      });
    }
    await this.requireMaps(window.maps);
    await this.guards.setWindow({ name, ...window });
    return this.windows();
  }

  @Delete('windows/:name')
  @ApiOperation({ summary: 'Removes a maintenance window; maps that it has paused stay paused' })
  @ApiOkResponse({ type: WindowsAnswer })
  async removeWindow(@Param('name') name: string): Promise<WindowsAnswer> {
    if (!(await this.guards.removeWindow(name))) throw unknown('window', name);
    return this.windows();
  }

  @Get('rules')
  @ApiOperation({ summary: 'Rules by which maps pause themselves' })
  @ApiOkResponse({ type: RulesAnswer })
  async rules(): Promise<RulesAnswer> {
    const rules = await this.guards.rules();
    return { rules: rules.map((rule) => ({ ...rule, maps: rule.maps === null ? null : [...rule.maps] })) };
  }

  @Put('rules/:name')
  @ApiOperation({ summary: 'Sets a rule: a map pauses when so many pairs are parked within that time' })
  @ApiBody({ type: RuleDocument })
  @ApiOkResponse({ type: RulesAnswer })
  async setRule(@Param('name') given: string, @Body() body: unknown): Promise<RulesAnswer> {
    const name = readName(given);
    const rule = readBody(ruleBody, body);
    await this.requireMaps(rule.maps);
    await this.guards.setRule({ name, ...rule });
    return this.rules();
  }

  @Delete('rules/:name')
  @ApiOperation({ summary: 'Removes a rule' })
  @ApiOkResponse({ type: RulesAnswer })
  async removeRule(@Param('name') name: string): Promise<RulesAnswer> {
    if (!(await this.guards.removeRule(name))) throw unknown('rule', name);
    return this.rules();
  }

  private async requireMaps(named: readonly string[] | null): Promise<void> {
    const known = new Set((await this.maps.list()).map(({ name }) => name));
    const missing = (named ?? []).filter((name) => !known.has(name));
    if (missing.length > 0) throw unknownMaps(missing);
  }
}

function readName(name: string): string {
  const read = guardName.safeParse(name);
  if (read.success) return read.data;
  throw problem(400, 'name-invalid', 'The name is not valid', {
    detail: read.error.issues[0]?.message ?? '',
  });
}

function unknown(kind: string, name: string): Error {
  return problem(404, `${kind}-unknown`, `There is no such ${kind}`, {
    detail: `No ${kind} is named ${name}.`,
  });
}
