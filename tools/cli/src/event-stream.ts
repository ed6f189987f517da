/** One server-sent event, as far as it is used here. */
export interface ServerEvent {
  readonly id: string | undefined;
  readonly data: string;
}

const EVENT_LENGTH_MAX = 4 * 1_048_576;

/** Reads server-sent events until the connection ends; a broken one ends it, too. Comments are skipped. */
export async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of chunksOf(response)) {
    rest += decoder.decode(bytes, { stream: true });
    if (rest.length > EVENT_LENGTH_MAX)
      throw new Error(`an event is longer than ${EVENT_LENGTH_MAX} characters`);
    const blocks = rest.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseEvent(block);
      if (event !== null) yield event;
    }
  }
}

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  for (;;) {
    // A broken connection ends it as an orderly one does: whoever follows asks again, after the last event.
    const next = await reader?.read().catch(() => undefined);
    if (next === undefined || next.done) return;
    yield next.value;
  }
}

function parseEvent(block: string): ServerEvent | null {
  const data: string[] = [];
  let id: string | undefined;
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'data') data.push(value ?? '');
    if (field === 'id') id = value;
  }
  return data.length === 0 ? null : { id, data: data.join('\n') };
}
