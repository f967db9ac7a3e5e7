// Connects as it is told, line by line of JSON, and says whether the server saw TLS, or the error.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import pg from 'pg'

const question = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'

function ssl(given) {
  if (given === null || typeof given !== 'object') return given
  const made = { ...given }
  if (given.ca?.file) made.ca = readFileSync(given.ca.file).toString()
  if (given.checkServerIdentity) made.checkServerIdentity = () => undefined
  return made
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  let answer
  try {
    const options = { connectionTimeoutMillis: 10000, ...asked.options }
    if ('ssl' in options) options.ssl = ssl(options.ssl)
    const client = new pg.Client({ ...options, connectionString: asked.text })
    client.on('error', () => undefined)
    try {
      await client.connect()
      answer = { tls: (await client.query(question)).rows[0].ssl }
    } finally {
      await client.end().catch(() => undefined)
    }
  } catch (error) {
    answer = { error: `${error.code ?? ''} ${error.message}` }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
