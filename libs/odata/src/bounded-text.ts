/** An answer that is larger than anything we asked for. */
export class AnswerTooLarge extends Error {
  readonly code = 'answer-too-large';
}

/**
 * The body as text, as `response.text()` gives it, but no more of it than fits.
 *
 * @throws {AnswerTooLarge} the rest is not read
 */
export async function boundedText(response: Response, bytesMax: number): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let byteCount = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    byteCount += chunk.length;
    // Leaving the loop cancels the body, which ends the connection.
    if (byteCount > bytesMax) throw new AnswerTooLarge(`the answer is larger than ${bytesMax} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
