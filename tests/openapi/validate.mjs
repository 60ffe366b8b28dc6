// Validates a trace of requests and answers against HubSpot's own OpenAPI descriptions.
//
//   node validate.mjs TRACE SPECS
//
// TRACE: JSON lines, {"request":{"method","url","body"},"response":{"status","body"}}, bodies as
// text. SPECS: a folder of <version>/<area>.json. Needs what tests/sdk installs.
// Exit status: 0 valid, 1 invalid, 2 nothing to check (or wrong usage).
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

import { descriptionsIn } from './descriptions.mjs'

const require = createRequire(new URL('../sdk/package.json', import.meta.url))
const Ajv = require('ajv')
const addFormats = require('ajv-formats')

class Checker {
  constructor(descriptions) {
    this.operations = descriptions.flatMap((description) => description.operations)
    this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, logger: false })
    addFormats(this.ajv)
    for (const { id, requests, responses } of descriptions) {
      this.ajv.addSchema(requests, `${id}/requests`)
      this.ajv.addSchema(responses, `${id}/responses`)
    }
  }

  // The operation with the fewest placeholders, preferring the object's own file.
  operation(method, pathname) {
    const segments = pathname.split('/').filter(Boolean).map(canonicalType)
    const fitting = this.operations.filter(
      (operation) => operation.method === method && operation.fits(segments)
    )
    const rank = (operation) =>
      operation.placeholders * 2 + (segments.includes(operation.area) ? 0 : 1)
    return fitting.sort((a, b) => rank(a) - rank(b))[0]
  }

  // The errors in one line of the trace; undefined if no description covers it.
  faults({ request, response }) {
    const url = new URL(request.url, 'https://api.hubapi.com')
    const operation = this.operation(request.method, url.pathname)
    if (!operation) return undefined
    return [
      ...queryFaults(operation, url.searchParams),
      ...this.requestFaults(operation, request.body ?? ''),
      ...this.responseFaults(operation, response),
    ]
  }

  requestFaults(operation, body) {
    const described = operation.spec.requestBody
    if (!described) return body.trim() ? ['request: no body is described, but one was sent'] : []
    if (!body.trim()) return described.required === false ? [] : ['request: the body is missing']
    return this.bodyFaults('request', `${operation.id}/requests`, described.content, body)
  }

  responseFaults(operation, { status, body }) {
    const responses = operation.spec.responses
    if (status >= 300) return this.errorFaults(operation, status, body ?? '')
    // The 2026-09 files omit 207; it has the shape of the described success.
    const success = Object.keys(responses).find((code) => code.startsWith('2'))
    const described = responses[status] ?? (status === 207 ? responses[success] : undefined)
    if (!described) return [`response: status ${status} is not described, ${success} is`]
    const { content = {} } = described
    if (Object.keys(content).length === 0) {
      return body ? [`response: ${status} comes without a body`] : []
    }
    return this.bodyFaults('response', `${operation.id}/responses`, content, body ?? '')
  }

  // Some of HubSpot's errors are HTML or empty, so only what claims to be JSON is validated.
  errorFaults(operation, status, body) {
    if (!body.trimStart().startsWith('{')) {
      return status === 404 || status === 405 ? [] : [`response: ${status} without an error body`]
    }
    const error = { $ref: '#/components/schemas/Error' }
    return this.against(`${operation.id}/responses`, error, body, 'response')
  }

  bodyFaults(side, id, content, body) {
    const { schema } = content['application/json'] ?? Object.values(content)[0]
    return this.against(id, schema, body, side)
  }

  against(id, schema, body, side) {
    let value
    try {
      value = JSON.parse(body)
    } catch (error) {
      return [`${side}: no JSON: ${error.message}`]
    }
    const validate = this.validator(id, schema)
    if (validate(value)) return []
    return validate.errors.map(
      (error) => `${side}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`
    )
  }

  validator(id, schema) {
    const text = JSON.stringify(schema).replaceAll('"#/components', `"${id}#/components`)
    this.validators ??= new Map()
    if (!this.validators.has(text)) this.validators.set(text, this.ajv.compile(JSON.parse(text)))
    return this.validators.get(text)
  }
}

// HubSpot takes an object by name, singular or plural, or by its type id.
function canonicalType(segment) {
  const names = { contact: 'contacts', '0-1': 'contacts', call: 'calls', '0-48': 'calls' }
  return names[segment] ?? segment
}

function queryFaults(operation, given) {
  const described = (operation.spec.parameters ?? []).filter(({ in: place }) => place === 'query')
  const faults = []
  for (const [name, value] of given) {
    const parameter = described.find((candidate) => candidate.name === name)
    if (!parameter) faults.push(`query: ${name} is not described`)
    else if (!fitsType(parameter.schema.type, value)) {
      faults.push(`query: ${name}=${value} is not a ${parameter.schema.type}`)
    }
  }
  for (const { name, required } of described) {
    if (required && !given.has(name)) faults.push(`query: ${name} is missing`)
  }
  return faults
}

function fitsType(type, value) {
  if (type === 'integer') return /^-?\d+$/.test(value)
  if (type === 'boolean') return value === 'true' || value === 'false'
  return true
}

// Ids become `*`, so that undescribed requests are listed once per kind.
function kindOf({ method, url }) {
  const { pathname } = new URL(url, 'https://api.hubapi.com')
  return `${method} ${pathname.replace(/\/\d+(?=\/|$)/g, '/*')}`
}

function main([traceFile, specsFolder]) {
  if (!traceFile || !specsFolder) {
    console.error('usage: node validate.mjs TRACE SPECS')
    return 2
  }
  const checker = new Checker(descriptionsIn(specsFolder))
  const lines = fs.readFileSync(traceFile, 'utf8').split('\n').filter((line) => line.trim())
  const without = new Map()
  let checked = 0
  let wrong = 0
  lines.forEach((line, index) => {
    const exchange = JSON.parse(line)
    const faults = checker.faults(exchange)
    if (!faults) {
      const kind = kindOf(exchange.request)
      without.set(kind, (without.get(kind) ?? 0) + 1)
      return
    }
    ++checked
    if (faults.length === 0) return
    ++wrong
    const { method, url } = exchange.request
    console.log(`line ${index + 1}: ${method} ${url} -> ${exchange.response.status}`)
    for (const fault of faults) console.log(`    ${fault}`)
  })
  for (const [kind, count] of [...without].sort()) console.log(`without a spec: ${count} × ${kind}`)
  const rest = lines.length - checked
  const name = path.basename(traceFile)
  console.log(`${name}: ${checked} checked, ${wrong} wrong, ${rest} without a spec`)
  if (wrong > 0) return 1
  return checked > 0 ? 0 : 2
}

process.exitCode = main(process.argv.slice(2))
