import { Controller, Get, Inject, NotFoundException, Param } from '@nestjs/common';
import type { RegisterEntry } from '../core/register-entry';
import { RegisterStore } from '../register/register-store';

/** What the register knows of one row; for support. */
@Controller('register')
export class RegisterController {
  constructor(@Inject(RegisterStore) private readonly store: RegisterStore) {}

  @Get(':table/:nativeId')
  async one(@Param('table') table: string, @Param('nativeId') nativeId: string): Promise<RegisterEntry> {
    const entry = await this.store.find(table, nativeId);
    if (entry === undefined) throw new NotFoundException(`The register has no row ${nativeId} of ${table}.`);
    return entry;
  }
}
