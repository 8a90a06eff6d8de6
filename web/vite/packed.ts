import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const PACKABLE = /\.(?:js|css|svg|json|webmanifest)$/u;
/** Bytes below which the headers of an answer outweigh what packing saves. */
const WORTH_IT = 1024;
/** One below Brotli's best, which takes twice the time for the last fiftieth. */
const QUALITY = 10;

const packers = {
  '.br': (plain: Buffer) =>
    promisify(brotliCompress)(plain, {
      params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
    }),
  '.gz': (plain: Buffer) => promisify(gzip)(plain, { level: constants.Z_BEST_COMPRESSION }),
};

/**
 * Lays a Brotli and a gzip form of each file beside it, which the server hands out as they are: a phone loads a third
 * of the bytes, and nobody packs anything while people wait. The page itself is not packed: each has its own nonce.
 */
export function packed(): Plugin {
  let folder = '';
  return {
    name: 'openvisit-packed',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      const names = (await readdir(folder, { recursive: true })).filter((name) => PACKABLE.test(name));
      await Promise.all(names.map((name) => pack(join(folder, name))));
    },
  };
}

async function pack(file: string): Promise<void> {
  const plain = await readFile(file);
  if (plain.length < WORTH_IT) return;
  await Promise.all(
    Object.entries(packers).map(async ([ending, packer]) => {
      const small = await packer(plain);
      if (small.length < plain.length) await writeFile(file + ending, small);
    }),
  );
}
