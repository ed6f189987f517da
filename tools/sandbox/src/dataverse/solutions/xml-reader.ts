export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlNode[];
  text: string;
}

/** The text is no XML, or has what files of a solution never have (a document type, entities of its own). */
export class BadXml extends Error {}

const DEPTH_MAX = 64;
const TOKEN =
  /<\?[^]*?\?>|<!--[^]*?-->|<!\[CDATA\[(?<data>[^]*?)\]\]>|<\/(?<end>[\w:.-]+)\s*>|<(?<start>[\w:.-]+)(?<pairs>(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(?<empty>\/?)>|(?<text>[^<]+)/y;
const PAIR = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** @throws {BadXml} */
export function readXml(source: string): XmlNode {
  const text = source.replace(/^\ufeff/, '');
  const document: XmlNode = { name: '', attributes: {}, children: [], text: '' };
  const open = [document];
  const token = new RegExp(TOKEN);
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const groups = token.exec(text)?.groups;
    if (!groups) throw new BadXml(`unexpected text at character ${at}`);
    take(groups, open);
  }
  const [root, ...others] = document.children;
  if (open.length > 1) throw new BadXml(`<${open.at(-1)?.name}> has no end`);
  if (!root || others.length > 0 || document.text.trim() !== '')
    throw new BadXml('there is not exactly one root');
  return root;
}

function take(groups: Readonly<Record<string, string | undefined>>, open: XmlNode[]): void {
  const { data, end, start, pairs = '', empty, text } = groups;
  const parent = open.at(-1) as XmlNode;
  parent.text += data ?? (text === undefined ? '' : decoded(text));
  if (start !== undefined) {
    const node: XmlNode = { name: start, attributes: attributesOf(pairs), children: [], text: '' };
    parent.children.push(node);
    if (empty === '') open.push(node);
    if (open.length > DEPTH_MAX) throw new BadXml(`more than ${DEPTH_MAX} elements stand in each other`);
  }
  if (end === undefined) return;
  if (open.length === 1 || parent.name !== end) throw new BadXml(`</${end}> ends nothing`);
  open.pop();
}

function attributesOf(pairs: string): Record<string, string> {
  return Object.fromEntries(
    [...pairs.matchAll(PAIR)].map(([, name = '', double, single]) => [name, decoded(double ?? single ?? '')]),
  );
}

function decoded(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w*);?/gi, (whole, name: string) => {
    const character = name.startsWith('#') ? numbered(name) : NAMED[name];
    if (character === undefined || !whole.endsWith(';')) throw new BadXml(`${whole} stands for nothing`);
    return character;
  });
}

function numbered(name: string): string | undefined {
  const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

export function childOf(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.children.find((child) => child.name === name);
}

export function childrenOf(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  return node?.children.filter((child) => child.name === name) ?? [];
}

/** Text of a child; empty when there is none. */
export function textOf(node: XmlNode | undefined, name: string): string {
  return childOf(node, name)?.text.trim() ?? '';
}
