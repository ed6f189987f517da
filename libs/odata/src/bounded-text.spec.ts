import { boundedText } from './bounded-text';

describe('boundedText', () => {
  it('given letters of several bytes that fall between two chunks, then the text is whole', async () => {
    const bytes = Buffer.from('Zürich €');
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    await expect(boundedText(new Response(stream), bytes.length)).resolves.toBe('Zürich €');
  });

  it('given an answer without end, then it stops at the limit and lets go of it', async () => {
    let wasCancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
      cancel: () => void (wasCancelled = true),
    });
    await expect(boundedText(new Response(endless), 10_000)).rejects.toThrow('larger than 10000 bytes');
    expect(wasCancelled).toBe(true);
  });

  it('given no body, then the text is empty', async () => {
    await expect(boundedText(new Response(null, { status: 204 }), 10)).resolves.toBe('');
  });
});
