import { fileURLToPath } from 'node:url';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { apiReaders } from './vite/apiReaders.ts';
import { packed } from './vite/packed.ts';

const apiPort = process.env['OPENVISIT_API_PORT'] ?? '8000';
const apiOrigin = `http://127.0.0.1:${apiPort}`;

export default defineConfig({
  plugins: [tanstackRouter(), react(), apiReaders(), packed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    host: '127.0.0.1',
    port: Number(process.env['OPENVISIT_WEB_PORT'] ?? 5173),
    proxy: { '/api': { target: apiOrigin, ws: true } },
  },
  build: {
    target: 'es2022',
    // A data: URL would need a wider Content-Security-Policy than 'self'.
    assetsInlineLimit: 0,
  },
  test: {
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'http://openvisit.test/' } },
    setupFiles: ['src/testing/setup.ts'],
    css: false,
    // Screens share what they import: to load it anew for each file took two thirds of the time. What replaces a module
    // by one of its own says so in its name.
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          isolate: false,
          include: ['src/**/*.test.{ts,tsx}', 'eslint/**/*.test.js'],
          exclude: ['**/*.apart.test.ts'],
        },
      },
      { extends: true, test: { name: 'apart', include: ['src/**/*.apart.test.ts'] } },
    ],
    testTimeout: 30_000,
    env: { TZ: 'Pacific/Auckland' },
  },
});
