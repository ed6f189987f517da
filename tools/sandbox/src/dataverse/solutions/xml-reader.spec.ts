import { BadXml, readXml } from './xml-reader';

describe('readXml', () => {
  it('given elements, attributes, entities, comments and CDATA, then the tree is read', () => {
    const text =
      '\ufeff<?xml version="1.0"?>\n<!-- a > b --><a x="1 &lt; 2" y=\'"\'><b/> t&#101;xt &#x26; <![CDATA[<raw>]]><b z="" /></a>\n';
    expect(readXml(text)).toEqual({
      name: 'a',
      attributes: { x: '1 < 2', y: '"' },
      text: ' text & <raw>',
      children: [
        { name: 'b', attributes: {}, children: [], text: '' },
        { name: 'b', attributes: { z: '' }, children: [], text: '' },
      ],
    });
  });

  it.each([
    ['nothing', ''],
    ['two roots', '<a/><b/>'],
    ['text beside the root', '<a/>b'],
    ['an element without an end', '<a><b></a>'],
    ['an end without an element', '<a/></a>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['an entity that nobody knows', '<a>&b;</a>'],
    ['an ampersand', '<a>b & c</a>'],
    ['an attribute without quotes', '<a b=c/>'],
    ['elements beyond the depth', '<a>'.repeat(100) + '</a>'.repeat(100)],
  ])('given %s, then it is refused', (_, text) => {
    expect(() => readXml(text)).toThrow(BadXml);
  });
});
