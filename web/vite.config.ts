import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds web/dist. Nothing is inlined into the page, because the content security policy refuses inline scripts. */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/ops': 'http://127.0.0.1:8642', '/app': 'http://127.0.0.1:8642' } },
});
