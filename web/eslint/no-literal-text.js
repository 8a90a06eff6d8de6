/** Words a person reads or hears come from the catalogues, never from the code. */
const SPOKEN = new Set([
  'aria-label',
  'aria-description',
  'aria-placeholder',
  'aria-roledescription',
  'aria-valuetext',
  'label',
  'description',
  'placeholder',
  'title',
  'alt',
  'error',
  'heading',
  'hint',
  'summary',
  'text',
  'nothingFoundMessage',
]);
const HAS_WORDS = /\p{L}{2,}/u;

function literalsOf(node) {
  if (!node) return [];
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [node] : [];
    case 'TemplateLiteral':
      return node.quasis.some((part) => HAS_WORDS.test(part.value.raw)) ? [node] : [];
    case 'JSXExpressionContainer':
      return literalsOf(node.expression);
    case 'ConditionalExpression':
      return [...literalsOf(node.consequent), ...literalsOf(node.alternate)];
    case 'LogicalExpression':
      return [...literalsOf(node.left), ...literalsOf(node.right)];
    default:
      return [];
  }
}

export default {
  meta: {
    type: 'problem',
    messages: { literal: 'Put this text in the catalogues (i18n/en.json and es.json) and use t().' },
    schema: [],
  },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'literal' });
    const isText = (node) => node.type === 'TemplateLiteral' || HAS_WORDS.test(String(node.value));
    return {
      JSXText(node) {
        if (HAS_WORDS.test(node.value)) report(node);
      },
      JSXAttribute(node) {
        const name = node.name.type === 'JSXIdentifier' ? node.name.name : '';
        if (SPOKEN.has(name)) literalsOf(node.value).filter(isText).forEach(report);
      },
      'JSXElement > JSXExpressionContainer, JSXFragment > JSXExpressionContainer'(node) {
        literalsOf(node).filter(isText).forEach(report);
      },
    };
  },
};
