import path from 'node:path';
import { RuleTester } from 'eslint';
import { describe, it } from 'vitest';
import noLiteralText from './no-literal-text.js';
import zones from './zones.js';

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester({
  languageOptions: { ecmaVersion: 'latest', sourceType: 'module', parserOptions: { ecmaFeatures: { jsx: true } } },
});
const inside = (file) => path.join(process.cwd(), 'src', file);
const at = (file, code) => ({ filename: inside(file), code });

tester.run('zones', zones, {
  valid: [
    at('features/booking/A.js', "import '@/ui/Screen'; import './B'; import '@/features/booking/B';"),
    at('app/router.js', "import '@/features/booking/A'; import('@/features/visits/B');"),
    at('features/booking/a.test.js', "import '@/app/router';"),
    at('ui/Screen.js', "import 'react'; import '@/api/types';"),
  ],
  invalid: [
    { ...at('features/booking/A.js', "import '@/features/visits/B';"), errors: [{ messageId: 'sibling' }] },
    { ...at('features/booking/A.js', "import '../visits/B';"), errors: [{ messageId: 'sibling' }] },
    { ...at('features/booking/A.js', "import('@/app/nav');"), errors: [{ messageId: 'upward' }] },
    { ...at('ui/Screen.js', "export * from '@/features/visits/B';"), errors: [{ messageId: 'upward' }] },
    { ...at('lib/time.js', "import '@/api/types';"), errors: [{ messageId: 'upward' }] },
    { ...at('app/router.js', "import '@/testing/renderApp';"), errors: [{ messageId: 'upward' }] },
  ],
});

tester.run('no-literal-text', noLiteralText, {
  valid: [
    "<p>{t('hello')}</p>",
    '<p>{count} · {other}, </p>',
    "<Input aria-label={t('name')} type='email' placeholder={x} />",
    "<p>{wide ? t('a') : t('b')}</p>",
    "<Button variant='light'>{' '}</Button>",
  ],
  invalid: [
    { code: '<p>Hello</p>', errors: 1 },
    { code: "<p>{'Hello'}</p>", errors: 1 },
    { code: '<p>{`Hello ${name}`}</p>', errors: 1 },
    { code: "<p>{ok ? 'Yes' : t('no')}</p>", errors: 1 },
    { code: "<img alt='A photo' />", errors: 1 },
    { code: "<Input label={short || 'Name'} />", errors: 1 },
  ],
});
