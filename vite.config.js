import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vite'

const SOURCES = 'frontend/src'
const ICON_NAMES = 'frontend/icons.json' // the icons that pages use; no other leaves node_modules
const ICON_SET = 'node_modules/@iconify-json/tabler/icons.json'

function symbol(set, name) {
  const icon = set.icons[name]
  if (!icon) throw new Error(`${ICON_NAMES} names "${name}", which Tabler does not have`)
  return `<symbol id="${name}" viewBox="0 0 24 24">${icon.body}</symbol>`
}

// One file of <symbol>s, built from the names in icons.json: /static/icons.svg#name
function iconSprite() {
  return {
    name: 'icon-sprite',
    generateBundle() {
      const names = existsSync(ICON_NAMES) ? JSON.parse(readFileSync(ICON_NAMES, 'utf8')) : []
      const set = JSON.parse(readFileSync(ICON_SET, 'utf8'))
      const symbols = names.map((name) => symbol(set, name)).join('')
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${symbols}</svg>`
      this.emitFile({ type: 'asset', fileName: 'icons.svg', source })
    },
  }
}

// Every script directly in frontend/src is an entry: {% vite_asset 'frontend/src/main.js' %}
const entries = readdirSync(SOURCES)
  .filter((file) => file.endsWith('.js'))
  .map((file) => `${SOURCES}/${file}`)

export default defineConfig({
  base: '/static/',
  plugins: [iconSprite()],
  build: {
    manifest: 'manifest.json',
    outDir: 'var/frontend',
    emptyOutDir: true,
    // Intranet browsers carry old Chromium kernels
    target: 'chrome87',
    cssTarget: 'chrome87',
    sourcemap: false,
    assetsInlineLimit: 0,
    rollupOptions: { input: entries },
  },
})
