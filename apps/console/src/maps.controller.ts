import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ActAnswer,
  ActRequest,
  ApplyAnswer,
  ApplyRequest,
  CheckAnswer,
  MapDocument,
  MapListAnswer,
  StatusAnswer,
} from './api-documents';
import type { LifecycleAct } from './lifecycle';
import { MapsService } from './maps.service';
import { readApplyBody, readNames } from './read-body';

/** Paths of an act: several maps by the body, or the one in the path. */
const pathsOf = (act: LifecycleAct): string[] => [`maps\\:${act}`, `maps/:name\\:${act}`];

@ApiTags('maps')
@ApiBearerAuth()
@Controller('api/v1')
export class MapsController {
  constructor(private readonly maps: MapsService) {}

  @Get('maps')
  @ApiOperation({ summary: 'All maps with definition and state' })
  @ApiOkResponse({ type: MapListAnswer })
  async list(): Promise<MapListAnswer> {
    return { maps: await this.maps.list() };
  }

  @Get('maps/:name')
  @ApiOperation({ summary: 'One map with definition and state' })
  @ApiOkResponse({ type: MapDocument })
  get(@Param('name') name: string): Promise<MapDocument> {
    return this.maps.get(name);
  }

  @Get('status')
  @ApiOperation({ summary: 'The books of every map' })
  @ApiOkResponse({ type: StatusAnswer })
  async status(): Promise<StatusAnswer> {
    return { maps: await this.maps.status() };
  }

  @Post('maps\\:apply')
  @HttpCode(200)
  @ApiOperation({ summary: 'Creates or updates maps: all of them or, with one finding in any, none' })
  @ApiOkResponse({ type: ApplyAnswer })
  async apply(@Body() body: ApplyRequest): Promise<ApplyAnswer> {
    return { maps: [...(await this.maps.apply(readApplyBody(body)))] };
  }

  @Post('maps\\:check')
  @HttpCode(200)
  @ApiOperation({ summary: 'Holds map files against their form and both sides; stores nothing' })
  @ApiOkResponse({ type: CheckAnswer })
  async check(@Body() body: ApplyRequest): Promise<CheckAnswer> {
    return { maps: await this.maps.check(readApplyBody(body)) };
  }

  @Post(pathsOf('start'))
  @HttpCode(200)
  @ApiOperation({ summary: 'Reads both sides anew, writes what differs, then keeps them in step' })
  @ApiOkResponse({ type: ActAnswer })
  start(@Param('name') name: string | undefined, @Body() body: ActRequest): Promise<ActAnswer> {
    return this.maps.act('start', readNames(name, body));
  }

  @Post(pathsOf('pause'))
  @HttpCode(200)
  @ApiOperation({ summary: 'Stops planning; changes are kept' })
  @ApiOkResponse({ type: ActAnswer })
  pause(@Param('name') name: string | undefined, @Body() body: ActRequest): Promise<ActAnswer> {
    return this.maps.act('pause', readNames(name, body));
  }

  @Post(pathsOf('resume'))
  @HttpCode(200)
  @ApiOperation({ summary: 'Goes on where the map was paused' })
  @ApiOkResponse({ type: ActAnswer })
  resume(@Param('name') name: string | undefined, @Body() body: ActRequest): Promise<ActAnswer> {
    return this.maps.act('resume', readNames(name, body));
  }

  @Post(pathsOf('stop'))
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends the map; starting it again reads both sides anew' })
  @ApiOkResponse({ type: ActAnswer })
  stop(@Param('name') name: string | undefined, @Body() body: ActRequest): Promise<ActAnswer> {
    return this.maps.act('stop', readNames(name, body));
  }
}
