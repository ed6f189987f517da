export { arrivalsMs } from './arrivals';
export { unbalancedBooks } from './books';
export { judgeHistory } from './judge-history';
export { judgeMap } from './judge-map';
export { freshReferences } from './map-evidence';
export type { Books } from './books';
export type { Breach, BreachKind } from './breach';
export type { Change, Deed, GivenUp, History, Parked, Shown } from './deed';
export type { FreshRow, MapEvidence, PairView } from './map-evidence';
