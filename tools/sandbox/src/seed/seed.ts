import type { SideAdmin } from '../control/side-admin';

export type Seed = 'demo' | 'none';

export function seedFo(seed: Seed, admin: SideAdmin): void {
  if (seed === 'none') return;
  void admin;
}

export function seedDataverse(seed: Seed, admin: SideAdmin): void {
  if (seed === 'none') return;
  void admin;
}
