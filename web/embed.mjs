// Writes the built dashboard into a source file, as src/admin/assets.hpp says.
//
//   node embed.mjs DIST OUT.cpp
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const [dist, out] = process.argv.slice(2)
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' }
const paths = ['index.html', ...readdirSync(join(dist, 'assets')).sort().map((name) => join('assets', name))]

const entries = paths.map((path) => {
  const bytes = gzipSync(readFileSync(join(dist, path)), { level: 9 })
  const text = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
  return `    {"${basename(path)}", "${types[extname(path)]}", std::string_view{"${text}", ${bytes.length}}},\n`
})
writeFileSync(out, `#include "admin/assets.hpp"
namespace ringbridge::admin {
static constexpr Asset built[] = {
${entries.join('')}};
std::span<const Asset> assets() { return built; }
}  // namespace ringbridge::admin
`)
