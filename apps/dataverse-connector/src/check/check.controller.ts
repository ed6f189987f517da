import { Controller, Get } from '@nestjs/common';
import type { SideChecks } from '@dualwrite/provision';
import { DataverseChecker } from './dataverse-checker';

@Controller('check')
export class CheckController {
  constructor(private readonly checker: DataverseChecker) {}

  @Get()
  check(): Promise<SideChecks> {
    return this.checker.check();
  }
}
