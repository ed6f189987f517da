import { Injectable } from '@nestjs/common';

/** `null`: not known yet. */
export type Gauge = () => number | null;

/** Numbers that a replica tells of itself with every heartbeat, so that rules of alerting can look at them. */
@Injectable()
export class Gauges {
  private readonly gauges = new Map<string, Gauge>();

  register(name: string, gauge: Gauge): void {
    this.gauges.set(name, gauge);
  }

  read(): Readonly<Record<string, number>> {
    const known = [...this.gauges].flatMap(([name, gauge]) => {
      const value = gauge();
      return value === null ? [] : [[name, value] as const];
    });
    return Object.fromEntries(known);
  }
}
