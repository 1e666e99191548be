import { type Fields, id, type Schema, text } from '@mainspring/core'
import { type Entity, referenceOf } from '@mainspring/data'
import type { Route } from '@mainspring/http'
import { withArticle } from './article.ts'
import type { Methods } from './declaration.ts'
import { createLister, listParameters, type Under } from './list.ts'
import { openIf, type Plan, route } from './plan.ts'
import { parameterOf } from './schemas.ts'
import { linkFields, type Through } from './through.ts'

/** The lists of an entity: of all there is, and of what belongs to one row of another. */
export function listRoutes(plan: Plan, { list, listUnder = [] }: Methods): readonly Route[] {
  return [
    ...(list ? [wholeList(plan)] : []),
    ...listUnder.map((under) => (typeof under === 'string' ? listBelow(plan, under) : listThrough(plan, under))),
  ]
}

function wholeList(plan: Plan): Route {
  const { standard, collection } = plan
  return {
    ...route(plan, 'GET', collection, 'List', `List ${standard.entity.collection}`),
    ...openIf(plan, 'list'),
    ...listShape(plan),
    errors: listErrors,
    handle: createLister(standard),
  }
}

/** `/v1/users/{user_id}/rentals`, by the column that refers to users. */
function listBelow(plan: Plan, column: string): Route {
  return listUnderParent(plan, parentOf(plan.standard.entity, column), { column })
}

function listUnderParent(plan: Plan, parent: Entity, how: Pick<Under, 'column' | 'through'>): Route {
  const { entity } = plan.standard
  const parameter = parameterOf(parent.singular)
  const path = `/v1/${parent.collection}/{${parameter}}/${entity.collection}`
  return {
    ...route(
      plan,
      'GET',
      path,
      `List${parent.type_name}`,
      `List the ${entity.collection} of ${withArticle(parent.singular)}`,
    ),
    ...openIf(plan, 'list'),
    ...listShape(plan),
    params: { [parameter]: id({ description: `The id of the ${parent.singular}.` }) },
    errors: ['not_found', ...listErrors],
    handle: createLister(plan.standard, { parent, parameter, ...how }),
  }
}

/** `/v1/pizzas/{pizza_id}/extras`, by the rows that link the two. */
function listThrough(plan: Plan, through: Through): Route {
  const parent = parentOf(through.link, through.column)
  const resource: { readonly properties?: object; readonly required?: readonly string[] } = plan.schemas.resource
  const said = linkFields(through)
  const schema = {
    ...resource,
    $id: through.link.type_name,
    properties: { ...resource.properties, ...said },
    required: [...(resource.required ?? []), ...Object.keys(said)],
  }
  return listUnderParent({ ...plan, schemas: { ...plan.schemas, resource: schema } }, parent, {
    column: through.column,
    through,
  })
}

function parentOf({ name, columns }: Entity, column: string): Entity {
  const field = columns[column]
  const parent = field && referenceOf(field)
  if (!parent || !('collection' in parent)) throw new Error(`${name}.${column} refers to no entity to be listed under.`)
  return parent as Entity
}

const listShape = ({ standard, schemas }: Plan) => ({
  query: listParameters,
  replies: [
    {
      status: 200,
      description: `A page of ${standard.entity.collection}.`,
      schema: pageSchema(schemas.resource),
      headers: linkHeader,
    },
  ],
})

const pageSchema = (resource: Schema & { readonly $id?: string }): Schema => ({
  $id: `${resource.$id}Page`,
  type: 'object',
  properties: {
    results: { type: 'array', items: resource },
    next_page_token: { type: 'string', description: 'Absent on the last page.' },
    total_size: { type: 'integer', description: 'Only when show_total_size was set.' },
  },
  required: ['results'],
})

const listErrors = ['invalid_filter', 'invalid_order', 'page_token_invalid']
const linkHeader: Fields = { Link: text({ optional: true, description: 'The next page, `rel="next"`.' }) }
