import path from 'node:path';

/**
 * Imports run one way: lib <- api <- ui <- features/<name> <- app. A feature never imports another feature.
 * Tests and src/testing may reach anywhere, since they put the whole together.
 */
const RANK = { lib: 0, api: 1, ui: 2, features: 3, testing: 5, app: 4 };

function zoneOf(file, root) {
  const [zone, feature] = path.relative(root, file).split(path.sep);
  return zone in RANK ? { zone, feature: zone === 'features' ? feature : undefined } : undefined;
}

function resolve(source, file, root) {
  if (source.startsWith('@/')) return path.join(root, source.slice(2));
  if (source.startsWith('.')) return path.resolve(path.dirname(file), source);
  return undefined;
}

function problem(from, to) {
  if (from.zone === 'features' && to.zone === 'features' && from.feature !== to.feature) return 'sibling';
  if (RANK[to.zone] > RANK[from.zone]) return 'upward';
  return undefined;
}

export default {
  meta: {
    type: 'problem',
    messages: {
      sibling: 'The feature "{{from}}" must not import the feature "{{to}}": move what they share to ui, api or lib.',
      upward: '"{{from}}" must not import "{{to}}": imports run lib <- api <- ui <- features <- app.',
    },
    schema: [],
  },
  create(context) {
    const root = path.join(context.cwd, 'src');
    const from = zoneOf(context.filename, root);
    if (!from || from.zone === 'testing' || /\.test\.[jt]sx?$/.test(context.filename)) return {};

    function check(node, source) {
      const target = resolve(source, context.filename, root);
      const to = target && zoneOf(target, root);
      const messageId = to && problem(from, to);
      if (!messageId) return;
      const names = { from: from.feature ?? from.zone, to: to.feature ?? to.zone };
      context.report({ node, messageId, data: names });
    }
    const visit = (node) => node.source?.value && check(node, String(node.source.value));
    return {
      ImportDeclaration: visit,
      ExportNamedDeclaration: visit,
      ExportAllDeclaration: visit,
      ImportExpression: visit,
      TSImportType: (node) => node.source?.value && check(node, String(node.source.value)),
    };
  },
};
