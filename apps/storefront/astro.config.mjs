import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, passthroughImageService } from 'astro/config'

/**
 * Hilo's own Astro adapter: the built entry exports one function, Request in, Response out.
 *
 * The Node adapter of Astro writes to the raw socket and would pass by Fastify's headers, compression and log; with a plain
 * Response the shop's pages travel the same way as every other answer (server/storefront.ts).
 */
function hilo() {
  return {
    name: 'hilo-adapter',
    hooks: {
      'astro:config:done': ({ setAdapter }) =>
        setAdapter({
          name: 'hilo-adapter',
          entrypointResolution: 'auto',
          serverEntrypoint: fileURLToPath(new URL('./src/entry.ts', import.meta.url)),
          adapterFeatures: { buildOutput: 'server', middlewareMode: 'classic' },
          supportedAstroFeatures: { serverOutput: 'stable', sharpImageService: 'stable' },
        }),
      'astro:build:done': ({ dir }) => compressAssets(new URL('_astro/', dir)),
    },
  }
}

/** Lays a .br and a .gz beside every text asset, so that the server never compresses the same file twice. */
async function compressAssets(folder) {
  for (const name of await readdir(folder)) {
    if (!/\.(js|css|svg)$/.test(name)) continue
    const path = fileURLToPath(new URL(name, folder))
    const content = await readFile(path)
    await writeFile(`${path}.br`, brotliCompressSync(content))
    await writeFile(`${path}.gz`, gzipSync(content))
  }
}

export default defineConfig({
  output: 'server',
  adapter: hilo(),
  session: false,
  image: { service: passthroughImageService() },
  trailingSlash: 'never',
  // Who may post is decided once for the whole server (server/platform/app-base.ts).
  security: { checkOrigin: false },
  build: { assets: '_astro', inlineStylesheets: 'always' },
  devToolbar: { enabled: false },
  vite: {
    // Inline scripts are forbidden by the Content-Security-Policy: every script is a file.
    build: { assetsInlineLimit: 0 },
    // One self-contained server bundle: running the shop needs neither Astro nor Vite.
    ssr: { noExternal: true },
  },
})
