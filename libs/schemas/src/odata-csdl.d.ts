declare module 'odata-csdl' {
  /** CSDL XML (2.0 to 4.01) to CSDL JSON. Throws an Error with `parser: {line, column}` on anything else. */
  export function xml2json(
    xml: string,
    options?: { lineNumbers?: boolean; annotations?: boolean },
  ): Record<string, unknown>;
}
