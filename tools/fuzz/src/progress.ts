/** What a worker tells without a message, so that it is known when the worker hangs or dies: shared memory. */
export class Progress {
  private static readonly HEAD = 2;
  private readonly cells: Int32Array;

  private constructor(readonly memory: SharedArrayBuffer) {
    this.cells = new Int32Array(memory);
  }

  static create(targetCount: number): Progress {
    return new Progress(
      new SharedArrayBuffer((Progress.HEAD + 2 * targetCount) * Int32Array.BYTES_PER_ELEMENT),
    );
  }

  static of(memory: SharedArrayBuffer): Progress {
    return new Progress(memory);
  }

  /** Number of the case under way; below zero: the worker is still loading. */
  get caseNumber(): number {
    return Atomics.load(this.cells, 0);
  }

  set caseNumber(value: number) {
    Atomics.store(this.cells, 0, value);
  }

  get isStopping(): boolean {
    return Atomics.load(this.cells, 1) === 1;
  }

  stop(): void {
    Atomics.store(this.cells, 1, 1);
  }

  count(targetIndex: number, verdict: 'taken' | 'refused'): void {
    Atomics.add(this.cells, Progress.HEAD + 2 * targetIndex + (verdict === 'taken' ? 0 : 1), 1);
  }

  counts(targetIndex: number): { readonly taken: number; readonly refused: number } {
    const at = Progress.HEAD + 2 * targetIndex;
    return { taken: Atomics.load(this.cells, at), refused: Atomics.load(this.cells, at + 1) };
  }
}
