// A worker whose third case hangs, whose fifth eats the memory, and whose seventh throws beyond its own care.
const { workerData } = require('node:worker_threads');
const cells = new Int32Array(workerData.memory);

async function work() {
  const eaten = [];
  for (let caseNumber = workerData.firstCase; Atomics.load(cells, 1) === 0; caseNumber++) {
    Atomics.store(cells, 0, caseNumber);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (caseNumber === 3) for (;;);
    if (caseNumber === 5) for (;;) eaten.push(new Array(100_000).fill(0.5));
    if (caseNumber === 7)
      setImmediate(() => {
        throw new Error('out of nowhere');
      });
    if (caseNumber === 7) await new Promise(() => {});
  }
}

work();
