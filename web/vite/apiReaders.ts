import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const FOLDER = 'api-docs';
const FILES: Record<string, string> = {
  'swagger-ui-bundle.js': 'swagger-ui-dist/swagger-ui-bundle.js',
  'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
  'redoc.standalone.js': 'redoc/bundles/redoc.standalone.js',
};

/** Puts the two readers of the API's description beside the app, so that their pages need no other server. */
export function apiReaders(): Plugin {
  const require = createRequire(import.meta.url);
  const read = (file: string) => readFileSync(require.resolve(FILES[file] ?? file), 'utf8');
  return {
    name: 'openvisit-api-readers',
    generateBundle() {
      for (const file of Object.keys(FILES)) {
        this.emitFile({ type: 'asset', fileName: `${FOLDER}/${file}`, source: selfContained(read(file)) });
      }
    },
    configureServer(server) {
      server.middlewares.use(`/${FOLDER}`, (request, response, next) => {
        const file = request.url?.slice(1) ?? '';
        if (!(file in FILES)) {
          next();
          return;
        }
        response.setHeader('Content-Type', file.endsWith('.css') ? 'text/css' : 'text/javascript');
        response.end(selfContained(read(file)));
      });
    },
  };
}

/** A picture that Redoc would fetch from its makers' server; an empty one stands in its place. */
const REMOTE_LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';
const EMPTY_PICTURE = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E';

/** Without what points elsewhere: that picture, and source maps, which are not served. */
function selfContained(source: string): string {
  return source.replaceAll(REMOTE_LOGO, EMPTY_PICTURE).replace(/\n?\/[/*]# sourceMappingURL=[^\n]*\s*$/u, '\n');
}
