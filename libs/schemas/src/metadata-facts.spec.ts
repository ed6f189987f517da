import { parse } from 'lossless-json';
import { attributeFacts, publicEntityFacts } from './metadata-facts';

describe('attributeFacts', () => {
  it('given the answer of the metadata service, then lengths and digits are read, and the rest is left out', () => {
    const answer = parse(`{"value":[
      {"LogicalName":"name","AttributeType":"String","MaxLength":160},
      {"LogicalName":"creditlimit","AttributeType":"Money","Precision":4,"MinValue":0},
      {"LogicalName":"accountid","AttributeType":"Uniqueidentifier"},
      {"LogicalName":"odd","MaxLength":-1,"Precision":"x"},
      {"MaxLength":3}, 7]}`);
    expect(attributeFacts(answer)).toEqual([
      { column: 'name', maxLength: 160 },
      { column: 'creditlimit', scale: 4 },
    ]);
  });

  it.each([[null], [{}], ['x'], [{ value: 1 }]])('given %j, then nothing is known', (answer) => {
    expect(attributeFacts(answer)).toEqual([]);
    expect(publicEntityFacts(answer)).toEqual([]);
  });
});

describe('publicEntityFacts', () => {
  it('given an F&O entity, then its days are told from its moments', () => {
    const entity = {
      Name: 'CustomerV3',
      Properties: [
        { Name: 'ValidFrom', DataType: 'Date' },
        { Name: 'ChangedAt', DataType: 'DateTime' },
      ],
    };
    expect(publicEntityFacts(entity)).toEqual([{ column: 'ValidFrom', isDay: true }]);
  });
});
