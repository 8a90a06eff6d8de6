/** End-to-end encryption with nothing but WebCrypto. docs/visit.md and ADR 0019 say what is bound to what. */
export * from './bytes';
export * from './chunks';
export * from './context';
export * from './epoch';
export * from './identity';
export * from './message';
export * from './phrase';
export * from './sealing';
export * from './unlocking';
