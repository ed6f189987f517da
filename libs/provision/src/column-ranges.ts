/** All that Dataverse can hold, said in full: so that a column is the same whether a call or a solution makes it. */
export const INTEGER_RANGE = { MinValue: -2_147_483_648, MaxValue: 2_147_483_647 };
export const DECIMAL_RANGE = { MinValue: -100_000_000_000, MaxValue: 100_000_000_000 };
