import { defineConfig } from 'vite'

// All in as few files as there are kinds: they are written into the program.
export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: { assetsInlineLimit: 100_000, cssCodeSplit: false, modulePreload: false },
  logLevel: 'warn',
})
