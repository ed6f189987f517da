/** Switches of one side with their defaults; `PUT /_sandbox/options` sets them by name, and they outlive a restart. */
export class Options<T extends Record<string, unknown>> {
  private given: Partial<T>;

  constructor(
    private readonly defaults: T,
    private readonly keep: { read(): Partial<T> | undefined; write(given: Partial<T>): void },
  ) {
    this.given = keep.read() ?? {};
  }

  get<K extends keyof T>(name: K): T[K] {
    return (this.given[name] ?? this.defaults[name]) as T[K];
  }

  all(): T {
    return { ...this.defaults, ...this.given };
  }

  /** @returns what is wrong, or nothing */
  set(values: Record<string, unknown>): string | undefined {
    for (const [name, value] of Object.entries(values)) {
      if (!(name in this.defaults))
        return `unknown option ${name}; known: ${Object.keys(this.defaults).join(', ')}`;
      const wanted = this.defaults[name];
      if (value !== null && wanted !== null && typeof value !== typeof wanted)
        return `option ${name} takes a ${typeof wanted}`;
    }
    this.given = { ...this.given, ...(values as Partial<T>) };
    this.keep.write(this.given);
    return undefined;
  }

  reset(): void {
    this.given = {};
    this.keep.write(this.given);
  }
}
