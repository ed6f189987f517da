import { Controller, Get } from '@nestjs/common';
import type { SideChecks } from '@dualwrite/provision';
import { FoChecker } from './fo-checker';

@Controller('check')
export class CheckController {
  constructor(private readonly checker: FoChecker) {}

  @Get()
  check(): Promise<SideChecks> {
    return this.checker.check();
  }
}
