import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `lakeglass serve` listens while the page is developed with `npm run dev`. */
const server = 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../src/lakeglass/web/static',
    emptyOutDir: true,
    // Plotly's whole bundle is one file of 4.5 MB; it loads only for traces that need it.
    chunkSizeWarningLimit: 5000,
  },
  server: { proxy: { '/api': { target: server, ws: true } } },
})
