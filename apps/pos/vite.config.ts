import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Built into static files that the server mounts at /pos; `vite` alone proxies the API of a running server. */
export default defineConfig({
  base: '/pos/',
  plugins: [react()],
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 900, sourcemap: false },
  server: { proxy: { '/api': 'http://localhost:3000', '/media': 'http://localhost:3000' } },
})
