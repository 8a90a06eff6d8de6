import type en from './en';

// English is the measure: a key that is not in the English catalogue does not compile.
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'ui';
    resources: typeof en;
    returnNull: false;
  }
}
