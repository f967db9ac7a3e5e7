// Connects as it is told, line by line of JSON, and says whether the server saw TLS, or the error.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createSecureContext } from 'node:tls'

const question = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'
const connectionTimeoutMillis = 10000

// What an object behind `ssl` becomes in a program: the file read, the function written.
function made(given) {
  if (given === null || typeof given !== 'object') return given
  const ssl = { ...given }
  if (ssl.ca?.file) ssl.ca = readFileSync(ssl.ca.file).toString()
  if (ssl.checkServerIdentity) ssl.checkServerIdentity = () => undefined
  return ssl
}

function options(given) {
  if (typeof given === 'string') return given
  return 'ssl' in given ? { ...given, ssl: made(given.ssl) } : given
}

const clients = {
  async 'node-postgres'({ default: pg }, text, given) {
    const client = new pg.Client({ connectionTimeoutMillis, ...options(given), connectionString: text })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return (await client.query(question)).rows[0].ssl
    } finally {
      await client.end().catch(() => undefined)
    }
  },

  async 'postgres.js'({ default: postgres }, text, given) {
    const sql = postgres(text, { max: 1, connect_timeout: 10, ...options(given) })
    try {
      return (await sql.unsafe(question))[0].ssl
    } finally {
      await sql.end({ timeout: 0 })
    }
  },

  async Sequelize({ Sequelize, QueryTypes }, text, given) {
    const dialectOptions = given.dialectOptions ? options(given.dialectOptions) : {}
    const sequelize = new Sequelize(text, { logging: false, ...given, dialectOptions })
    try {
      return (await sequelize.query(question, { type: QueryTypes.SELECT }))[0].ssl
    } finally {
      await sequelize.close()
    }
  },

  async TypeORM({ DataSource }, text, given) {
    const source = new DataSource(options(given))
    await source.initialize()
    try {
      return (await source.query(question))[0].ssl
    } finally {
      await source.destroy()
    }
  },

  async knex({ default: knex }, text, given) {
    const made = knex({ ...given, connection: options(given.connection), acquireConnectionTimeout: 10000 })
    try {
      return (await made.raw(question)).rows[0].ssl
    } finally {
      await made.destroy()
    }
  },

  async Drizzle({ drizzle }, text, given) {
    const made = drizzle({ ...given, connection: options(given.connection) })
    try {
      return (await made.execute(question)).rows[0].ssl
    } finally {
      await made.$client.end()
    }
  },

  // What PrismaClient is given as its adapter, asked as PrismaClient asks it.
  async 'Prisma 7'({ PrismaPg }, text, given) {
    const adapter = await new PrismaPg({ ...options(given), max: 1 }).connect()
    try {
      return (await adapter.queryRaw({ sql: question, args: [], argTypes: [] })).rows[0][0]
    } finally {
      await adapter.dispose()
    }
  },
}

// What they say before they look for a server, and node of what TLS is made with. A file that is not there is no word that they do not know.
const parsers = {
  'node-postgres': ({ default: pg }, text, given) =>
    new pg.Client({ ...options(given), ...(text && { connectionString: text }) }),
  'postgres.js': ({ default: postgres }, text, given) => postgres(text, options(given)).options,
}

function parse(client, text, given) {
  try {
    const { ssl } = parsers[client](loaded[client], text, given)
    // pg looks for a key in what is not true; postgres.js has modes that are texts.
    if (client === 'node-postgres' && ssl && ssl !== true && !('key' in ssl)) createSecureContext(ssl)
    else if (ssl instanceof Object) createSecureContext(ssl)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
  return false
}

const packages = {
  'node-postgres': 'pg',
  'postgres.js': 'postgres',
  Sequelize: 'sequelize',
  TypeORM: 'typeorm',
  knex: 'knex',
  Drizzle: 'drizzle-orm/node-postgres',
  'Prisma 7': '@prisma/adapter-pg',
}

// An error and what it was made of: whoever passes one on gives the first another name.
function told(error) {
  const cause = error.cause ?? error.original ?? error.parent
  const said = [error.code, error.message, error.kind, error.reason, error.originalMessage].filter(Boolean).join(' ')
  return cause instanceof Object ? `${said} <- ${told(cause)}` : said
}

const loaded = {}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  let answer
  try {
    loaded[asked.client] ??= await import(packages[asked.client])
    const run = asked.parse ? parse.bind(null, asked.client) : clients[asked.client].bind(null, loaded[asked.client])
    answer = { tls: await run(asked.text, asked.options) }
  } catch (error) {
    answer = { error: told(error) }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
