import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { AlertingClient } from './alerting-client';
import {
  AlertingObjectDocument,
  AlertingObjectsAnswer,
  AlertsAnswer,
  BacktestAnswer,
  BacktestRequest,
  ChannelTestAnswer,
  DeliveriesAnswer,
  MuteRequest,
} from './alerting-documents';

const KIND = { name: 'kind', enum: ['rules', 'channels', 'subscriptions', 'quiet-periods'] };

/** Alerts and their set-up; the answers are alerting's own. */
@ApiTags('alerting')
@ApiBearerAuth()
@Controller('api/v1/alerting')
export class AlertingController {
  constructor(private readonly alerting: AlertingClient) {}

  @Get('alerts')
  @ApiOperation({ summary: 'Alerts that go on, the newest first; with all=true those that are over, too' })
  @ApiQuery({ name: 'all', required: false })
  @ApiQuery({ name: 'limit', required: false })
  @ApiOkResponse({ type: AlertsAnswer })
  alerts(@Query('all') all?: string, @Query('limit') limit?: string): Promise<unknown> {
    return this.alerting.get('alerting/alerts', { all, limit });
  }

  @Post('alerts/:id\\:mute')
  @HttpCode(200)
  @ApiOperation({ summary: 'Tells nobody of this alert for a while' })
  @ApiOkResponse({ type: AlertingObjectDocument })
  mute(@Param('id') id: string, @Body() body: MuteRequest): Promise<unknown> {
    return this.post(`alerts/${encodeURIComponent(id)}:mute`, body);
  }

  @Post('alerts/:id\\:unmute')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends the muting of an alert' })
  unmute(@Param('id') id: string): Promise<unknown> {
    return this.post(`alerts/${encodeURIComponent(id)}:unmute`, {});
  }

  @Get('deliveries')
  @ApiOperation({ summary: 'What was sent to whom, and what the other end said; the newest first' })
  @ApiQuery({ name: 'limit', required: false })
  @ApiOkResponse({ type: DeliveriesAnswer })
  deliveries(@Query('limit') limit?: string): Promise<unknown> {
    return this.alerting.get('alerting/deliveries', { limit });
  }

  @Post('channels/:name\\:test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sends a test by a channel, now' })
  @ApiOkResponse({ type: ChannelTestAnswer })
  test(@Param('name') name: string): Promise<unknown> {
    return this.post(`channels/${encodeURIComponent(name)}:test`, {});
  }

  @Post('rules\\:backtest')
  @HttpCode(200)
  @ApiOperation({ summary: 'How often a rule would have fired in the last days' })
  @ApiOkResponse({ type: BacktestAnswer })
  backtest(@Body() body: BacktestRequest): Promise<unknown> {
    return this.post('rules:backtest', body);
  }

  @Get(':kind')
  @ApiOperation({ summary: 'All rules, channels, subscriptions or quiet periods' })
  @ApiParam(KIND)
  @ApiOkResponse({ type: AlertingObjectsAnswer })
  list(@Param('kind') kind: string): Promise<unknown> {
    return this.alerting.get(`alerting/${encodeURIComponent(kind)}`);
  }

  @Get(':kind/:name')
  @ApiOperation({ summary: 'One of them' })
  @ApiParam(KIND)
  @ApiOkResponse({ type: AlertingObjectDocument })
  get(@Param('kind') kind: string, @Param('name') name: string): Promise<unknown> {
    return this.alerting.get(pathOf(kind, name));
  }

  @Put(':kind/:name')
  @ApiOperation({ summary: 'Makes or changes one; the body is its spec. It counts at once' })
  @ApiParam(KIND)
  @ApiOkResponse({ type: AlertingObjectDocument })
  put(@Param('kind') kind: string, @Param('name') name: string, @Body() body: object): Promise<unknown> {
    return this.alerting.request(pathOf(kind, name), { method: 'PUT', body });
  }

  @Delete(':kind/:name')
  @ApiOperation({ summary: 'Deletes one; alerts of a deleted rule are over' })
  @ApiParam(KIND)
  delete(@Param('kind') kind: string, @Param('name') name: string): Promise<unknown> {
    return this.alerting.request(pathOf(kind, name), { method: 'DELETE' });
  }

  private post(path: string, body: object): Promise<unknown> {
    return this.alerting.request(`alerting/${path}`, { method: 'POST', body, timeoutMs: TEST_TIMEOUT_MS });
  }
}

/** Longer than a mail server may take for a test. */
const TEST_TIMEOUT_MS = 25_000;

function pathOf(kind: string, name: string): string {
  return `alerting/${encodeURIComponent(kind)}/${encodeURIComponent(name)}`;
}
