// Prepares the OpenAPI document for made-up requests, and prints it.
//
//   node fuzz-document.mjs openapi.json              without security schemes
//   node fuzz-document.mjs openapi.json URL KEY    only what has an id, with ids of things that it makes first

import { readFileSync } from 'node:fs'

const [file, url, key] = process.argv.slice(2)
const document = JSON.parse(readFileSync(file, 'utf8'))
delete document.components.securitySchemes
for (const item of Object.values(document.paths)) {
  for (const operation of Object.values(item)) delete operation.security
}
if (url) await nameThings()
console.log(JSON.stringify(document))

async function post(path, body, type = 'application/json') {
  const headers = { 'X-API-Key': key, 'Content-Type': type }
  const answer = await fetch(url + path, { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

/** Puts a real pool and a real run in place of `{id}`, and drops every other path. */
async function nameThings() {
  const rows = Array.from({ length: 20 }, (_, i) => `L${i},residential_mortgage,${200_000 + i},250000,0.05,360,330`)
  const head = 'loan_id,asset_class,balance,original_balance,rate,term_months,remaining_term_months'
  // The last row is wrong, so that there is something to resolve.
  const tape = [head, ...rows, 'X,auto_loan,-5,3,9,0,1', ''].join('\n')
  const { pool } = await post('/api/v1/pools/tape?name=Seed', tape, 'text/csv')
  const run = await post(`/api/v1/pools/${pool.id}/runs`, '{"analysis_date":"2026-01-15"}')
  const paths = {}
  for (const [path, item] of Object.entries(document.paths)) {
    const id = path.includes('/pools/{id}') ? pool.id : path.includes('/runs/{id}') ? run.id : undefined
    if (!id) continue
    for (const operation of Object.values(item)) {
      operation.parameters = (operation.parameters ?? []).filter((parameter) => parameter.name !== 'id')
    }
    paths[path.replace('{id}', id)] = item
  }
  document.paths = paths
}
