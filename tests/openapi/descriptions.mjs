// HubSpot's OpenAPI descriptions, adapted for checking: our requests are checked more strictly than
// they demand (no unknown fields), answers more loosely where HubSpot is known to differ from them.
import fs from 'node:fs'
import path from 'node:path'

// Required by the descriptions but omitted by HubSpot's own examples and clients.
const optionalInRequests = {
  BatchReadInputPropertyName: ['dataSensitivity'],
  BatchReadInputSimplePublicObjectId: ['properties', 'propertiesWithHistory'],
  PublicObjectSearchRequest: ['after', 'filterGroups', 'limit', 'properties', 'sorts'],
  SimplePublicObjectBatchInputForCreate: ['associations'],
  SimplePublicObjectInputForCreate: ['associations'],
}

// "All fields of an error are optional" (error handling guide); `subCategory` is a string in
// practice.
const looseErrors = ['Error', 'ErrorDetail', 'StandardError']

const sortForms = {
  anyOf: [
    { type: 'string' },
    {
      type: 'object',
      properties: {
        propertyName: { type: 'string' },
        direction: { type: 'string', enum: ['ASCENDING', 'DESCENDING'] },
      },
      required: ['propertyName'],
      additionalProperties: false,
    },
  ],
}

function forRequests(schemas) {
  for (const [name, schema] of Object.entries(schemas)) {
    const optional = optionalInRequests[name] ?? []
    schema.required = (schema.required ?? []).filter((field) => !optional.includes(field))
    if (schema.properties && schema.additionalProperties === undefined) {
      schema.additionalProperties = false
    }
  }
  const search = schemas.PublicObjectSearchRequest
  if (search) search.properties.sorts.items = sortForms
  return schemas
}

// HubSpot writes null for a property without a value, and for an absent optional field.
function forResponses(schemas) {
  for (const [name, schema] of Object.entries(schemas)) {
    if (looseErrors.includes(name)) {
      delete schema.required
      delete schema.properties.subCategory
      continue
    }
    for (const [field, value] of Object.entries(schema.properties ?? {})) {
      if (value.type && !schema.required?.includes(field)) value.nullable = true
      if (field === 'properties' && value.additionalProperties) {
        value.additionalProperties.nullable = true
      }
    }
  }
  return schemas
}

class Operation {
  constructor(id, method, template, spec) {
    this.id = id
    this.area = path.basename(id)
    this.method = method.toUpperCase()
    this.spec = spec
    this.template = template.split('/').filter(Boolean)
    this.placeholders = this.template.filter((segment) => segment.startsWith('{')).length
  }

  fits(segments) {
    return (
      segments.length === this.template.length &&
      this.template.every((part, i) => part.startsWith('{') || part === segments[i])
    )
  }
}

const methods = ['get', 'post', 'put', 'patch', 'delete']

function description(folder, version, file) {
  const text = fs.readFileSync(path.join(folder, version, file), 'utf8')
  const document = JSON.parse(text)
  const id = `${version}/${path.basename(file, '.json')}`
  const operations = Object.entries(document.paths).flatMap(([template, item]) =>
    methods
      .filter((method) => item[method])
      .map((method) => new Operation(id, method, template, item[method]))
  )
  const schemas = () => JSON.parse(text).components.schemas
  return {
    id,
    operations,
    requests: { components: { schemas: forRequests(schemas()) } },
    responses: { components: { schemas: forResponses(schemas()) } },
  }
}

export function descriptionsIn(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: version }) =>
      fs
        .readdirSync(path.join(folder, version))
        .filter((file) => file.endsWith('.json'))
        .map((file) => description(folder, version, file))
    )
}
