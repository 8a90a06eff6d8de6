import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y-x';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import noLiteralText from './eslint/no-literal-text.js';
import zones from './eslint/zones.js';

const openvisit = { rules: { zones, 'no-literal-text': noLiteralText } };

export default tseslint.config(
  { ignores: ['dist', 'src/api/schema.d.ts', 'src/app/routeTree.gen.ts'] },
  js.configs.recommended,
  { files: ['*.js', '*.cjs', 'eslint/**/*.js'], languageOptions: { globals: globals.node } },
  { files: ['public/**/*.js'], languageOptions: { sourceType: 'script', globals: globals.browser } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true }, globals: globals.browser },
    plugins: { 'react-hooks': reactHooks, 'jsx-a11y-x': jsxA11y, openvisit },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...jsxA11y.configs.recommended.rules,
      'openvisit/zones': 'error',
      'openvisit/no-literal-text': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // Routes redirect by throwing what the router gives them.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/testing/**', '**/*.test.{ts,tsx}'],
    rules: { 'openvisit/no-literal-text': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
