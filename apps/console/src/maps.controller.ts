import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ActAnswer,
  ActRequest,
  ApplyAnswer,
  ApplyRequest,
  CheckAnswer,
  CompaniesAnswer,
  CompaniesRequest,
  DirectionAnswer,
  DirectionRequest,
  MapDocument,
  MapListAnswer,
  StatusAnswer,
} from './api-documents';
import type { LifecycleAct } from './lifecycle';
import { MapActs } from './map-acts';
import { ACTOR, MapsService } from './maps.service';
import { readAct, readApplyBody, readCompanies, readDirection } from './read-body';

/** Paths of an act: several maps by the body, or the one in the path. */
const pathsOf = (act: LifecycleAct): string[] => [`maps\\:${act}`, `maps/:name\\:${act}`];

@ApiTags('maps')
@ApiBearerAuth()
@Controller('api/v1')
export class MapsController {
  constructor(
    private readonly maps: MapsService,
    private readonly acts: MapActs,
  ) {}

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

  @Post('maps/:name\\:companies')
  @HttpCode(200)
  @ApiOperation({ summary: 'Adds or removes companies of a map, running or not; the others are not touched' })
  @ApiBody({ type: CompaniesRequest })
  @ApiOkResponse({ type: CompaniesAnswer })
  companies(@Param('name') name: string, @Body() body: unknown): Promise<CompaniesAnswer> {
    return this.maps.changeCompanies(name, readCompanies(body));
  }

  @Post('maps/:name\\:direction')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets a map, or a company of it, write to one side alone, or to both again' })
  @ApiBody({ type: DirectionRequest })
  @ApiOkResponse({ type: DirectionAnswer })
  direction(@Param('name') name: string, @Body() body: unknown): Promise<DirectionAnswer> {
    return this.maps.setDirection(name, readDirection(body));
  }

  @Post(pathsOf('start'))
  @HttpCode(200)
  @ApiOperation({ summary: 'Reads both sides anew, writes what differs, then keeps them in step' })
  @ApiOkResponse({ type: ActAnswer })
  start(@Param('name') name: string | undefined, @Body() body: ActRequest): Promise<ActAnswer> {
    return this.acts.act({ act: 'start', ...readAct(name, body), actor: ACTOR });
  }

  @Post(pathsOf('pause'))
  @HttpCode(200)
  @ApiOperation({ summary: 'Stops planning; changes are kept. Names the running maps that depend on these' })
  @ApiOkResponse({ type: ActAnswer })
  pause(@Param('name') name: string | undefined, @Body() body: ActRequest): Promise<ActAnswer> {
    return this.acts.act({ act: 'pause', ...readAct(name, body), actor: ACTOR });
  }

  @Post(pathsOf('resume'))
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Goes on where the map was paused: catches up first, goes live and holds the backlog, or discards it',
  })
  @ApiOkResponse({ type: ActAnswer })
  resume(@Param('name') name: string | undefined, @Body() body: ActRequest): Promise<ActAnswer> {
    return this.acts.act({ act: 'resume', ...readAct(name, body), actor: ACTOR });
  }

  @Post(pathsOf('stop'))
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends the map; starting it again reads both sides anew' })
  @ApiOkResponse({ type: ActAnswer })
  stop(@Param('name') name: string | undefined, @Body() body: ActRequest): Promise<ActAnswer> {
    return this.acts.act({ act: 'stop', ...readAct(name, body), actor: ACTOR });
  }

  @Post(pathsOf('shadow'))
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Observes both sides and writes nothing, while others keep them in step; compares with what they do',
  })
  @ApiOkResponse({ type: ActAnswer })
  shadow(@Param('name') name: string | undefined, @Body() body: ActRequest): Promise<ActAnswer> {
    return this.acts.act({ act: 'shadow', ...readAct(name, body), actor: ACTOR });
  }

  @Post(pathsOf('cutover'))
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends the shadow: from now on it is this map that keeps its rows in step' })
  @ApiOkResponse({ type: ActAnswer })
  cutover(@Param('name') name: string | undefined, @Body() body: ActRequest): Promise<ActAnswer> {
    return this.acts.act({ act: 'cutover', ...readAct(name, body), actor: ACTOR });
  }
}
